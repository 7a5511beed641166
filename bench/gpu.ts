// What conversions cost on a GPU: microseconds by its own timestamps, beside the floor that its memory sets (bytes of
// the source and the target over the rate at which it copies), frames a second with their results read back, beside
// reading back alone, and what a frame costs JavaScript's thread. docs/guides/bench-on-a-gpu.md says how to read it.
//
// The GPU's work is that of the product's own backend: one frame of it is taken down and done again.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFramerailError } from '@framerail/lifecycle';
import type { BenchContext, BenchOutcome, BenchResult } from './contract.ts';
import { measureCopyBandwidth } from './gpu/bandwidth.ts';
import { conversionsAt, SIZES } from './gpu/conversions.ts';
import type { Effort } from './gpu/gpu-clock.ts';
import { type Bench, measureConversion } from './gpu/measure-conversion.ts';
import { openAdapter } from './gpu/open-adapter.ts';
import { readbackFps } from './gpu/throughput.ts';

const SOFTWARE_NOTE =
  'This adapter is a program on the CPU: the bench works, but its figures say nothing about any GPU.';

/** How much is measured, so that a GPU takes two minutes or so and a software adapter not for ever. */
function effortFor({ quick, rounds }: BenchContext, isSoftware: boolean): Effort {
  if (quick) return { samples: 3, rounds: 1, roundMs: 10, warmUpMs: isSoftware ? 0 : 100 };
  if (isSoftware) return { samples: 3, rounds: 1, roundMs: 20, warmUpMs: 0 };
  return { samples: 101, rounds, roundMs: 100, warmUpMs: 300 };
}

/** Measures; see the head of the file. */
export default async function bench(context: BenchContext): Promise<BenchOutcome> {
  using gpu = await openAdapter();
  const { device, isSoftware, adapterInfo } = gpu;
  const { vendor, architecture, device: model, description } = adapterInfo;
  const name = [vendor, architecture, model].filter(Boolean).join(' ');
  const hasTimestamps = device.features.has('timestamp-query');
  context.log(`${name}, ${description}${isSoftware ? `\n${SOFTWARE_NOTE}` : ''}`);
  if (!hasTimestamps) context.log('It has no timestamps: times are those of repeated work, by the clock.');

  const effort = effortFor(context, isSoftware);
  const { bufferCopy, shaderCopy, best } = await measureCopyBandwidth(device, effort, isSoftware);
  const results: BenchResult[] = [
    {
      id: 'copy-bandwidth',
      unit: 'GB/s',
      value: best / 1000,
      peers: { 'buffer copy': bufferCopy / 1000, 'shader copy': shaderCopy / 1000 },
    },
  ];
  const plain = new Map<string, number | undefined>();
  const shared: Bench = {
    device,
    effort,
    copyBandwidth: best,
    inFlight: context.quick || isSoftware ? [1, 3] : [1, 2, 3, 4, 8],
    async plainFps(source, bytes, inFlight) {
      const key = `${bytes} ${inFlight}`;
      if (!plain.has(key))
        plain.set(key, await readbackFps(device, { source, bytes }, inFlight, effort.roundMs));
      return plain.get(key);
    },
  };
  const notMeasured: string[] = [];
  for (const size of context.quick ? SIZES.slice(0, 1) : SIZES) {
    for (const conversion of conversionsAt(size, context.quick)) {
      const id = `${conversion.name}-${size.name}`;
      try {
        results.push(...(await measureConversion(shared, conversion, id)));
        context.log(`${id}: ${results.findLast((one) => one.id === id)?.value.toFixed(1)} µs`);
      } catch (error) {
        if (!isFramerailError(error) || error.code === 'E_GPU_DEVICE_LOST') throw error;
        notMeasured.push(`${id}: ${error.message}`);
        context.log(`${id} is left out: ${error.message}`);
      }
    }
  }
  results.push(...readbackRates(plain));
  return {
    results,
    claims: [],
    versions: { webgpu: webgpuVersion() },
    machine: {
      gpu: name,
      gpuDriver: description || 'not told by the adapter',
      gpuIsSoftware: isSoftware,
      gpuTimestamps: hasTimestamps ? 'exact' : 'none; times are by the clock',
      ...(isSoftware ? { note: SOFTWARE_NOTE } : {}),
      ...(notMeasured.length > 0 ? { notMeasured } : {}),
    },
  };
}

/** Of npm's package, which is Dawn of that day. */
function webgpuVersion(): string {
  const manifest = join(import.meta.dirname, '../node_modules/webgpu/package.json');
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}

/** Bytes a second over the bus, by the size of what is read: the best over all numbers in flight, and each. */
function readbackRates(plain: ReadonlyMap<string, number | undefined>): BenchResult[] {
  const rates = new Map<string, Record<string, number>>();
  for (const [key, fps] of plain) {
    const [bytes = '', inFlight = ''] = key.split(' ');
    if (fps === undefined) continue;
    const { [bytes]: known = {} } = Object.fromEntries(rates);
    rates.set(bytes, { ...known, [`${inFlight} in flight`]: (fps * Number(bytes)) / 1e9 });
  }
  return [...rates].map(([bytes, peers]) => ({
    id: `readback-of-${bytes}-bytes`,
    unit: 'GB/s',
    value: Math.max(...Object.values(peers)),
    peers,
  }));
}

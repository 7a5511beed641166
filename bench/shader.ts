// What our shaders ask of a machine beside straightforward ones: RGBA to NV12 at 4K on whatever adapter there is, a
// software one (SwiftShader) where there is no other. Without upload and readback; both read and write buffers of one
// size with the same contents; medians of alternating rounds, each of some frames in one submission.
//
// Ours is the backend's own work for one frame, taken down and done again. It is exactly rounded and honours the
// chroma location; the plain shaders compute with floats and take 2×2 boxes, which is less to do than `left`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createWebgpuBackend, planConversion } from '@framerail/gpu-converters';
import { BT709, type ChromaLocation, frameLayout, type RawFrame, SRGB } from '@framerail/media-types';
import type { BenchContext, BenchOutcome, BenchResult } from './contract.ts';
import { openAnyAdapter } from './gpu/open-adapter.ts';
import { recordFrame, replay } from './gpu/recorder.ts';
import { alternate, type Contender } from './measure.ts';

const [WIDTH, HEIGHT] = [3840, 2160];
const RGBA = frameLayout({ format: 'RGBA', width: WIDTH, height: HEIGHT });
const NV12 = frameLayout({ format: 'NV12', width: WIDTH, height: HEIGHT });
const USAGE = { COPY_DST: 0x8, STORAGE: 0x80 };
/** Frames of a round; one in a quick run. */
const FRAMES = 4;
const LOCATIONS = ['left', 'center', 'topleft'] as const;

/** Puts one frame's work into an encoder. */
type Work = (encoder: GPUCommandEncoder) => void;

/** Measures; see the head of the file. */
export default async function bench(context: BenchContext): Promise<BenchOutcome> {
  using gpu = await openAnyAdapter();
  const { device, adapterInfo, isSoftware } = gpu;
  const name = [adapterInfo.vendor, adapterInfo.architecture, adapterInfo.device].filter(Boolean).join(' ');
  context.log(`${name}${isSoftware ? ', a program on the CPU' : ''}`);
  using frame = noiseFrame(context.seed);
  const works: Record<string, Work> = {
    'plain-pixel': plainWork(device, frame, 'plain-pixel', [WIDTH / 8, HEIGHT / 8], true),
    'plain-word': plainWork(device, frame, 'plain-word', [WIDTH / 4 / 8, (HEIGHT * 3) / 2 / 8], false),
  };
  const backends = await Promise.all(LOCATIONS.map((location) => makeBackend(device, location)));
  for (const [index, location] of LOCATIONS.entries()) {
    const recorded = await recordFrame(device, async () => {
      using _result = await backends[index]?.process(frame);
    });
    works[location] = (encoder) => replay(encoder, recorded);
  }
  const contenders = Object.fromEntries(
    Object.entries(works).map(([id, work]): [string, Contender] => [
      id,
      () => frameMs(device, work, context.quick ? 1 : FRAMES),
    ]),
  );
  context.log(`${context.rounds} rounds of ${Object.keys(contenders).join(', ')}`);
  const timings = await alternate(contenders, { rounds: context.rounds });
  for (const backend of backends) await backend.close();
  const ms = (id: string): number => timings[id]?.medianMs ?? Number.NaN;
  const peers = { 'plain-pixel': ms('plain-pixel'), 'plain-word': ms('plain-word') };
  return {
    results: LOCATIONS.map(
      (location): BenchResult => ({
        id: `rgba-to-nv12-4k-${location}`,
        unit: 'ms/frame',
        value: ms(location),
        peers,
      }),
    ),
    claims: [
      {
        id: 'rgba-to-nv12-vs-plain',
        value: ms('left') / ms('plain-pixel'),
        unit: 'ratio',
        op: '<=',
        limit: 0.6,
      },
    ],
    versions: { adapter: name },
  };
}

function makeBackend(device: GPUDevice, chromaLocation: ChromaLocation) {
  const plan = planConversion(
    { layout: RGBA, color: SRGB },
    { layout: NV12, color: { ...BT709, chromaLocation } },
  );
  return createWebgpuBackend({ plan, device, maxInFlight: 1 });
}

/** Milliseconds of a frame, of several in one submission. */
async function frameMs(device: GPUDevice, work: Work, frames: number): Promise<number> {
  const encoder = device.createCommandEncoder();
  for (let frame = 0; frame < frames; frame += 1) work(encoder);
  const commands = encoder.finish();
  const startedMs = performance.now();
  device.queue.submit([commands]);
  await device.queue.onSubmittedWorkDone();
  return (performance.now() - startedMs) / frames;
}

function plainWork(
  device: GPUDevice,
  { data }: RawFrame,
  name: string,
  workgroups: [number, number],
  clears: boolean,
): Work {
  const code = readFileSync(join(import.meta.dirname, 'shader', `${name}.wgsl`), 'utf8');
  const source = device.createBuffer({ size: RGBA.byteLength, usage: USAGE.STORAGE | USAGE.COPY_DST });
  const target = device.createBuffer({ size: NV12.byteLength, usage: USAGE.STORAGE | USAGE.COPY_DST });
  device.queue.writeBuffer(source, 0, data);
  const pipeline = device.createComputePipeline({
    layout: 'auto',
    compute: { module: device.createShaderModule({ label: name, code }), constants: { WIDTH, HEIGHT } },
  });
  const entries = [source, target].map((buffer, binding) => ({ binding, resource: { buffer } }));
  const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  return (encoder) => {
    if (clears) encoder.clearBuffer(target);
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(...workgroups);
    pass.end();
  };
}

/** A frame that no guess of a branch can follow. */
function noiseFrame(seed: number): RawFrame {
  const data = new Uint8Array(RGBA.byteLength);
  const words = new Uint32Array(data.buffer);
  for (let index = 0, state = seed; index < words.length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    words[index] = state;
  }
  const none = { timestampUs: 0, durationUs: 0, [Symbol.dispose]: () => {} };
  return { data, layout: RGBA, color: SRGB, ...none };
}

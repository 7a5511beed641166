// What a frame costs JavaScript's thread while values are animated over pictures that stay: processor time of planning,
// uploading, writing what has changed, and submitting, through VideoProcessor on whatever GPU there is. Beside it the
// same with nothing animated (what the frame itself costs), and with a picture that makes no promise to stay (no
// version), which is sent again in every frame.
import { createBufferPool } from '@framerail/buffer-pool';
import { createVideoProcessor, type Operation, type Picture } from '@framerail/gpu-converters';
import { BT709, type FrameFormat, frameLayout, type RawFrame } from '@framerail/media-types';
import type { BenchContext, BenchOutcome, BenchResult } from './contract.ts';
import { openAnyAdapter } from './gpu/open-adapter.ts';
import { alternate } from './measure.ts';

const HD = { width: 1920, height: 1080 };
const UHD = { width: 3840, height: 2160 };
const POOL_BYTES = 2 ** 29;

interface Animation {
  readonly size: { readonly width: number; readonly height: number };
  /** @param share - 0 to 1, exclusive: what is animated */
  operations(share: number, picture: Picture): readonly Operation[];
}

const ANIMATIONS: Readonly<Record<string, Animation>> = {
  'overlay-opacity-1080p': {
    size: HD,
    operations: (opacity, image) => [{ type: 'overlay', image, x: 0, y: 0, opacity }],
  },
  'wipe-4k': {
    size: UHD,
    operations: (amount, other) => [{ type: 'wipe', other, amount, direction: 'left', softness: 0.1 }],
  },
  'color-and-fade-1080p': {
    size: HD,
    operations: (share) => [
      { type: 'color', brightness: share / 4, saturation: 1 + share },
      { type: 'fade', amount: share },
    ],
  },
};

/** Measures; see the head of the file. */
export default async function bench(context: BenchContext): Promise<BenchOutcome> {
  using gpu = await openAnyAdapter();
  const { device, adapterInfo } = gpu;
  const name = [adapterInfo.vendor, adapterInfo.architecture, adapterInfo.device].filter(Boolean).join(' ');
  const leases = createBufferPool({ maxBytes: POOL_BYTES, name: 'animation' });
  const frames = context.quick ? 2 : 8;
  const results: BenchResult[] = [];
  for (const [id, { size, operations }] of Object.entries(ANIMATIONS)) {
    context.log(`${id}: ${context.rounds} rounds of ${frames} frames`);
    const frame = stillFrame({ layout: frameLayout({ format: 'NV12', ...size }), color: BT709 });
    const picture = { data: new Uint8Array(size.width * size.height * 4).fill(128), ...size, version: 1 };
    const { version: _, ...unpromised } = picture;
    await using processor = createVideoProcessor({ leases, backend: 'webgpu', device });
    let step = 0;
    const share = (): number => (1 + (step++ % 99)) / 100;
    const process = async (list: readonly Operation[]): Promise<void> => {
      using _result = await processor.process(frame, list);
    };
    const still = operations(0.5, picture);
    const timings = await alternate(
      {
        animated: () => cpuMs(frames, () => process(operations(share(), picture))),
        unchanged: () => cpuMs(frames, () => process(still)),
        'pictures anew': () => cpuMs(frames, () => process(operations(share(), unpromised))),
      },
      { rounds: context.rounds },
    );
    const { animated, ...peers } = timings;
    results.push({
      id,
      unit: 'CPU ms/frame',
      value: animated.medianMs,
      peers: Object.fromEntries(Object.entries(peers).map(([peer, { medianMs }]) => [peer, medianMs])),
    });
  }
  leases.close();
  return { results, claims: [], versions: { adapter: name } };
}

/** Processor time of JavaScript's thread where Node tells it (24 and later), else of the process with its driver. */
async function cpuMs(frames: number, work: () => Promise<void>): Promise<number> {
  const usage = process.threadCpuUsage?.bind(process) ?? process.cpuUsage.bind(process);
  const before = usage();
  for (let frame = 0; frame < frames; frame += 1) await work();
  const after = usage();
  return (after.user + after.system - before.user - before.system) / 1000 / frames;
}

function stillFrame(format: FrameFormat): RawFrame {
  const data = new Uint8Array(format.layout.byteLength).fill(100);
  return { ...format, data, timestampUs: 0, durationUs: 0, [Symbol.dispose]: () => {} };
}

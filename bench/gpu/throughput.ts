// Frames a second: the GPU's work with its result read back, and the whole way of a frame through the product.
import type { FrameBackend } from '@framerail/gpu-converters';
import type { RawFrame } from '@framerail/media-types';
import { type Encode, MAP_READ, USAGE } from './gpu-clock.ts';

/** Memory that frames in flight may take for being read. */
const MOST_READBACK_BYTES = 2 ** 31;

/** What is read back again and again. */
export interface Readback {
  /** Where the bytes lie. */
  readonly source: GPUBuffer;
  /** How many, a multiple of 4. */
  readonly bytes: number;
  /** What the GPU does for every frame before; nothing for the plain rate. */
  readonly work?: Encode;
}

/**
 * Frames a second with so many in flight, each with a buffer of its own to be read: done by the GPU, copied there and
 * mapped, not looked at. `undefined` where so many would take too much memory.
 */
export async function readbackFps(
  device: GPUDevice,
  { source, bytes, work }: Readback,
  inFlight: number,
  roundMs: number,
): Promise<number | undefined> {
  if (bytes * inFlight > MOST_READBACK_BYTES) return undefined;
  const usage = USAGE.MAP_READ | USAGE.COPY_DST;
  const buffers = Array.from({ length: inFlight }, () => device.createBuffer({ size: bytes, usage }));
  const once = async (buffer: GPUBuffer): Promise<void> => {
    const encoder = device.createCommandEncoder();
    work?.(encoder);
    encoder.copyBufferToBuffer(source, 0, buffer, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await buffer.mapAsync(MAP_READ);
    buffer.unmap();
  };
  try {
    await Promise.all(buffers.map(once));
    return await framesPerSecond(buffers, once, roundMs);
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}

/** Keeps every lane busy with one frame after the other. */
async function framesPerSecond<Lane>(
  lanes: readonly Lane[],
  once: (lane: Lane) => Promise<void>,
  roundMs: number,
): Promise<number> {
  const startedMs = performance.now();
  let frames = 0;
  await Promise.all(
    lanes.map(async (lane) => {
      for (let own = 0; own < 1 || performance.now() - startedMs < roundMs; own += 1) {
        await once(lane);
        frames += 1;
      }
    }),
  );
  return (frames * 1000) / (performance.now() - startedMs);
}

/** What a frame costs on its whole way. */
export interface WholeWay {
  /** Frames a second with as many in flight as the backend takes. */
  readonly fps: number;
  /** Milliseconds of processor time of JavaScript's thread a frame. */
  readonly jsMs: number;
}

/** Uploads, converts and reads back frames through the product's own backend. */
export async function measureWholeWay(
  backend: FrameBackend,
  frame: RawFrame,
  roundMs: number,
): Promise<WholeWay> {
  const lanes = Array.from({ length: backend.maxInFlight }, (_, index) => index);
  const once = async (): Promise<void> => {
    using _result = await backend.process(frame);
  };
  await Promise.all(lanes.map(once));
  const [usedBefore, doneBefore] = [threadCpuMs(), backend.stats().framesDone];
  const fps = await framesPerSecond(lanes, once, roundMs);
  const jsMs = (threadCpuMs() - usedBefore) / (backend.stats().framesDone - doneBefore);
  return { fps, jsMs };
}

/** Of this thread alone where Node tells it (24 and later), else of the process with the driver's threads. */
function threadCpuMs(): number {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage)();
  return (user + system) / 1000;
}

/** Milliseconds of copying bytes once in JavaScript, as an upload has to: the part of a frame's time that is memory. */
export function copyMs(bytes: Uint8Array): number {
  const target = new Uint8Array(bytes.length);
  const times = Array.from({ length: 4 }, () => {
    const startedMs = performance.now();
    target.set(bytes);
    return performance.now() - startedMs;
  });
  return Math.min(...times);
}

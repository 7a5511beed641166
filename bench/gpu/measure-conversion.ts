// Everything that is measured about one conversion at one size.
import { createWebgpuBackend, planConversion } from '@framerail/gpu-converters';
import type { FrameFormat, RawFrame } from '@framerail/media-types';
import type { BenchResult } from '../contract.ts';
import type { MeasuredConversion } from './conversions.ts';
import { clockUs, type Effort, type Encode, timestampUs } from './gpu-clock.ts';
import { recordFrame, replay } from './recorder.ts';
import { copyMs, measureWholeWay, readbackFps } from './throughput.ts';

/** What all conversions share. */
export interface Bench {
  readonly device: GPUDevice;
  readonly effort: Effort;
  /** Bytes a microsecond, read and written, that the GPU copies. */
  readonly copyBandwidth: number;
  /** Frames in flight to try. */
  readonly inFlight: readonly number[];
  /** Frames a second of reading back so many bytes with so many in flight, measured once each. */
  plainFps(source: GPUBuffer, bytes: number, inFlight: number): Promise<number | undefined>;
}

/**
 * Measures a conversion on the GPU, with readback, and on its whole way.
 *
 * @throws FramerailError of `createWebgpuBackend`, where the device can't do it
 */
export async function measureConversion(
  bench: Bench,
  conversion: MeasuredConversion,
  id: string,
): Promise<BenchResult[]> {
  const { device, effort, copyBandwidth } = bench;
  const { source, target, operations } = conversion;
  await using backend = await createWebgpuBackend({
    plan: planConversion(source, target, { operations }),
    device,
  });
  using frame = noiseFrame(source);
  const recorded = await recordFrame(device, async () => {
    using _result = await backend.process(frame);
  });
  const encode: Encode = (encoder, timestamps) => replay(encoder, recorded, timestamps);

  const clock = await clockUs(device, encode, effort);
  const timestamp = await timestampUs(device, encode, effort, clock);
  const us = timestamp ?? clock;
  const floor = (source.layout.byteLength + target.layout.byteLength) / copyBandwidth;
  const results: BenchResult[] = [
    { id, unit: 'µs/frame', value: us, peers: { floor, ...(timestamp === undefined ? {} : { clock }) } },
    { id: `${id}-over-floor`, unit: 'ratio', value: us / floor, peers: {} },
    { id: `${id}-dispatches`, unit: 'dispatches/frame', value: recorded.dispatches, peers: {} },
  ];
  for (const inFlight of bench.inFlight) {
    const readback = { source: recorded.target, bytes: recorded.targetBytes, work: encode };
    const value = await readbackFps(device, readback, inFlight, effort.roundMs);
    const plain = await bench.plainFps(recorded.target, recorded.targetBytes, inFlight);
    if (value === undefined || plain === undefined) continue;
    results.push({
      id: `${id}-readback-${inFlight}-in-flight`,
      unit: 'frames/s',
      value,
      peers: { 'readback alone': plain },
    });
  }
  const { fps, jsMs } = await measureWholeWay(backend, frame, effort.roundMs);
  results.push(
    { id: `${id}-upload-to-readback`, unit: 'frames/s', value: fps, peers: {} },
    { id: `${id}-js`, unit: 'CPU ms/frame', value: jsMs, peers: { 'upload copy': copyMs(frame.data) } },
  );
  return results;
}

/** A frame of noise, for no driver to compress. */
function noiseFrame(format: FrameFormat): RawFrame {
  const data = new Uint8Array(format.layout.byteLength);
  const words = new Uint32Array(data.buffer, 0, data.byteLength >> 2);
  for (let index = 0, state = 1; index < words.length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    words[index] = state;
  }
  return { ...format, data, timestampUs: 0, durationUs: 0, [Symbol.dispose]: () => {} };
}

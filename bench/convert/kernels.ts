// The addon's kernels on 4K frames: plans of the package, prepared once and carried out as its native backend does.
import { createNativeBackend, planConversion } from '@framerail/gpu-converters';
import type { LeaseSource } from '@framerail/lifecycle';
import { type ColorSpace, type FrameFormat, frameLayout, type PixelFormat } from '@framerail/media-types';
import type { NativeBinding, NativeImage, NativeInstructionSet, NativeProgram } from '@framerail/native';
import type { Job } from './jobs.ts';

export const WIDTH = 3840;
export const HEIGHT = 2160;

/** A conversion that is ready to be timed. */
export interface Conversion {
  readonly program: NativeProgram;
  readonly source: NativeImage;
  readonly target: NativeImage;
}

/** Plans a job and gives the plan to the addon, with frames of noise. */
export function prepareJob(binding: NativeBinding, job: Job, seed: number): Conversion {
  const { chromaLocation = 'left', upsampling = 'bilinear', operations = [] } = job;
  const last = operations.findLast((operation) => operation.type === 'scale');
  const source = formatOf(job.from, WIDTH, HEIGHT, chromaLocation);
  const target = formatOf(job.to, last?.width ?? WIDTH, last?.height ?? HEIGHT, chromaLocation);
  const plan = planConversion(source, target, { operations, upsampling });
  const prepared: NativeProgram[] = [];
  const prepare: NativeBinding['prepare'] = (options) => {
    const program = binding.prepare(options);
    prepared.push(program);
    return program;
  };
  createNativeBackend({ plan, binding: { prepare }, leases: NO_LEASES });
  const [program] = prepared;
  if (program === undefined)
    throw new Error(`Expected a program for ${job.id} but the backend prepared none`);
  return {
    program,
    source: noise(binding, job.from, WIDTH, HEIGHT, seed),
    target: noise(binding, job.to, target.layout.width, target.layout.height, 0),
  };
}

/** Runs a conversion `frames` times and returns the milliseconds of each. */
export function timeConversion(
  { program, source, target }: Conversion,
  frames: number,
  { threads = 1, instructionSet }: { threads?: number; instructionSet?: NativeInstructionSet } = {},
): number {
  const options = { source, target, threads, ...(instructionSet === undefined ? {} : { instructionSet }) };
  const startedMs = performance.now();
  for (let frame = 0; frame < frames; frame += 1) program.processSync(options);
  return (performance.now() - startedMs) / frames;
}

function formatOf(
  format: PixelFormat,
  width: number,
  height: number,
  chromaLocation: ColorSpace['chromaLocation'],
): FrameFormat {
  const isRgb = format === 'RGBA' || format === 'BGRA';
  const color: ColorSpace = {
    primaries: 'bt709',
    transfer: 'bt709',
    matrix: isRgb ? 'rgb' : 'bt709',
    fullRange: isRgb,
    chromaLocation,
  };
  return { layout: frameLayout({ format, width, height }), color };
}

/** An image in memory of the addon's, in huge pages, filled with noise. */
export function noise(
  binding: NativeBinding,
  format: PixelFormat,
  width: number,
  height: number,
  seed: number,
): NativeImage {
  const layout = frameLayout({ format, width, height });
  const data = binding.allocate(layout.byteLength, { hugePages: true, prefault: true });
  const words = new Uint32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
  let state = seed >>> 0;
  for (let index = 0; index < words.length; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    words[index] = state ^ (state >>> 15);
  }
  const { planes } = layout;
  return { data, format, width, height, planes };
}

/** Programs are run on the bench's own memory. */
const NO_LEASES: LeaseSource = {
  acquire: () => Promise.reject(new Error('Expected no frame to go through the backend')),
};

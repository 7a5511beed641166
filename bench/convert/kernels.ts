// The addon's kernels on 4K frames, called as users' programs call them.
import type {
  NativeBinding,
  NativeColor,
  NativeFormat,
  NativeImage,
  NativeInstructionSet,
  NativeOperation,
} from '@framerail/native';

export const WIDTH = 3840;
export const HEIGHT = 2160;

/** What a call is about. */
export interface Conversion {
  source: NativeImage;
  target: NativeImage;
  operations?: readonly NativeOperation[];
  chromaLocation?: NativeColor['chromaLocation'];
  threads?: number;
  instructionSet?: NativeInstructionSet;
}

/** Runs a conversion `frames` times and returns the milliseconds of each. */
export function timeConversion(binding: NativeBinding, conversion: Conversion, frames: number): number {
  const {
    source,
    target,
    operations = [],
    chromaLocation = 'left',
    threads = 1,
    instructionSet,
  } = conversion;
  const color: NativeColor = { matrix: 'bt709', fullRange: false, chromaLocation };
  const startedMs = performance.now();
  for (let frame = 0; frame < frames; frame += 1)
    binding.processSync({
      source,
      sourceColor: color,
      operations,
      target,
      targetColor: color,
      upsampling: 'bilinear',
      threads,
      ...(instructionSet === undefined ? {} : { instructionSet }),
    });
  return (performance.now() - startedMs) / frames;
}

/** An image in memory of the addon's, in huge pages, filled with noise. */
export function noise(
  binding: NativeBinding,
  format: NativeFormat,
  width: number,
  height: number,
  seed: number,
): NativeImage {
  const luma = width * height;
  const planes =
    format === 'NV12'
      ? [
          { offset: 0, stride: width },
          { offset: luma, stride: width },
        ]
      : [{ offset: 0, stride: 4 * width }];
  const data = binding.allocate(format === 'NV12' ? luma * 1.5 : luma * 4, {
    hugePages: true,
    prefault: true,
  });
  const words = new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  let state = seed >>> 0;
  for (let index = 0; index < words.length; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    words[index] = state ^ (state >>> 15);
  }
  return { data, format, width, height, planes };
}

// The edit of an upscaling export: NV12 of 1080p scaled, coloured and with a picture over it, to NV12 of 4K.
import type { NativeBinding, NativeColor } from '@framerail/native';
import { HEIGHT, noise, WIDTH } from './kernels.ts';

/** Gives what does the edit that many times and returns the milliseconds of each. */
export function editJob(binding: NativeBinding, seed: number): (frames: number) => number {
  const color: NativeColor = { matrix: 'bt709', fullRange: false, chromaLocation: 'left' };
  const source = noise(binding, 'NV12', WIDTH / 2, HEIGHT / 2, seed);
  const target = noise(binding, 'NV12', WIDTH, HEIGHT, 0);
  const image = noise(binding, 'RGBA', 640, 320, seed);
  // A little warmer, a little more contrast.
  const coefficients = Int32Array.of(4500, 60, 20, -2000, 10, 4300, 10, -1500, 0, 40, 4000, -1000);
  const operations = [
    { type: 'scale', width: WIDTH, height: HEIGHT },
    { type: 'colorMatrix', coefficients },
    { type: 'overlay', image, x: 3100, y: 100, opacity: 200 },
  ] as const;
  return (frames) => {
    const startedMs = performance.now();
    for (let frame = 0; frame < frames; frame += 1)
      binding.processSync({
        source,
        sourceColor: color,
        operations,
        target,
        targetColor: color,
        upsampling: 'bilinear',
        threads: 1,
      });
    return (performance.now() - startedMs) / frames;
  };
}

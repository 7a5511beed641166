import type * as GpuConverters from '@framerail/gpu-converters';
import { BT709, frameLayout, SRGB } from '@framerail/media-types';
import { expectBytes, type PageCase } from './page-case.js';

/** The package as vite bundles it, served beside the page. */
export function viteCases(): PageCase[] {
  return [
    {
      name: "vite's bundle of the package converts",
      async run() {
        const path: string = '/vite/entry.js';
        const { convertFrame } = (await import(path)) as typeof GpuConverters;
        const frame = {
          data: Uint8Array.of(235, 235, 235, 235, 128, 128),
          layout: frameLayout({ format: 'NV12', width: 2, height: 2 }),
          color: BT709,
          timestampUs: 0,
          durationUs: 0,
          [Symbol.dispose]: () => {},
        };
        const target = { layout: frameLayout({ format: 'RGBA', width: 2, height: 2 }), color: SRGB };
        using result = await convertFrame({ frame, target });
        expectBytes(result.data, Array<number>(16).fill(255), 'white');
      },
    },
  ];
}

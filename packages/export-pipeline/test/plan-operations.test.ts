import type { CubeLut } from '@framerail/gpu-converters';
import { describe, expect, it } from 'vitest';
import type { ExportOperation, ExportOptions } from '../src/export-options.js';
import { planExport } from '../src/plan/plan-export.js';
import { mediaInfo } from './media.js';

/** Of a source of 1920×1080. */
const plan = (operations: readonly unknown[], options: Partial<ExportOptions> = {}) =>
  planExport(
    {
      input: '/film.mp4',
      output: '/out.mp4',
      operations: operations as ExportOperation[],
      ...options,
    },
    mediaInfo(),
  );

const picture = { data: new Uint8Array(4), width: 1, height: 1 };
const look: CubeLut = {
  title: '',
  dimensions: 3,
  size: 2,
  entries: new Float64Array(24),
  domainMin: [0, 0, 0],
  domainMax: [1, 1, 1],
};

describe('operations that change the size', () => {
  it.each<[string, ExportOperation[], Partial<ExportOptions>, [number, number]]>([
    ['a crop', [{ type: 'crop', x: 10, y: 20, width: 640, height: 480 }], {}, [640, 480]],
    ['a quarter turn', [{ type: 'rotate', degrees: 90 }], {}, [1080, 1920]],
    ['a half turn', [{ type: 'rotate', degrees: 180 }], {}, [1920, 1080]],
    ['a border', [{ type: 'pad', left: 10, right: 10, top: 4 }], {}, [1940, 1084]],
    ['a letterbox', [{ type: 'letterbox', width: 1000, height: 1000 }], {}, [1000, 1000]],
    ['a turn after a scaling', [{ type: 'rotate', degrees: 270 }], { width: 960 }, [540, 960]],
    [
      'a crop that makes an odd size even again',
      [
        { type: 'crop', x: 0, y: 0, width: 641, height: 479 },
        { type: 'pad', right: 1, bottom: 1 },
      ],
      {},
      [642, 480],
    ],
  ])('%s', (_, operations, options, [width, height]) => {
    const planned = plan(operations, options);
    expect(planned).toMatchObject({ mode: 'render', target: { width, height } });
    expect(planned.operations.slice(-operations.length)).toEqual(operations);
  });

  it('come after the scaling that width and height ask for', () => {
    const crop: ExportOperation = { type: 'crop', x: 0, y: 0, width: 100, height: 100 };
    expect(plan([crop], { width: 960 }).operations).toEqual([
      { type: 'scale', width: 960, height: 540 },
      crop,
    ]);
  });
});

it.each<[string, ExportOperation]>([
  ['a crop of everything', { type: 'crop', x: 0, y: 0, width: 1920, height: 1080 }],
  ['a turn of nothing', { type: 'rotate', degrees: 0 }],
  ['a border of nothing', { type: 'pad' }],
  ['a fade of nothing', { type: 'fade', amount: 0 }],
  ['the size that there is', { type: 'scale', width: 1920, height: 1080 }],
  ['an overlay of nothing', { type: 'overlay', path: 'a.png', opacity: 0 }],
  ['colours as they are', { type: 'color', gamma: 1, hue: 0, exposure: 0 }],
])('%s leaves nothing to render', (_, operation) => {
  expect(plan([operation])).toMatchObject({ mode: 'copy', operations: [] });
});

it.each<[string, ExportOperation]>([
  ['gamma', { type: 'color', gamma: 1.1 }],
  ['a look', { type: 'lut3d', lut: look }],
  ['a solid', { type: 'solid', fill: [0, 0, 0] }],
  ['an overlay outside, whose size nobody knows yet', { type: 'overlay', path: 'a.png', x: -500, y: -500 }],
])('%s has to be rendered', (_, operation) => {
  expect(plan([operation])).toMatchObject({ mode: 'render', operations: [operation] });
});

it.each<[string, unknown[], RegExp]>([
  ['no list', 'crop' as never, /operations/],
  ['nothing', [null], /operations\[0\]/],
  ['an unknown one', [{ type: 'fade', amount: 0.5 }, { type: 'explode' }], /operations\[1\]\.type/],
  ['a crop outside', [{ type: 'crop', x: 1900, y: 0, width: 100, height: 100 }], /operations\[0\]\.width/],
  [
    'a crop outside what a crop left',
    [
      { type: 'crop', x: 0, y: 0, width: 100, height: 100 },
      { type: 'crop', x: 0, y: 50, width: 100, height: 100 },
    ],
    /operations\[1\]\.height/,
  ],
  ['a size of NaN', [{ type: 'scale', width: Number.NaN, height: 4 }], /operations\[0\]\.width/],
  ['a turn by less', [{ type: 'rotate', degrees: 45 }], /operations\[0\]\.degrees/],
  ['an odd size at the end', [{ type: 'crop', x: 0, y: 0, width: 101, height: 100 }], /101×100/],
  ['an amount that is none', [{ type: 'fade', amount: 2 }], /operations\[0\]\.amount/],
  ['a picture too short', [{ type: 'overlay', image: { ...picture, width: 2 } }], /operations\[0\]\.image/],
  ['an overlay at half a pixel', [{ type: 'overlay', path: 'a.png', x: 0.5 }], /operations\[0\]\.x/],
  [
    'another frame of another size',
    [{ type: 'dissolve', other: picture, amount: 0.5 }],
    /operations\[0\]\.other/,
  ],
])('refuses %s before any work', (_, operations, message) => {
  expect(() => plan(operations)).toThrowError(message);
});

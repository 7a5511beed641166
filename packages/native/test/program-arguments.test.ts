import { describe, expect, test } from 'vitest';
import type { NativeProgramOptions } from '../src/index.js';
import { addon, codeOf, hasAddon } from './addon.js';
import { imageOf, REC709 } from './images.js';

type Holder = Record<string, unknown>;

const shape = (format: string, width: number, height: number) => ({
  format,
  width,
  height,
  color: { ...REC709 },
});

const identity = (length: number) => ({
  start: Uint32Array.from({ length }, (_, index) => index),
  count: 1,
  weights: new Int16Array(length).fill(16_384),
});

/** An example of all steps. */
function pixels(): unknown {
  const picture = { data: new Uint8Array(16), width: 2, height: 2 };
  const table = new Uint16Array(256);
  return {
    source: shape('NV12', 4, 4),
    target: shape('P010', 2, 2),
    upsampling: 'bilinear',
    work: {
      kind: 'pixels',
      loadDepth: 8,
      load: undefined,
      loadsHalfs: false,
      storeDepth: 16,
      store: { shift: 20, coefficients: new Int32Array(12) },
      dithered: true,
      steps: [
        { type: 'scale', width: 6, height: 6 },
        { type: 'resample', width: 6, height: 6, horizontal: identity(6), vertical: undefined },
        {
          type: 'place',
          width: 2,
          height: 2,
          x: -1,
          y: 0,
          transpose: true,
          flipX: false,
          flipY: true,
          fill: [0, 0, 0, 9],
        },
        { type: 'colorMatrix', coefficients: new Int32Array(12) },
        { type: 'overlay', image: { ...picture }, x: 0, y: 0, opacity: 9, mode: 'screen' },
        { type: 'mix', image: { ...picture }, along: 'x', weights: new Uint16Array(2) },
        { type: 'lut3d', size: 2, entries: new Uint16Array(24) },
        { type: 'curves', from: 8, to: 16, tables: [table, table, table] },
      ],
    },
  };
}

/** An example with weights, codes and copied axes. */
function planes(): unknown {
  const map = (size: number) => ({
    horizontal: identity(size),
    vertical: { start: 0 },
    codes: new Uint16Array(4096),
  });
  return {
    source: shape('I420P10', 4, 4),
    target: shape('I420', 4, 4),
    upsampling: 'nearest',
    work: { kind: 'planes', components: [map(4), map(2), map(2)], dithered: true },
  };
}

/** Replaces what lies under a path such as `work.steps.0.width`. */
function withValue(options: unknown, path: string, value: unknown): NativeProgramOptions {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let holder = options as Holder;
  for (const key of keys) holder = holder[key] as Holder;
  holder[last] = value;
  return options as NativeProgramOptions;
}

const refusal = (message: string) =>
  expect.objectContaining({ code: 'E_INVALID_ARGUMENT', message: expect.stringContaining(message) });

describe.runIf(hasAddon)('arguments of prepare', () => {
  test('the examples of these tests are right as they stand', () => {
    addon().prepare(pixels() as NativeProgramOptions);
    addon().prepare(planes() as NativeProgramOptions);
  });

  test.each<[string, unknown, string]>([
    ['source', undefined, 'Expected an object for options.source but received undefined'],
    ['source.format', 'RGB', "for options.source.format but received 'RGB'"],
    ['source.width', 0, 'Expected an integer from 1 to 65535 for options.source.width but received 0'],
    ['source.color.matrix', 'rgb', "for options.source.color.matrix but received 'rgb'"],
    ['target.height', 3, 'Expected a target of 2x2, the size after the operations, but received 2x3'],
    [
      'upsampling',
      'cubic',
      "Expected one of 'nearest', 'bilinear' for options.upsampling but received 'cubic'",
    ],
    ['work', null, 'Expected an object for options.work but received null'],
    ['work.kind', 'other', "Expected one of 'planes', 'pixels' for options.work.kind but received 'other'"],
    ['work.loadDepth', 10, 'Expected 8 or 16 for options.work.loadDepth but received 10'],
    ['work.loadDepth', 16, 'Expected a form to load Nv12 at this depth but received none'],
    ['work.storeDepth', 8, 'Expected dither of pixels of 16 bits but received it for 8'],
    ['work.steps.7.to', 8, 'Expected pixels of 16 bits after the steps but received 8'],
    ['work.store', undefined, 'Expected a form to store P010 at this depth but received none'],
    ['work.store.shift', 31, 'Expected an integer from 7 to 30 for options.work.store.shift but received 31'],
    [
      'work.loadsHalfs',
      undefined,
      'Expected true or false for options.work.loadsHalfs but received undefined',
    ],
    [
      'work.loadsHalfs',
      true,
      "Expected Y'CbCr that becomes half floats without steps but received Nv12 to P010",
    ],
    ['work.store.fractions', new Uint16Array(11), 'of 12 fractions for options.work.store.fractions'],
    ['work.store.fractions', new Int32Array(12), 'a Uint16Array of 12 fractions'],
    ['work.store.fractions', new Uint16Array(12), 'Expected fractions of a form to load 16 bits'],
    ['work.store.coefficients', new Int32Array(11), 'of 12 coefficients for options.work.store.coefficients'],
    ['work.steps', {}, 'Expected an array of at most 64 for options.work.steps but received an object'],
    ['work.steps', Array(65).fill({}), 'but received one of 65'],
    ['work.steps.0.type', 'blur', "for options.work.steps[0].type but received 'blur'"],
    ['work.steps.0.width', 65_536, 'for options.work.steps[0].width but received 65536'],
    ['work.steps.1.horizontal', undefined, ''],
    [
      'work.steps.1.horizontal.start',
      new Int32Array(6),
      'Expected a Uint32Array for options.work.steps[1].horizontal.start',
    ],
    [
      'work.steps.1.horizontal.start',
      Uint32Array.of(0, 1, 2, 3, 4, 6),
      'Expected samples inside 0..6 at position 5',
    ],
    ['work.steps.1.horizontal.count', 2, 'Expected 2 weights for each of 1 or more positions'],
    ['work.steps.1.horizontal.weights', new Int16Array(6), 'Expected weights that add up to 16384'],
    [
      'work.steps.2.fill',
      [0, 0, 0],
      'Expected R, G, B and A for options.work.steps[2].fill but received 3 numbers',
    ],
    ['work.steps.2.fill', [0, 0, 0, 256], 'Expected a fill of 0 to 255 but received 256'],
    ['work.steps.2.x', 131_071, 'Expected a place within ±131070 but received 131071, 0'],
    ['work.steps.2.flipX', 1, 'Expected true or false for options.work.steps[2].flipX but received 1'],
    ['work.steps.3.coefficients', new Float32Array(12), 'Expected an Int32Array of 12 coefficients'],
    [
      'work.steps.4.image.data',
      new Uint8Array(15),
      'Expected at least 16 bytes of RGBA for options.work.steps[4].image.data but received 15',
    ],
    ['work.steps.4.opacity', 256, 'for options.work.steps[4].opacity but received 256'],
    ['work.steps.4.mode', 'glow', "for options.work.steps[4].mode but received 'glow'"],
    ['work.steps.4.premultiplied', true, 'Expected straight alpha with this blend mode'],
    ['work.steps.5.along', 'z', "Expected one of 'x', 'y' for options.work.steps[5].along but received 'z'"],
    ['work.steps.5.weights', Uint16Array.of(0, 257), 'Expected 2 weights of 0 to 256'],
    ['work.steps.5.image.height', 1, 'Expected a picture of 2x2 to mix in but received 2x1'],
    [
      'work.steps.6.size',
      130,
      'Expected an integer from 2 to 129 for options.work.steps[6].size but received 130',
    ],
    ['work.steps.6.entries', new Uint16Array(23), 'with 23 numbers'],
    ['work.steps.7.from', 16, 'Expected a curve of 65536 entries'],
    ['work.steps.7.tables', [], 'Expected 3 tables for options.work.steps[7].tables but received 0'],
  ])('pixels: %s of %j', (path, value, message) => {
    const options = withValue(pixels(), path, value);
    if (message === '') return void addon().prepare(options);
    expect(() => addon().prepare(options)).toThrow(refusal(message));
  });

  test.each<[string, unknown, string]>([
    ['source.format', 'RGBA', "Expected Y'CbCr on both sides"],
    ['target.format', 'P010', 'Expected dither from 10 to 8 bits but received 10 to 10'],
    ['target.width', 5, 'Expected weights from 4 to 5 samples'],
    ['work.dithered', undefined, 'Expected true or false for options.work.dithered'],
    ['work.components', [], 'Expected 3 components for options.work.components but received 0'],
    ['work.components.0.vertical', { start: 1 }, 'Expected 4 samples inside 0..4 but received them from 1'],
    [
      'work.components.0.vertical',
      { start: -1 },
      'for options.work.components[0].vertical.start but received -1',
    ],
    ['work.components.0.codes', undefined, 'Expected codes from 10 to 8 bits but received none'],
    ['work.components.0.codes', new Uint16Array(1024), 'Expected 4096 codes'],
    ['work.components.0.codes', new Uint16Array(4096).fill(16_384), 'codes of 0 to 16383 but received 16384'],
    [
      'work.components.2.horizontal',
      { start: 0 },
      'Expected 1024 codes of 0 to 16383 but received 4096 entries',
    ],
    ['work.components.2.vertical', identity(2), 'Expected the same axes, and codes or none, for Cb and Cr'],
  ])('planes: %s of %j', (path, value, message) => {
    const options = withValue(planes(), path, value);
    expect(() => addon().prepare(options)).toThrow(refusal(message));
  });

  test('frames are checked before anything is written', async () => {
    const program = addon().prepare(pixels() as NativeProgramOptions);
    const source = imageOf('NV12', 4, 4);
    const target = {
      data: new Uint8Array(12),
      format: 'P010',
      width: 2,
      height: 2,
      planes: [
        { offset: 0, stride: 4 },
        { offset: 8, stride: 4 },
      ],
    } as const;
    await program.process({ source, target });
    const wrong = [
      { source: imageOf('I420', 4, 4), target },
      { source: imageOf('NV12', 4, 6), target },
      { source, target: imageOf('NV12', 2, 2) },
      { source, target: { ...target, data: target.data.subarray(1) } },
      { source, target, threads: 0 },
      { source },
      undefined,
    ];
    for (const call of wrong) {
      expect(await codeOf(program.process(call as never))).toBe('E_INVALID_ARGUMENT');
      expect(() => program.processSync(call as never)).toThrow(
        expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }),
      );
    }
  });
});

import { describe, expect, test } from 'vitest';
import type { NativeImage, NativeProcessOptions } from '../src/index.js';
import { addon, codeOf, hasAddon } from './addon.js';
import { imageOf, REC709 } from './images.js';

/** Replaces what lies under a path such as `source.planes.0.stride`. */
function withValue(path: string, value: unknown): NativeProcessOptions {
  const options: unknown = {
    source: imageOf('RGBA', 4, 4),
    sourceColor: { ...REC709 },
    operations: [
      { type: 'overlay', image: imageOf('RGBA', 2, 2), x: 0, y: 0, opacity: 255 },
      { type: 'colorMatrix', coefficients: new Int32Array(12) },
      { type: 'scale', width: 6, height: 6 },
    ],
    target: imageOf('NV12', 6, 6),
    targetColor: { ...REC709 },
    upsampling: 'bilinear',
  };
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let holder = options as Record<string, unknown>;
  for (const key of keys) holder = holder[key] as Record<string, unknown>;
  if (path !== '') holder[last] = value;
  return options as NativeProcessOptions;
}

const small = (image: NativeImage, bytes: number): Uint8Array => image.data.subarray(0, bytes);

describe.runIf(hasAddon)('arguments of process', () => {
  test('the example of these tests is right as it stands', async () => {
    await addon().process(withValue('', undefined));
  });

  test.each<[string, unknown, string]>([
    ['source', undefined, 'Expected an object for options.source but received undefined'],
    ['source', null, 'Expected an object for options.source but received null'],
    [
      'source.format',
      'RGB',
      "Expected one of 'RGBA', 'BGRA', 'RGBA16F', 'NV12', 'I420', 'I422', 'I444', 'P010', 'I420P10', 'YUY2', 'UYVY' for options.source.format but received 'RGB'",
    ],
    ['source.width', 0, 'Expected an integer from 1 to 65535 for options.source.width but received 0'],
    ['source.width', 65_536, 'from 1 to 65535 for options.source.width but received 65536'],
    ['source.width', 1.5, 'from 1 to 65535 for options.source.width but received 1.5'],
    ['source.height', Number.NaN, 'for options.source.height but received NaN'],
    ['source.height', '4', "for options.source.height but received '4'"],
    ['source.height', -1, 'for options.source.height but received -1'],
    ['source.data', undefined, 'Expected a Uint8Array for options.source.data but received undefined'],
    [
      'source.data',
      new Float64Array(99),
      'Expected a Uint8Array for options.source.data but received a Float64Array',
    ],
    [
      'source.data',
      small(imageOf('RGBA', 4, 4), 63),
      'Expected at least 64 bytes of data for plane 0 of the source but received 63',
    ],
    ['source.data', new Uint8Array(), 'for plane 0 of the source but received 0'],
    ['source.planes', [], 'Expected 1 planes for options.source.planes'],
    ['source.planes', {}, 'Expected an array of at most 4 for options.source.planes but received an object'],
    ['source.planes', 7, 'Expected an array of at most 4 for options.source.planes but received 7'],
    [
      'source.planes.0.stride',
      15,
      'Expected a stride of at least 16 bytes for plane 0 of the source but received 15',
    ],
    ['source.planes.0.stride', 2 ** 46, 'bytes of data for plane 0 of the source'],
    ['source.planes.0.stride', 2 ** 60, 'for options.source.planes[0].stride'],
    ['source.planes.0.offset', -1, 'for options.source.planes[0].offset but received -1'],
    [
      'source.planes.0.offset',
      1,
      'Expected at least 65 bytes of data for plane 0 of the source but received 64',
    ],
    ['source.planes.0.offset', 2 ** 47, 'bytes of data for plane 0 of the source'],
    ['sourceColor', undefined, 'Expected an object for options.sourceColor'],
    ['sourceColor.matrix', 'rgb', "one of 'smpte170m', 'bt709', 'bt2020-ncl' for options.sourceColor.matrix"],
    ['targetColor.fullRange', 1, 'Expected true or false for options.targetColor.fullRange but received 1'],
    [
      'targetColor.chromaLocation',
      'top',
      "one of 'left', 'center', 'topleft' for options.targetColor.chromaLocation",
    ],
    ['target.planes.1.offset', 10, 'Expected separate planes in the target but planes 0 and 1 share bytes'],
    ['target.planes', [{ offset: 0, stride: 6 }], 'Expected 2 planes for options.target.planes'],
    ['target.width', 5, 'Expected'],
    [
      'operations',
      undefined,
      'Expected an array of at most 64 for options.operations but received undefined',
    ],
    [
      'operations',
      Array(65).fill({}),
      'an array of at most 64 for options.operations but received one of 65',
    ],
    [
      'operations.0',
      { type: 'blur' },
      "one of 'scale', 'colorMatrix', 'overlay' for options.operations[0].type",
    ],
    ['operations.0.opacity', 256, 'from 0 to 255 for options.operations[0].opacity but received 256'],
    ['operations.0.x', 0.5, 'for options.operations[0].x but received 0.5'],
    ['operations.0.image', imageOf('NV12', 2, 2), 'Expected an RGBA overlay'],
    [
      'operations.1.coefficients',
      new Int32Array(11),
      'an Int32Array of 12 coefficients for options.operations[1].coefficients but received one of 11',
    ],
    ['operations.1.coefficients', new Float32Array(12), 'an Int32Array of 12 coefficients'],
    ['operations.1.coefficients', [1, 2], 'an Int32Array of 12 coefficients'],
    [
      'operations.1.coefficients',
      new Int32Array(12).fill(40_000),
      'Expected element 0 of the colour matrix within ±32767 but received 40000',
    ],
    ['operations.2.width', 0, 'for options.operations[2].width but received 0'],
    ['operations.2.height', 7, 'Expected'],
    ['upsampling', 'lanczos', "one of 'nearest', 'bilinear' for options.upsampling but received 'lanczos'"],
    ['threads', 0, 'from 1 to 1024 for options.threads but received 0'],
    ['threads', null, 'for options.threads but received null'],
    ['instructionSet', 'sse9', "one of 'scalar', 'avx2', 'avx512', 'neon' for options.instructionSet"],
  ])('%s of %j', async (path, value, message) => {
    const options = withValue(path, value);
    await expect(addon().process(options)).rejects.toThrow(message);
    expect(await codeOf(addon().process(options))).toBe('E_INVALID_ARGUMENT');
    expect(() => addon().processSync(options)).toThrow(message);
  });

  test.each([undefined, null, 5, 'options'])('options of %j', async (options) => {
    const call = options as unknown as NativeProcessOptions;
    expect(await codeOf(addon().process(call))).toBe('E_INVALID_ARGUMENT');
    expect(() => addon().processSync(call)).toThrow('Expected an object for options');
  });

  test('an instruction set that the processor lacks is not the caller’s mistake', async () => {
    const { process, instructionSets } = addon();
    const all = ['avx2', 'avx512', 'neon'] as const;
    for (const instructionSet of all.filter((set) => !instructionSets().includes(set)))
      expect(await codeOf(process({ ...withValue('', undefined), instructionSet }))).toBe('E_UNSUPPORTED');
  });

  test('a refused target is not written', async () => {
    const options = withValue('source.planes.0.stride', 15);
    expect(await codeOf(addon().process(options))).toBe('E_INVALID_ARGUMENT');
    expect(options.target.data.every((byte) => byte === 0)).toBe(true);
  });

  test('metrics look at their arguments too', async () => {
    const image = imageOf('NV12', 4, 4);
    expect(await codeOf(addon().psnr(image, imageOf('NV12', 4, 5)))).toBe('E_INVALID_ARGUMENT');
    expect(await codeOf(addon().ssim(image, imageOf('I420', 4, 4)))).toBe('E_INVALID_ARGUMENT');
    expect(await codeOf(addon().psnr(image, undefined as unknown as NativeImage))).toBe('E_INVALID_ARGUMENT');
    expect(await addon().psnr(image, image)).toEqual({
      planes: [Infinity, Infinity, Infinity],
      mean: Infinity,
    });
    expect((await addon().ssim(imageOf('NV12', 16, 16), imageOf('NV12', 16, 16))).mean).toBe(1);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CubeLut, type Operation, parseCube, planConversion, serializeCube } from '../src/index.js';
import { carryOut } from './convert-with.js';
import { coded, RGBA_SMALL } from './frames.js';

const finite = fc
  .double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })
  .map((value) => value + 0);
const triple = fc.tuple(finite, finite, finite);

const lut: fc.Arbitrary<CubeLut> = fc
  .record({
    title: fc.stringMatching(/^[A-Za-z0-9 .,#'-]*$/).map((title) => title.trim()),
    dimensions: fc.constantFrom(1 as const, 3 as const),
    size: fc.integer({ min: 2, max: 5 }),
    domainMin: triple,
    spans: fc.tuple(...Array.from({ length: 3 }, () => fc.double({ min: 1e-3, max: 100, noNaN: true }))),
    seed: fc.nat(),
  })
  .map(({ spans, seed, ...rest }) => ({
    ...rest,
    domainMax: rest.domainMin.map((min, index) => min + (spans[index] as number)) as [number, number, number],
    entries: Float64Array.from(
      { length: 3 * (rest.dimensions === 3 ? rest.size ** 3 : rest.size) },
      (_, index) => Math.sin(seed + index) * 10 ** ((index % 9) - 4),
    ),
  }));

const DATA = '0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n';

describe('.cube files', () => {
  test('come back from their text, whatever stands between the lines', () => {
    const property = fc.property(
      lut,
      fc.constantFrom('\n', '\r\n'),
      fc.array(fc.constantFrom('', '   ', '# a comment', '\t#1 2 3', '#')),
      fc.boolean(),
      (one, newline, between, isSpread) => {
        const lines = serializeCube(one).split('\n');
        const text = lines
          .flatMap((line, index) => [
            line,
            ...(between.length === 0 ? [] : [between[index % between.length] as string]),
          ])
          .map((line) => (isSpread && /^[-+.\d]/.test(line) ? ` ${line.replaceAll(' ', '\t  ')} ` : line))
          .join(newline);
        expect(parseCube(text)).toEqual(one);
      },
    );
    fc.assert(property, { seed: 81, numRuns: 300 });
  });

  test('have keywords in any order, in small letters too, and defaults', () => {
    const { title, dimensions, size, domainMin, domainMax } = parseCube(
      `\uFEFFlut_3d_size 2\ntitle "A \\"look\\""\n${DATA}`,
    );
    expect({ title, dimensions, size, domainMin, domainMax }).toEqual({
      title: 'A \\"look\\"',
      dimensions: 3,
      size: 2,
      domainMin: [0, 0, 0],
      domainMax: [1, 1, 1],
    });
    const swapped = parseCube(
      `DOMAIN_MAX 2 3 4\nDOMAIN_MIN -1 -2 -3\nTITLE bare words\nLUT_3D_SIZE 2\n${DATA}`,
    );
    expect(swapped).toMatchObject({ title: 'bare words', domainMin: [-1, -2, -3], domainMax: [2, 3, 4] });
    expect([...swapped.entries.subarray(3, 6)]).toEqual([1, 0, 0]);
    expect(parseCube(`LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE -0.5 1.5\n${DATA}`)).toMatchObject({
      domainMin: [-0.5, -0.5, -0.5],
      domainMax: [1.5, 1.5, 1.5],
    });
    expect([...parseCube('LUT_1D_SIZE 2\n+.5 -1e-2 1.\n3 2 1').entries]).toEqual([0.5, -0.01, 1, 3, 2, 1]);
    expect(Object.isFrozen(swapped)).toBe(true);
  });

  test.each<[string, string, number, string]>([
    ['nothing', '', 1, 'LUT_3D_SIZE or LUT_1D_SIZE'],
    ['numbers without a size', DATA, 1, 'before the numbers'],
    ['a size of 1', 'LUT_3D_SIZE 1\n0 0 0', 1, 'LUT_3D_SIZE from 2 to 129'],
    ['a cube too large', 'LUT_3D_SIZE 130\n', 1, 'LUT_3D_SIZE from 2 to 129'],
    ['curves too long', 'LUT_1D_SIZE 65537\n', 1, 'LUT_1D_SIZE from 2 to 65536'],
    ['a size that is no integer', 'LUT_3D_SIZE 2.5\n', 1, 'received LUT_3D_SIZE 2.5'],
    ['a size in words', 'LUT_3D_SIZE two\n', 1, 'received LUT_3D_SIZE two'],
    ['a negative size', 'LUT_3D_SIZE -2\n', 1, 'received LUT_3D_SIZE -2'],
    ['no size at its keyword', 'LUT_3D_SIZE\n', 1, 'LUT_3D_SIZE from 2 to 129'],
    ['two sizes', 'LUT_3D_SIZE 2\nLUT_3D_SIZE 2\n', 2, 'LUT_3D_SIZE once'],
    ['curves before a cube', 'LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n', 2, 'either LUT_1D_SIZE or LUT_3D_SIZE'],
    ['two titles', 'TITLE "a"\nTITLE "b"\n', 2, 'TITLE once'],
    ['a title without its end', 'TITLE "a\nLUT_3D_SIZE 2\n', 1, 'a title that ends with a quote'],
    ['two domains', `DOMAIN_MIN 0 0 0\nDOMAIN_MIN 0 0 0\n`, 2, 'DOMAIN_MIN once'],
    ['a domain twice in other words', `DOMAIN_MIN 0 0 0\nLUT_3D_INPUT_RANGE 0 1\n`, 2, 'once'],
    ['a domain of two numbers', 'DOMAIN_MAX 1 1\n', 1, 'three finite numbers'],
    ['a range of three numbers', 'LUT_1D_INPUT_RANGE 0 1 2\n', 1, 'two finite numbers'],
    ['an empty domain', `LUT_3D_SIZE 2\nDOMAIN_MIN 0 1 0\n${DATA}`, 11, 'DOMAIN_MAX above DOMAIN_MIN in G'],
    ['a domain turned around', `LUT_3D_SIZE 2\nDOMAIN_MAX -1 1 1\n${DATA}`, 11, 'in R'],
    ['a keyword after the numbers', `LUT_3D_SIZE 2\n${DATA}DOMAIN_MIN 0 0 0\n`, 10, 'Expected numbers'],
    ['an unknown keyword', 'LUT_4D_SIZE 2\n', 1, 'a keyword of .cube files'],
    ['a line too few', `LUT_3D_SIZE 2\n${DATA.slice(0, -6)}`, 9, '8 lines of numbers'],
    ['a line too many', `LUT_3D_SIZE 2\n${DATA}0 0 0\n`, 10, 'the end of the file after 8'],
    ['two numbers in a line', `LUT_3D_SIZE 2\n0 0\n`, 2, 'three finite numbers'],
    ['four numbers in a line', `LUT_3D_SIZE 2\n0 0 0 0\n`, 2, 'three finite numbers'],
    ['NaN', `LUT_3D_SIZE 2\n0 nan 0\n`, 2, 'received 0 nan 0'],
    ['a line that begins with NaN', `LUT_3D_SIZE 2\nnan 0 0\n`, 2, 'received nan 0 0'],
    ['infinity', `LUT_3D_SIZE 2\n0 1e999 0\n`, 2, 'three finite numbers'],
    ['hexadecimals', `LUT_3D_SIZE 2\n0 0x1 0\n`, 2, 'three finite numbers'],
    ['commas', `LUT_3D_SIZE 2\n0, 0, 0\n`, 2, 'three finite numbers'],
    ['a comment behind numbers', `LUT_3D_SIZE 2\n0 0 0 # black\n`, 2, 'three finite numbers'],
    ['bytes of something else', '\u0000\u0001PNG', 1, 'a keyword of .cube files'],
  ])('refuses %s', (_, text, line, words) => {
    expect(() => parseCube(text)).toThrow(coded('E_CUBE_INVALID', words));
    expect(() => parseCube(text)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ line }) }),
    );
  });

  test('shows no control characters of a file that is none', () => {
    const text = '\u001b[2J\u0000\u0007\u009b1m';
    expect(() => parseCube(text)).toThrow(coded('E_CUBE_INVALID', '\ufffd[2J\ufffd\ufffd\ufffd1m'));
  });

  test('refuses what is no text', () => {
    expect(() => parseCube(new Uint8Array(3) as unknown as string)).toThrow(
      coded('E_INVALID_ARGUMENT', 'text'),
    );
  });
});

describe('looks', () => {
  /** What a look does to colours, beside straight lines and tetrahedra in doubles. */
  const lookUp = (table: CubeLut, rgb: readonly number[]): number[] => {
    const at = rgb.map((value, channel) => {
      const [min, max] = [table.domainMin[channel] as number, table.domainMax[channel] as number];
      return Math.min(Math.max((value - min) / (max - min), 0), 1) * (table.size - 1);
    });
    if (table.dimensions === 1) {
      return at.map((position, channel) => {
        const first = Math.min(Math.floor(position), table.size - 2);
        const [a, b] = [first, first + 1].map((node) => table.entries[3 * node + channel] as number) as [
          number,
          number,
        ];
        return a + (position - first) * (b - a);
      });
    }
    const base = at.map((position) => Math.min(Math.floor(position), table.size - 2));
    const rest = at.map((position, channel) => position - (base[channel] as number));
    const order = [0, 1, 2].sort((a, b) => (rest[b] as number) - (rest[a] as number));
    const corner = [...base];
    const entry = (channel: number): number => {
      const [r, g, b] = corner as [number, number, number];
      const cut = table.entries[3 * (r + table.size * (g + table.size * b)) + channel] as number;
      // Cubes hold 0 to 1.
      return Math.min(Math.max(cut, 0), 1);
    };
    const result = [0, 1, 2].map(entry);
    for (const axis of order) {
      const before = [0, 1, 2].map(entry);
      corner[axis] = (corner[axis] as number) + 1;
      for (const channel of [0, 1, 2])
        result[channel] =
          (result[channel] as number) +
          (rest[axis] as number) * (entry(channel) - (before[channel] as number));
    }
    return result;
  };

  test('are their tables, within a code', () => {
    const property = fc.property(
      fc.constantFrom(1 as const, 3 as const),
      fc.integer({ min: 2, max: 9 }),
      fc.boolean(),
      fc.nat(),
      (dimensions, size, hasDomain, seed) => {
        const table: CubeLut = {
          title: '',
          dimensions,
          size,
          entries: Float64Array.from(
            { length: 3 * (dimensions === 3 ? size ** 3 : size) },
            (_, index) => 0.5 + 0.6 * Math.sin(seed + 3.7 * index),
          ),
          domainMin: hasDomain ? [-0.25, 0.1, 0] : [0, 0, 0],
          domainMax: hasDomain ? [1.5, 0.9, 2] : [1, 1, 1],
        };
        const operations: readonly Operation[] = [{ type: 'lut3d', lut: table }];
        const plan = planConversion(RGBA_SMALL, RGBA_SMALL, { operations });
        const data = Uint8Array.from(
          { length: RGBA_SMALL.layout.byteLength },
          (_, index) => (index * 7919 + seed) & 255,
        );
        const made = carryOut(plan, data);
        for (let at = 0; at < data.length; at += 4) {
          const exact = lookUp(
            table,
            [...data.subarray(at, at + 3)].map((value) => value / 255),
          );
          for (const [channel, value] of exact.entries()) {
            const code = Math.min(Math.max(255 * value, 0), 255);
            // Steep curves multiply the rounding of what goes in, which 16 bits keep small.
            expect(Math.abs((made[at + channel] as number) - code)).toBeLessThanOrEqual(
              0.51 + (hasDomain ? 0.02 : 0),
            );
          }
          expect(made[at + 3]).toBe(data[at + 3]);
        }
      },
    );
    fc.assert(property, { seed: 82, numRuns: 60 });
  });
});

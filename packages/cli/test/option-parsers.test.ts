import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesParser,
  choiceParser,
  numberParser,
  parseOverlay,
  sizeParser,
} from '../src/command-line/option-parsers.js';

const SEED = { seed: 20_240_229 };
const refused = expect.objectContaining({ code: 'E_INVALID_ARGUMENT' });

describe('sizeParser', () => {
  it('reads back what it is given', () => {
    const side = fc.integer({ min: 1, max: 65_535 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        expect(sizeParser('--size')(`${width}x${height}`)).toEqual({ width, height });
      }),
      SEED,
    );
  });

  it.each(['', 'x', '1920', '1920x', '0x10', '10x0', '65536x1', '-1x5', '1.5x2', '10x10x10', '1e3x5'])(
    'refuses %j',
    (text) => {
      expect(() => sizeParser('--size')(text)).toThrow(refused);
    },
  );
});

describe('parseOverlay', () => {
  it('takes the numbers from the end, whatever the path holds', () => {
    const path = fc
      .string({ minLength: 1 })
      .filter((text) => !/:[+-]?\d+$|:\d*\.?\d+$|\n|\r|\u2028|\u2029/.test(text));
    const place = fc.integer({ min: -65_535, max: 65_535 });
    fc.assert(
      fc.property(path, place, place, fc.integer({ min: 0, max: 100 }), (picture, x, y, percent) => {
        expect(parseOverlay(`${picture}:${x}:${y}:${percent / 100}`)).toEqual({
          path: picture,
          x,
          y,
          opacity: percent / 100,
        });
        expect(parseOverlay(`${picture}:${x}:${y}`)).toEqual({ path: picture, x, y, opacity: 1 });
      }),
      SEED,
    );
  });

  it('lays a picture without a place at the top left', () => {
    expect(parseOverlay('C:\\logo.png')).toEqual({ path: 'C:\\logo.png', x: 0, y: 0, opacity: 1 });
  });

  it.each(['', 'a.png:1:2:1.5', 'a.png:99999:0'])('refuses %j', (text) => {
    expect(() => parseOverlay(text)).toThrow(refused);
  });
});

describe('bytesParser', () => {
  it.each([
    ['1', 1],
    ['200MB', 200_000_000],
    ['1.5 GB', 1_500_000_000],
    ['190MiB', 190 * 2 ** 20],
    ['4kib', 4096],
  ])('reads %j', (text, bytes) => {
    expect(bytesParser('--buffer-bytes')(text)).toBe(bytes);
  });

  it.each(['', '0', '-5', '5 parsecs', 'MB', '1e400', '9999999999GB'])('refuses %j', (text) => {
    expect(() => bytesParser('--buffer-bytes')(text)).toThrow(refused);
  });
});

describe('numberParser', () => {
  const parse = numberParser('--crf', { min: 0, max: 51 });
  it.each(['18', '0', '51', '+7', '22.5', '.5'])('reads %j', (text) => {
    expect(parse(text)).toBe(Number(text));
  });

  it.each(['', ' ', 'abc', '52', '-1', '0x10', '1e1', 'NaN', 'Infinity', '1,5'])('refuses %j', (text) => {
    expect(() => parse(text)).toThrow(refused);
  });

  it('refuses fractions where it takes integers', () => {
    expect(() => numberParser('--stride', { min: 1, max: 100, integer: true })('1.5')).toThrow(refused);
  });
});

describe('choiceParser', () => {
  it('takes any case and names the choices when there is none', () => {
    const parse = choiceParser('--from', ['RGBA', 'NV12'] as const);
    expect(parse('nv12')).toBe('NV12');
    expect(() => parse('P010')).toThrow(/RGBA, NV12/);
  });
});

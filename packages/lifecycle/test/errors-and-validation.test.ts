import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  expectInteger,
  expectLimit,
  expectNumber,
  expectObject,
  expectOneOf,
  expectString,
  FramerailError,
  isFramerailError,
} from '../src/index.js';

describe('FramerailError', () => {
  const error = new FramerailError({
    code: 'E_TEST',
    message: 'Expected tea',
    cause: 'coffee',
    details: { cups: 2 },
  });

  it('carries code, cause and details that nobody can change', () => {
    expect(error).toMatchObject({
      name: 'FramerailError',
      code: 'E_TEST',
      message: 'Expected tea',
      cause: 'coffee',
    });
    expect(error.details).toEqual({ cups: 2 });
    expect(Object.isFrozen(error.details)).toBe(true);
    expect(String(error)).toBe('FramerailError: Expected tea');
  });

  it('is known by its mark, not by its class', () => {
    expect(isFramerailError(error)).toBe(true);
    expect(isFramerailError(error, 'E_TEST')).toBe(true);
    expect(isFramerailError(error, 'E_OTHER')).toBe(false);
    const foreign = runInNewContext(
      "Object.defineProperty(Object.assign(new Error('x'), { code: 'E_TEST' }), Symbol.for('framerail.error'), { value: true })",
    );
    expect(foreign instanceof FramerailError).toBe(false);
    expect(isFramerailError(foreign, 'E_TEST')).toBe(true);
    for (const other of [new Error('x'), { code: 'E_TEST' }, null, undefined, 'E_TEST']) {
      expect(isFramerailError(other)).toBe(false);
    }
  });
});

describe('validation', () => {
  const invalid = expect.objectContaining({ code: 'E_INVALID_ARGUMENT' });
  const thrown = (call: () => unknown): unknown => {
    try {
      call();
    } catch (error) {
      return error;
    }
    return undefined;
  };

  it('passes integers within their bounds and nothing else', () => {
    fc.assert(
      fc.property(fc.anything(), fc.integer(), fc.nat(), (value, min, span) => {
        const fits =
          Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= min + span;
        const error = thrown(() => expectInteger('count', value, { min, max: min + span }));
        if (fits) expect(error).toBeUndefined();
        else expect(error).toEqual(invalid);
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, '1', null, undefined, {}, 2])(
    'refuses %s for a number up to 1',
    (bad) => {
      expect(thrown(() => expectNumber('opacity', bad, { min: 0, max: 1 }))).toEqual(invalid);
    },
  );

  it('says what was expected and what came', () => {
    expect(thrown(() => expectInteger('width', 0, { min: 1, max: 9 }))).toMatchObject({
      message: 'Expected an integer from 1 to 9 for width but received 0',
    });
    expect(thrown(() => expectOneOf('codec', 'x', ['h264', 'hevc']))).toMatchObject({
      message: 'Expected one of h264, hevc for codec but received "x"',
    });
    expect(thrown(() => expectString('path', ''))).toEqual(invalid);
    for (const value of [undefined, null, 5, 'text'])
      expect(thrown(() => expectObject('options', value as unknown as object))).toEqual(invalid);
    expect(expectObject('options', { a: 1 })).toEqual({ a: 1 });
  });

  it('refuses to go without a limit', () => {
    expect(expectLimit('maxBytes', 1)).toBe(1);
    for (const none of [undefined, Number.POSITIVE_INFINITY]) {
      expect(thrown(() => expectLimit('maxBytes', none))).toMatchObject({ code: 'E_UNBOUNDED' });
    }
    for (const bad of [0, -1, 1.5, Number.NaN, '1'])
      expect(thrown(() => expectLimit('maxBytes', bad))).toEqual(invalid);
  });
});

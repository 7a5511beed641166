import { FramerailError, isFramerailError } from '@framerail/lifecycle';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { errorOf, recordOf } from '../../src/workers/error-record.js';

const cross = (thrown: unknown): Error => errorOf(structuredClone(recordOf(thrown)));

test('errors cross with name, message, stack, code and causes', () => {
  const cause = new RangeError('below');
  const error = Object.assign(new TypeError('above', { cause }), { code: 'E_OWN' });
  const crossed = cross(error);
  expect(crossed).toMatchObject({ name: 'TypeError', message: 'above', code: 'E_OWN', stack: error.stack });
  expect(crossed.cause).toMatchObject({ name: 'RangeError', message: 'below', stack: cause.stack });
  const own = cross(new FramerailError({ code: 'E_X', message: 'm', details: { a: [1], b: undefined } }));
  expect(isFramerailError(own, 'E_X')).toBe(true);
  expect((own as FramerailError).details).toEqual({ a: [1] });
  expect(cross(new DOMException('stop', 'AbortError'))).toMatchObject({
    name: 'AbortError',
    message: 'stop',
  });
});

test('anything that is thrown crosses, and nothing throws', () => {
  const odd = { get: () => {} };
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.constant(odd), fc.constant(Symbol('a'))), (thrown) => {
      expect(cross(thrown)).toBeInstanceOf(Error);
    }),
  );
  const untold = {
    message: {
      toString() {
        throw new Error('no');
      },
    },
  };
  expect(cross(untold).message).toBe('no message');
  const circle: { details?: unknown } = {};
  circle.details = circle;
  expect(cross(new FramerailError({ code: 'E_X', message: 'm', details: { circle } }))).toMatchObject({
    code: 'E_X',
  });
});

test('long texts are cut, and endless causes', () => {
  const error: Error = new Error('a'.repeat(1e6));
  error.cause = error;
  let depth = 0;
  for (let below: unknown = cross(error); below instanceof Error; below = below.cause) depth += 1;
  expect(depth).toBe(6);
  expect(cross(error).message.length).toBe(16_384);
});

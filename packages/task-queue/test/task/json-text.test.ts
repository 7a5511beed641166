import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonText } from '../../src/task/json-text.js';

const write = (value: unknown): string => jsonText(value, { code: 'E_TASK_DATA', what: 'data' });

test('what JSON can express comes back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(write(value)).toBe(JSON.stringify(value));
    }),
  );
});

test('takes what JSON takes with intent', () => {
  expect(write(undefined)).toBe('null');
  expect(write({ a: undefined, b: new Date(0) })).toBe('{"b":"1970-01-01T00:00:00.000Z"}');
  expect(write(new URL('https://example.com/'))).toBe('"https://example.com/"');
  expect(write(Object.create(null, { a: { value: 1, enumerable: true } }))).toBe('{"a":1}');
  const shared = { a: 1 };
  expect(write([shared, shared])).toBe('[{"a":1},{"a":1}]');
});

test('refuses what JSON would change or drop, and says where it is', () => {
  const circle: Record<string, unknown> = { list: [{}] };
  (circle['list'] as object[])[0] = circle;
  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
  for (const [value, path, received] of [
    [() => 1, 'data', 'function'],
    [Symbol('a'), 'data', 'symbol'],
    [1n, 'data', 'bigint'],
    [Number.NaN, 'data', 'NaN'],
    [[1, [Number.POSITIVE_INFINITY]], 'data[1][0]', 'Infinity'],
    [[1, undefined], 'data[1]', 'undefined'],
    [new Map(), 'data', 'Map'],
    [{ a: new Set() }, 'data.a', 'Set'],
    [{ 'a b': { c: 1n } }, 'data["a b"].c', 'bigint'],
    [{ pixels: new Uint8Array(1) }, 'data.pixels', 'Uint8Array'],
    [Buffer.from('a'), 'data', 'Buffer'],
    [new ArrayBuffer(1), 'data', 'ArrayBuffer'],
    [new Error('a'), 'data', 'Error'],
    [Promise.resolve(1), 'data', 'Promise'],
    [/a/, 'data', 'RegExp'],
    [circle, 'data.list[0]', 'circle'],
    [{ toJSON: () => ({ a: 1n }) }, 'data.a', 'bigint'],
    [deep(100_000 / 50), expect.stringMatching(/^data(\[0\])+/), 'levels'],
  ] as const)
    expect(() => write(value)).toThrow(
      expect.objectContaining({
        code: 'E_TASK_DATA',
        message: expect.stringContaining(received),
        details: { path },
      }),
    );
});

import { isFramerailError } from '@framerail/lifecycle';
import { expect, test } from 'vitest';
import { type BufferPoolOptions, createBufferPool, heapAllocator } from '../src/index.js';

const odd = (...values: unknown[]): unknown[] => values;

/** Values that no option of the name may have. */
const REFUSED: Record<string, unknown[]> = {
  maxBytes: odd(
    0,
    -1,
    1.5,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    2 ** 53,
    '1000',
    {},
    [],
    [4096],
    true,
    10n,
    Symbol('s'),
  ),
  maxFreeBytes: odd(-1, 0.5, Number.NaN, 2 ** 53, '1000', {}, false, 10n),
  maxWaiters: odd(-1, 0.5, Number.NaN, '10', {}, true, 10n),
  agingMs: odd(0, -1, Number.NaN, '10', {}, true, 10n),
  idleExpiryMs: odd(-1, Number.NaN, '10', {}, true, 10n),
  name: odd('', 5, {}, true, []),
  leakDetection: odd('some', '', 'FULL', true, 1, {}),
  poison: odd('yes', 1, {}, 'false'),
  layouts: odd(
    5,
    'NV12',
    {},
    [undefined],
    [5],
    [{}],
    [{ byteLength: 0 }],
    [{ byteLength: Number.NaN }],
    [{ byteLength: '4096' }],
  ),
  allocator: odd(
    5,
    'heap',
    {},
    { name: 'half', allocate: () => new Uint8Array(1) },
    { name: 'half', free() {} },
    () => heapAllocator(),
  ),
  clock: odd(5, 'system', {}, { now: () => 0 }, { setTimer: () => () => {} }),
};

for (const [name, values] of Object.entries(REFUSED)) {
  test.each(values.map((value) => [value]))(`${name}: %o is refused by name`, (value) => {
    const make = (): unknown => createBufferPool({ maxBytes: 10_000, [name]: value } as BufferPoolOptions);
    expect(make).toThrow(
      expect.objectContaining({ code: 'E_INVALID_ARGUMENT', message: expect.stringContaining(name) }),
    );
  });
}

test.each([undefined, Number.POSITIVE_INFINITY])('no budget (%s) is no default', (maxBytes) => {
  expect(() => createBufferPool({ maxBytes } as unknown as BufferPoolOptions)).toThrow(
    expect.objectContaining({ code: 'E_UNBOUNDED', message: expect.stringContaining('maxBytes') }),
  );
});

test.each([[undefined], [null], [5], ['options'], [true]])('%o in place of options is refused', (options) => {
  let caught: unknown;
  try {
    createBufferPool(options as unknown as BufferPoolOptions);
  } catch (error) {
    caught = error;
  }
  expect(isFramerailError(caught), String(caught)).toBe(true);
});

test('what a getter of an option throws reaches the caller as it is', () => {
  const thrown = new Error('from a getter');
  const options = {
    maxBytes: 10_000,
    get maxFreeBytes(): number {
      throw thrown;
    },
  };
  expect(() => createBufferPool(options)).toThrow(thrown);
});

test('options are read once: what is changed later changes nothing', async () => {
  const options = { maxBytes: 10_000, maxWaiters: 0 };
  using pool = createBufferPool(options);
  options.maxBytes = 1;
  expect(pool.stats().maxBytes).toBe(10_000);
  (await pool.acquire(10_000)).release();
});

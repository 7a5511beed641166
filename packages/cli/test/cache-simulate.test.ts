import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { framerail, framerailJson, inFolder } from './command.js';

/** Ten blocks again and again, and one that always hits. */
const LOOP = gzipSync(
  Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 0 : index % 20)).join('\n'),
);

/** A folder with a trace in it. */
function withTrace<T>(use: (path: string) => Promise<T>): Promise<T> {
  return inFolder(async (folder) => {
    const path = join(folder, 'loop.trace.gz');
    await writeFile(path, LOOP);
    return use(path);
  });
}

describe('framerail cache simulate', () => {
  it('prints one object of exactly this shape', async () => {
    const { code, json } = await withTrace((path) =>
      framerailJson(['cache', 'simulate', path, '--size', '5,11']),
    );
    expect(code).toBe(0);
    const policy = (name: string) => ({
      policy: name,
      default: name === 'w-tinylfu',
      hitRate: expect.any(Number),
      missCount: expect.any(Number),
    });
    const policies = ['lru', 'sieve', 's3-fifo', 'w-tinylfu'].map(policy);
    expect(json).toEqual({
      trace: expect.stringContaining('loop.trace.gz'),
      requests: 200,
      results: [
        { size: 5, policies, opt: expect.any(Number) },
        { size: 11, policies, opt: 189 / 200 },
      ],
    });
    expect(json.results[1].policies.map(({ missCount }: { missCount: number }) => missCount)).toEqual([
      11, 11, 11, 11,
    ]);
  });

  it('takes units of sizes', async () => {
    const { json } = await withTrace((path) =>
      framerailJson(['cache', 'simulate', path, '--size', '1KiB, 2kB']),
    );
    expect(json.results.map(({ size }: { size: number }) => size)).toEqual([1024, 2000]);
  });

  it('prints a table for people', async () => {
    const { stdout } = await withTrace((path) => framerail(['cache', 'simulate', path, '--size', '11']));
    expect(stdout.toString()).toMatch(/^size +lru +sieve +s3-fifo +w-tinylfu \* +opt$/m);
    expect(stdout.toString()).toMatch(/^ +11( +94\.50 %){5}$/m);
  });

  it.each([
    ['0', 2],
    ['', 2],
    ['5,,6', 2],
    ['5 apples', 2],
    ['-5', 2],
  ])('refuses the size %j', async (size, expected) => {
    const { code, json } = await withTrace((path) =>
      framerailJson(['cache', 'simulate', path, `--size=${size}`]),
    );
    expect([code, json.error.code]).toEqual([expected, 'E_INVALID_ARGUMENT']);
  });

  it('ends with 3 for what is no trace', async () => {
    const missing = await framerailJson(['cache', 'simulate', '/nonexistent/trace', '--size', '5']);
    expect([missing.code, missing.json.error.code]).toEqual([3, 'E_INPUT_NOT_FOUND']);
    const other = await framerailJson(['cache', 'simulate', import.meta.filename, '--size', '5']);
    expect([other.code, other.json.error.code]).toEqual([3, 'E_INPUT_TRACE_INVALID']);
  });
});

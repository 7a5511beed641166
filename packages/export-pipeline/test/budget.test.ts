import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameBudget } from '../src/budget/frame-budget.js';
import { machineMemoryBytes } from '../src/budget/machine-memory.js';
import { shareBudget } from '../src/budget/share-budget.js';

const GB = 2 ** 30;

describe('frame budget', () => {
  it('is 32 frames or 200 MB above 16 GB, 16 frames or 100 MB up to there', () => {
    expect(frameBudget({ memoryBytes: 16 * GB + 1 })).toEqual({ frames: 32, bytes: 200_000_000 });
    expect(frameBudget({ memoryBytes: 16 * GB })).toEqual({ frames: 16, bytes: 100_000_000 });
    expect(frameBudget({ memoryBytes: GB, bufferFrames: 5, bufferBytes: 7 })).toEqual({
      frames: 5,
      bytes: 7,
    });
  });

  it.each([0, -1, 1.5, Number.NaN, 'many'])('refuses %s frames or bytes', (bad) => {
    expect(() => frameBudget({ bufferFrames: bad as number })).toThrowError(/bufferFrames/);
    expect(() => frameBudget({ bufferBytes: bad as number })).toThrowError(/bufferBytes/);
  });

  it('believes the control group where that says less than the machine', () => {
    const files: Record<string, string> = { '/sys/fs/cgroup/memory.max': `${2 * GB}\n` };
    const readText = (path: string): string => {
      const text = files[path];
      if (text === undefined) throw new Error('ENOENT');
      return text;
    };
    expect(machineMemoryBytes({ totalBytes: 64 * GB, readText })).toBe(2 * GB);
    expect(machineMemoryBytes({ totalBytes: GB, readText })).toBe(GB);
    files['/sys/fs/cgroup/memory.max'] = 'max\n';
    expect(machineMemoryBytes({ totalBytes: 64 * GB, readText })).toBe(64 * GB);
    files['/sys/fs/cgroup/memory/memory.limit_in_bytes'] = '9223372036854771712\n';
    expect(machineMemoryBytes({ totalBytes: 64 * GB, readText })).toBe(64 * GB);
    expect(machineMemoryBytes()).toBeGreaterThan(0);
  });

  it.each([
    ['4:memory:/jobs/export\n0::/\n', '/sys/fs/cgroup/memory', 'memory.limit_in_bytes'],
    ['4:cpu,memory:/jobs/export\n', '/sys/fs/cgroup/memory', 'memory.limit_in_bytes'],
    ['0::/jobs/export\n', '/sys/fs/cgroup', 'memory.max'],
  ])('finds the limit of its own group and of those above it: %j', (groups, root, limit) => {
    const files: Record<string, string> = { '/proc/self/cgroup': groups };
    const memory = (): number =>
      machineMemoryBytes({
        totalBytes: 64 * GB,
        readText: (path) => {
          const text = files[path];
          if (text === undefined) throw new Error('ENOENT');
          return text;
        },
      });
    expect(memory()).toBe(64 * GB);
    files[`${root}/${limit}`] = `${32 * GB}\n`;
    expect(memory()).toBe(32 * GB);
    files[`${root}/jobs/export/${limit}`] = `${2 * GB}\n`;
    expect(memory()).toBe(2 * GB);
    files[`${root}/jobs/${limit}`] = `${GB}\n`;
    expect(memory()).toBe(GB);
  });
});

describe('budget shares', () => {
  it('never exceed the budget unless they say so, and always let a frame through', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 300_000_000 }),
        fc.integer({ min: 1, max: 60_000_000 }),
        fc.integer({ min: 0, max: 60_000_000 }),
        fc.integer({ min: 1, max: 6 }),
        (frames, bytes, sourceBytes, targetBytes, inFlight) => {
          const shares = shareBudget({ budget: { frames, bytes }, sourceBytes, targetBytes, inFlight });
          const total = shares.sourceFrames + shares.targetFrames;
          expect(shares.bytes).toBe(shares.sourceFrames * sourceBytes + shares.targetFrames * targetBytes);
          expect(shares.sourceFrames).toBeGreaterThan(inFlight);
          if (targetBytes > 0) expect(shares.targetFrames).toBeGreaterThan(inFlight);
          else expect(shares.targetFrames).toBe(0);
          if (shares.isRaised) {
            const least = inFlight + 1;
            expect(total).toBe(targetBytes > 0 ? 2 * least : least);
            expect(total > frames || shares.bytes > bytes).toBe(true);
          } else {
            expect(total).toBeLessThanOrEqual(frames);
            expect(shares.bytes).toBeLessThanOrEqual(bytes);
          }
          expect(shares.decodeToRender).toBeGreaterThan(0);
          expect(shares.renderToEncode).toBeGreaterThan(0);
        },
      ),
      { seed: 71, numRuns: 500 },
    );
  });

  it('never exceed what is available, and work on fewer frames at once where it holds no more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 300_000_000 }),
        fc.integer({ min: 1, max: 60_000_000 }),
        fc.integer({ min: 0, max: 60_000_000 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 600_000_000 }),
        (frames, bytes, sourceBytes, targetBytes, inFlight, availableBytes) => {
          const question = { budget: { frames, bytes }, sourceBytes, targetBytes, inFlight };
          const alone = shareBudget(question);
          expect(alone).toMatchObject({ inFlight, isReduced: false });
          const twoASide = 2 * (sourceBytes + targetBytes);
          if (availableBytes < twoASide && availableBytes < alone.bytes) {
            expect(() => shareBudget({ ...question, availableBytes })).toThrowError(
              expect.objectContaining({
                code: 'E_MEMORY_BUDGET',
                details: { requiredBytes: twoASide, availableBytes },
              }),
            );
            return;
          }
          const shares = shareBudget({ ...question, availableBytes });
          expect(shares.bytes).toBeLessThanOrEqual(availableBytes);
          expect(shares.bytes).toBe(shares.sourceFrames * sourceBytes + shares.targetFrames * targetBytes);
          expect(shares.isReduced).toBe(alone.bytes > availableBytes);
          if (!shares.isReduced) expect(shares).toEqual(alone);
          // One more in flight would not fit, or was not asked for.
          const oneMore = (shares.inFlight + 2) * (sourceBytes + targetBytes);
          if (shares.inFlight < inFlight) expect(oneMore).toBeGreaterThan(availableBytes);
          expect(shares.sourceFrames).toBeGreaterThan(shares.inFlight);
          expect(shares.sourceFrames).toBeLessThanOrEqual(alone.sourceFrames);
          expect(shares.targetFrames).toBeLessThanOrEqual(alone.targetFrames);
        },
      ),
      { seed: 72, numRuns: 1000 },
    );
  });

  it('hold 4K to 4K within the smaller default', () => {
    const bytes = (3840 * 2160 * 3) / 2;
    const shares = shareBudget({
      budget: frameBudget({ memoryBytes: 8 * GB }),
      sourceBytes: bytes,
      targetBytes: bytes,
      inFlight: 3,
    });
    expect(shares).toMatchObject({ sourceFrames: 4, targetFrames: 4, isRaised: false });
  });
});

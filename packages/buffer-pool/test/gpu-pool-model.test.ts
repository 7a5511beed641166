import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGpuBufferPool, type GpuLease } from '../src/index.js';
import { type FakeBuffer, type Fate, fakeDevice } from './gpu/fake-device.js';
import { settle } from './settled.js';

const MAX_BYTES = 40_000;
const KNOWN_CODES = [
  'E_GPU_VALIDATION',
  'E_GPU_OUT_OF_MEMORY',
  'E_GPU_INTERNAL',
  'E_GPU_DEVICE_LOST',
  'E_ABORTED',
];

/** A lease, and which loan it is a share of. */
interface Held {
  readonly lease: GpuLease;
  readonly loan: number;
}

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Fate>('GPUValidationError', 'GPUOutOfMemoryError', 'GPUInternalError'),
  },
);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('acquire'), n: fc.integer({ min: 1, max: MAX_BYTES }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('tryAcquire'), n: fc.integer({ min: 1, max: 9000 }) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('release'), n: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retain'), n: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('abort'), n: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('trim'), n: fc.constant(0) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('settle'), n: fc.constant(0) }) },
);

test('nothing is lost, doubled or over the budget whatever fails when', async () => {
  const cases = fc.record({
    steps: fc.array(step, { maxLength: 60 }),
    fates: fc.array(fate, { maxLength: 40 }),
    loseAt: fc.option(fc.nat(60), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ steps, fates, loseAt }) => {
      const device = fakeDevice();
      const failed = new Set<number>();
      let made = 0;
      device.fate = () => {
        const next = fates[made];
        if (next !== undefined) failed.add(made);
        made += 1;
        return next;
      };
      const pool = createGpuBufferPool({ device, usage: 0x80, maxBytes: MAX_BYTES });
      const held: Held[] = [];
      let loans = 0;
      const pending = new Set<Promise<unknown>>();
      const aborts: AbortController[] = [];
      const codes: (string | undefined)[] = [];
      const fail = (error: unknown) => codes.push((error as { code?: string }).code);
      const lend = (lease: GpuLease): void => {
        loans += 1;
        held.push({ lease, loan: loans });
      };

      const deeds: Record<string, (n: number) => void | Promise<void>> = {
        acquire(bytes) {
          const controller = new AbortController();
          aborts.push(controller);
          const outcome: Promise<unknown> = pool
            .acquire(bytes, { signal: controller.signal })
            .then(lend, fail)
            .finally(() => pending.delete(outcome));
          pending.add(outcome);
        },
        tryAcquire(bytes) {
          try {
            const lease = pool.tryAcquire(bytes);
            if (lease !== undefined) lend(lease);
          } catch (error) {
            fail(error);
          }
        },
        release: (n) => held.splice(n % Math.max(held.length, 1), 1)[0]?.lease.release(),
        retain(n) {
          const one = held[n % Math.max(held.length, 1)];
          if (one !== undefined) held.push({ lease: one.lease.retain(), loan: one.loan });
        },
        abort: (n) => aborts[n % Math.max(aborts.length, 1)]?.abort(),
        trim: () => void pool.trim(),
        settle,
      };
      for (const [index, { do: deed, n }] of steps.entries()) {
        if (index === loseAt) await device.lose();
        await deeds[deed]?.(n);
        const { bytesInUse, bytesFree } = pool.stats();
        expect(bytesInUse + bytesFree).toBeLessThanOrEqual(MAX_BYTES);
        expectDistinct(held);
      }
      // Whoever still waits is served as memory comes back.
      for (let round = 0; held.length > 0 || pending.size > 0; round += 1) {
        expect(round).toBeLessThan(200);
        for (const { lease } of held.splice(0)) lease.release();
        await settle();
      }
      pool.close();
      expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0, bytesFree: 0, waiting: 0 });
      for (const code of codes) expect(KNOWN_CODES).toContain(code);
      const lostDevice = loseAt !== undefined && loseAt < steps.length;
      for (const [index, { destroyed }] of device.buffers.entries()) {
        // What a device never made, or took with it, needs no destroying.
        if (!failed.has(index) && !lostDevice) expect(destroyed).toBe(1);
      }
      expect(device.openScopes).toBe(0);
    }),
    { numRuns: 500 },
  );
});

/** Every buffer is there, large enough, and of one loan only. */
function expectDistinct(held: readonly Held[]): void {
  const loans = new Map<FakeBuffer, number>();
  for (const { lease, loan } of held) {
    let buffer: FakeBuffer;
    try {
      buffer = lease.buffer as FakeBuffer;
    } catch (error) {
      expect(KNOWN_CODES).toContain((error as { code?: string }).code);
      continue;
    }
    expect(buffer.destroyed).toBe(0);
    expect(buffer.size).toBeGreaterThanOrEqual(lease.byteLength);
    expect(loans.get(buffer) ?? loan).toBe(loan);
    loans.set(buffer, loan);
  }
}

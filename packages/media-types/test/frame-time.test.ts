import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameCount, frameDurationUs, frameIndexAt, frameTimestampUs, rational } from '../src/index.js';

const rate = fc.oneof(
  fc.constantFrom(
    rational(24000, 1001),
    rational(30000, 1001),
    rational(60000, 1001),
    rational(25),
    rational(24),
  ),
  fc
    .tuple(fc.integer({ min: 1, max: 240_000 }), fc.integer({ min: 1, max: 1001 }))
    .map(([n, d]) => rational(n, d)),
);
// At the slowest rate above, 1001 s a frame, the last one's time in microseconds is still a safe integer.
const index = fc.integer({ min: 0, max: 8_000_000 });

describe('time of frames', () => {
  it('finds every frame again by its timestamp, and until the next one', () => {
    fc.assert(
      fc.property(index, rate, (i, r) => {
        expect(frameIndexAt(frameTimestampUs(i, r), r)).toBe(i);
        expect(frameIndexAt(frameTimestampUs(i + 1, r) - 1, r)).toBe(i);
      }),
    );
  });

  it('is within half a microsecond of the exact time', () => {
    fc.assert(
      fc.property(index, rate, (i, r) => {
        const exact = BigInt(i) * BigInt(r.denominator) * 1_000_000n;
        const twice = 2n * (BigInt(frameTimestampUs(i, r)) * BigInt(r.numerator) - exact);
        expect(-BigInt(r.numerator) < twice && twice <= BigInt(r.numerator)).toBe(true);
      }),
    );
  });

  it('has durations that add up to timestamps', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), rate, (n, r) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += frameDurationUs(i, r);
        expect(sum).toBe(frameTimestampUs(n, r));
      }),
      { numRuns: 30 },
    );
  });

  it('counts the frames of a duration that was rounded to microseconds', () => {
    fc.assert(
      fc.property(index, rate, (n, r) => {
        expect(frameCount(frameTimestampUs(n, r), r)).toBe(n);
      }),
    );
  });

  it('counts ten hours of 29.97 frames exactly', () => {
    expect(frameCount(36_000_000_000, rational(30000, 1001), 'floor')).toBe(1_078_921);
  });
});

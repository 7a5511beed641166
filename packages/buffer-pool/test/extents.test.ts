import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Extents, roomFor } from '../src/allocators/extents.js';

const UNIT = 4096;

/** Places as a map with a letter for each unit: simple, and slow. */
class PlainRow {
  readonly #units: boolean[];

  constructor(units: number) {
    this.#units = Array.from({ length: units }, () => false);
  }

  get taken(): number {
    return this.#units.filter((taken) => taken).length;
  }

  get largestGap(): number {
    const text = this.#units.map((taken) => (taken ? '#' : '.')).join('');
    return Math.max(0, ...text.split(/#+/).map((gap) => gap.length));
  }

  take(count: number): number | undefined {
    for (let start = 0; start + count <= this.#units.length; start += 1) {
      if (this.#units.slice(start, start + count).some((taken) => taken)) continue;
      this.#units.fill(true, start, start + count);
      return start;
    }
    return undefined;
  }

  giveBack(start: number, count: number): void {
    this.#units.fill(false, start, start + count);
  }
}

/** A request of so many units, or one of those that were served given back. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ giveBack: fc.nat(1000) }) },
);

describe('extents', () => {
  test('places, gaps and sums are those of a plain map of units', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.array(step, { maxLength: 80 }), (units, steps) => {
        const [extents, plain] = [new Extents(units * UNIT), new PlainRow(units)];
        const held: { start: number; count: number }[] = [];
        for (const each of steps) {
          if ('take' in each) {
            const start = plain.take(each.take);
            expect(extents.take(each.take * UNIT)).toBe(start === undefined ? undefined : start * UNIT);
            if (start !== undefined) held.push({ start, count: each.take });
          } else if (held.length > 0) {
            const [back] = held.splice(each.giveBack % held.length, 1);
            if (back === undefined) continue;
            plain.giveBack(back.start, back.count);
            extents.giveBack(back.start * UNIT, back.count * UNIT);
          }
          expect(extents.bytesTaken).toBe(plain.taken * UNIT);
          expect(extents.largestGap).toBe(plain.largestGap * UNIT);
        }
        for (const { start, count } of held) extents.giveBack(start * UNIT, count * UNIT);
        expect([extents.bytesTaken, extents.largestGap]).toEqual([0, units * UNIT]);
      }),
      { numRuns: 300 },
    );
  });

  test('within the budget there is always a place, in the room that was made for it', () => {
    const budget = 64;
    const request = fc.record({ count: fc.integer({ min: 1, max: budget }), victim: fc.nat(1000) });
    fc.assert(
      fc.property(fc.array(request, { minLength: 20, maxLength: 400 }), (requests) => {
        const extents = new Extents(roomFor(budget * UNIT, UNIT));
        const held: { offset: number; bytes: number }[] = [];
        for (const { count, victim } of requests) {
          const bytes = count * UNIT;
          while (extents.bytesTaken + bytes > budget * UNIT) {
            const [back] = held.splice(victim % held.length, 1);
            if (back !== undefined) extents.giveBack(back.offset, back.bytes);
          }
          const offset = extents.take(bytes);
          expect(offset).toBeDefined();
          held.push({ offset: offset ?? 0, bytes });
        }
      }),
      { numRuns: 200 },
    );
  });

  test('nor does an adversary use the room up: every second piece freed, then pieces of twice the size', () => {
    const budget = 1024;
    const extents = new Extents(roomFor(budget * UNIT, UNIT));
    let held: { offset: number; bytes: number }[] = [];
    for (let count = 1; count <= budget; count *= 2) {
      const bytes = count * UNIT;
      while (extents.bytesTaken + bytes <= budget * UNIT) {
        const offset = extents.take(bytes);
        expect(offset).toBeDefined();
        held.push({ offset: offset ?? 0, bytes });
      }
      held.sort((one, other) => one.offset - other.offset);
      held = held.filter((piece, index) => {
        if (index % 2 === 0) return true;
        extents.giveBack(piece.offset, piece.bytes);
        return false;
      });
    }
  });
});

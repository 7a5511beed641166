import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Admission } from '../../src/admission/admission.js';
import { admissionSettings, type CapacityPart } from '../../src/admission/admission-options.js';

const STEP_MS = 100;
const SETTLE_MS = 1000;

interface ModelTask {
  readonly name: string;
  readonly cost: number;
  /** How much of what it reserved it takes, at its peak. */
  readonly use: number;
  readonly steps: number;
}

interface Running extends ModelTask {
  readonly end: (nowMs: number) => void;
  age: number;
}

const tasks = fc.array(
  fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    cost: fc.double({ min: 0.02, max: 0.6, noNaN: true }),
    use: fc.constantFrom(0.5, 0.9, 1),
    steps: fc.integer({ min: 1, max: 60 }),
  }),
  { minLength: 1, maxLength: 40 },
);

/** A machine whose monitor averages over a second, and a queue that begins what it may, first come first. */
function simulate(part: 'cpu' | 'memory', others: number, wanted: readonly ModelTask[], slots: number) {
  const recent: number[] = [];
  const measured = (): number => recent.reduce((sum, load) => sum + load, 0) / Math.max(1, recent.length);
  const load = (): Record<CapacityPart, number> => ({ cpu: 0, memory: 0, gpu: 0, io: 0, [part]: measured() });
  const admission = new Admission(
    admissionSettings({
      source: { capacity: load },
      cores: 16,
      totalMemoryBytes: 1,
      settleMs: SETTLE_MS,
      patienceMs: 5000,
    }),
  );
  const left = [...wanted];
  const running: Running[] = [];
  const limit = part === 'cpu' ? 0.9 : 0.8;
  let worst = Number.NEGATIVE_INFINITY;
  let step = 0;
  for (; (left.length > 0 || running.length > 0) && step < 20_000; step += 1) {
    const nowMs = step * STEP_MS;
    for (const task of running.filter((one) => one.age >= one.steps)) {
      task.end(nowMs);
      running.splice(running.indexOf(task), 1);
    }
    recent.push(others + running.reduce((sum, { cost, use }) => sum + cost * use, 0));
    if (recent.length > SETTLE_MS / STEP_MS) recent.shift();
    admission.load.update(nowMs);
    const seen = new Set<string>();
    for (const task of [...left]) {
      if (running.length >= slots) break;
      if (seen.has(task.name)) continue;
      const shares = admission.sharesOf(part === 'cpu' ? { cpu: task.cost } : { memoryBytes: task.cost });
      if (admission.shortages(task.name, shares, nowMs).length > 0) {
        admission.defer(task.name, shares, nowMs);
        seen.add(task.name);
        continue;
      }
      running.push({ ...task, age: 0, end: admission.begin(task.name, shares) });
      left.splice(left.indexOf(task), 1);
      const taken = others + running.reduce((sum, { cost, use }) => sum + cost * use, 0);
      worst = Math.max(worst, taken - limit - task.cost);
    }
    for (const task of running) task.age += 1;
  }
  return { left, worst, step };
}

describe('admission over a machine', () => {
  it.each(['cpu', 'memory'] as const)(
    'never passes the limit of %s by more than one reservation, and does everything',
    (part) => {
      fc.assert(
        fc.property(
          fc.double({ min: 0, max: 0.7, noNaN: true }),
          tasks,
          fc.integer({ min: 1, max: 12 }),
          (others, wanted, slots) => {
            const { left, worst } = simulate(part, others, wanted, slots);
            expect(left).toEqual([]);
            expect(worst).toBeLessThanOrEqual(1e-6);
          },
        ),
        { numRuns: 150 },
      );
    },
  );

  it('begins nothing while others alone pass the limit, and everything afterwards', () => {
    const task = { name: 'a', cost: 0.2, use: 1, steps: 5 };
    expect(simulate('cpu', 0.95, [task], 4)).toMatchObject({ left: [task] });
    expect(simulate('cpu', 0.85, [task], 4)).toMatchObject({ left: [] });
  });

  it('uses what an idle machine has', () => {
    const wanted = Array.from({ length: 160 }, () => ({ name: 'a', cost: 1 / 16, use: 1, steps: 20 }));
    const { step } = simulate('cpu', 0.02, wanted, 16);
    // 160 tasks of 20 steps on 14 or 15 of 16 cores.
    expect(step).toBeLessThanOrEqual(Math.ceil(160 / 14) * 20 + 20);
  });
});

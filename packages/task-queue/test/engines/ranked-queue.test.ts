import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RankedQueue } from '../../src/engines/memory/ranked-queue.js';
import { TaskLane } from '../../src/engines/memory/task-lane.js';
import { TaskNode } from '../../src/engines/memory/task-node.js';

const GROUP = new TaskLane('lane').group('group');

function nodeOf(seq: number, rank: number): TaskNode {
  const node = new TaskNode(
    seq,
    {
      name: 'n',
      lane: 'lane',
      group: 'group',
      key: undefined,
      data: '',
      priority: 0,
      reserve: undefined,
      maxAttempts: 1,
      notBeforeMs: 0,
      after: [],
      afterBatch: [],
      share: 1,
    },
    GROUP,
    [],
    0,
  );
  node.rank = rank;
  return node;
}

/** Phases of a queue's life: how many steps, how many of ten are pushes, whether ranks come in order, from where tasks are taken. */
const phase = fc.record({
  steps: fc.integer({ min: 1, max: 4000 }),
  pushes: fc.integer({ min: 0, max: 10 }),
  disorder: fc.constantFrom(0, 0, 1, 10),
  takes: fc.constantFrom('first', 'any', 'late'),
});

test('gives the first of what is in it, whatever came and went', () => {
  fc.assert(
    fc.property(fc.array(phase, { minLength: 1, maxLength: 6 }), fc.integer(), (phases, seed) => {
      let state = seed >>> 0;
      const random = (): number => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state / 2 ** 32;
      };
      const queue = new RankedQueue();
      /** In order. */
      const model: TaskNode[] = [];
      let seq = 0;
      let rank = 0;
      for (const { steps, pushes, disorder, takes } of phases) {
        for (let step = 0; step < steps; step += 1) {
          if (random() * 10 < pushes) {
            seq += 1;
            rank += random() < 0.5 ? 1 : 0;
            const node = nodeOf(seq, random() * 10 < disorder ? Math.floor(random() * rank) : rank);
            queue.push(node);
            insert(model, node);
          } else if (model.length > 0) {
            const from = takes === 'late' ? 0.5 : 0;
            const at = takes === 'first' ? 0 : Math.floor((from + random() * (1 - from)) * model.length);
            const [node] = model.splice(at, 1);
            queue.remove(node as TaskNode);
            expect(node?.slot).toBe(-1);
          }
          expect(queue.peek()).toBe(model[0]);
          expect(queue.size).toBe(model.length);
        }
        expect(new Set(queue)).toEqual(new Set(model));
      }
      for (const node of model) {
        expect(queue.peek()).toBe(node);
        queue.remove(node);
      }
      expect(queue.peek()).toBeUndefined();
    }),
    { numRuns: 40 },
  );
});

function insert(model: TaskNode[], node: TaskNode): void {
  let low = 0;
  let high = model.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = model[middle] as TaskNode;
    if (other.rank < node.rank || (other.rank === node.rank && other.seq < node.seq)) low = middle + 1;
    else high = middle;
  }
  model.splice(low, 0, node);
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alternate, median } from '../measure.js';
import { describeReport } from '../runner/table.mjs';

test('half of the values lie on either side of the median', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
      const middle = median(values);
      expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
      expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
    }),
    { seed: 8 },
  );
});

test('contenders take turns, and the order turns around from round to round', async () => {
  const calls: string[] = [];
  const contender = (name: string) => () => void calls.push(name);
  const timings = await alternate({ a: contender('a'), b: contender('b') }, { rounds: 2, warmup: 1 });
  expect(calls.join('')).toBe('ba' + 'ab' + 'ba');
  expect(timings.a.samplesMs).toHaveLength(2);
});

test('a number that a contender gives back is taken as its time', async () => {
  const times = [1000, 5, 1, 3];
  const { own } = await alternate({ own: async () => times.shift() }, { rounds: 3, warmup: 1 });
  expect(own).toEqual({ medianMs: 3, minMs: 1, maxMs: 5, samplesMs: [5, 1, 3] });
});

test('no rounds are refused', async () => {
  await expect(alternate({ a: () => {} }, { rounds: 0 })).rejects.toThrow('1 round or more');
});

test('the table shows ratios to the peers and whether claims hold', () => {
  const text = describeReport({
    name: 'convert',
    machine: { cpu: 'A', cores: 2, os: 'Linux' },
    versions: { node: '24' },
    results: [{ id: 'rgba-to-nv12', unit: 'ms/frame', value: 4, peers: { libyuv: 5 } }],
    claims: [{ id: 'vs-libyuv', value: 0.8, unit: 'ratio', op: '<=', limit: 1.3, holds: true }],
  });
  expect(text).toContain('0.8 ×');
  expect(text).toContain('0.8 ≤ 1.3');
  expect(text).toMatch(/ holds$/m);
});

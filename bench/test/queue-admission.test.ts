// The part `admission` of the bench `queue`, in short, with real ffmpeg jobs.
import { expect, test } from 'vitest';
import { measureAdmission } from '../queue/admission.ts';

test('ffmpeg jobs pass the limit of memory by one reservation at most', async () => {
  const { results, claims } = await measureAdmission({ log: () => {}, seed: 1, rounds: 1, quick: true });
  // What processors did in a second is up to who else uses the machine; memory isn't.
  const peaks = claims.filter(({ id }) => id.endsWith('/memory-peak'));
  expect(peaks).toHaveLength(2);
  for (const { id, value, limit } of peaks) expect(value, id).toBeLessThanOrEqual(limit);
  for (const { id, value } of results) expect(value, id).toBeGreaterThan(0);
});

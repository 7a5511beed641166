// The default policy beside the better of LRU and W-TinyLFU, over members of a family.
import { simulate } from '@framerail/multilevel-cache/simulator';
import { loadMember } from './members.ts';
import { peerHitRates } from './peers.ts';

const SIZES = 4;

/**
 * Replays members of a family.
 *
 * @param family its name
 * @param seed of the first member; the others have the numbers that follow
 * @param members how many
 * @returns points by which the default is ahead of the better peer, at each size of each member
 */
export async function measureFamily(
  family: string,
  seed: number,
  members: number,
): Promise<readonly number[]> {
  const gaps: number[] = [];
  for (let member = seed; member < seed + members; member += 1) {
    const { trace, sizes } = loadMember(family, member, SIZES);
    const { results } = await simulate({ trace, sizes, policies: ['w-tinylfu'] });
    for (const { size, policies } of results) {
      const best = Math.max(...Object.values(peerHitRates(trace, size)));
      gaps.push(100 * (policies[0]?.hitRate ?? 0) - best);
    }
  }
  return gaps;
}

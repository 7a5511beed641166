import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/**
 * Collects garbage, and again until a condition holds that finalizers bring about.
 *
 * @param condition - default: once, with time for finalizers to run
 */
export async function collectGarbage(condition?: () => boolean): Promise<void> {
  for (let round = 0; round < (condition === undefined ? 3 : 200); round += 1) {
    if (condition?.() === true) return;
    collect();
    await sleep(5);
  }
  if (condition !== undefined) expect(condition()).toBe(true);
}

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test, vi } from 'vitest';
import { createMemoryManager, type MemoryManager } from '../src/index.js';
import { createSource } from './pressure-source.js';
import { settle, watch } from './settled.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const KIB = 1024;

afterEach(() => {
  vi.restoreAllMocks();
});

/** In a function of its own, so that no register of the test keeps the lease. */
async function lose(manager: MemoryManager, kind: 'video' | 'audio', byteLength: number): Promise<void> {
  (await manager[kind].acquire(byteLength)).bytes.fill(1);
}

test.each(['video', 'audio'] as const)(
  'a lease of %s that nobody released serves whoever waits',
  async (kind) => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const source = createSource();
    const manager = createMemoryManager({
      maxBytes: 1000 * KIB,
      budgets: { video: 500 * KIB, audio: 400 * KIB, thumbnails: 100 * KIB },
      source,
    });
    await lose(manager, kind, 320 * KIB);
    const kept = await manager.video.acquire(64 * KIB);
    source.set('critical');
    // Too much for the limit; the lost lease may be the share's own or another's.
    const waits = watch(manager.video.acquire(128 * KIB));
    await settle();
    expect(waits.state).toBe('pending');
    for (let round = 0; round < 200 && waits.state === 'pending'; round += 1) {
      collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(waits.state).toBe('resolved');
    expect(warned).toHaveBeenCalledTimes(1);
    kept.release();
    waits.value?.release();
    manager.close();
    expect(manager.snapshot().bytes).toBe(0);
  },
);

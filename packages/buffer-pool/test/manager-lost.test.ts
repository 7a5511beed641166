import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test, vi } from 'vitest';
import { createMemoryManager, type LostLease, type MemoryManager } from '../src/index.js';
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

test('the manager tells of leases of shares, thumbnails and pools that were lost, and of where they were acquired', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const manager = createMemoryManager({
    maxBytes: 1000 * KIB,
    budgets: { video: 500 * KIB, audio: 400 * KIB, thumbnails: 100 * KIB },
    leakDetection: 'full',
  });
  const pool = manager.createPool({ name: 'export', kind: 'video', maxBytes: 64 * KIB });
  const lost: LostLease[] = [];
  const ofPool: LostLease[] = [];
  manager.on('lost', (loss) => lost.push(loss));
  pool.on('lost', (loss) => ofPool.push(loss));
  manager.thumbnails.set('a', new Uint8Array(4096));
  const all = await manager.audio.acquire(400 * KIB);
  const waits = lose(manager, 'audio', 320 * KIB);
  all.release();
  await waits;
  (() => void pool.tryAcquire(8 * KIB)?.bytes.fill(1))();
  (() => void manager.thumbnails.get('a')?.bytes[0])();
  for (let round = 0; round < 200 && lost.length < 3; round += 1) {
    manager.snapshot();
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(lost.map(({ pool }) => pool).sort()).toEqual(['audio', 'export', 'thumbnails']);
  expect(lost.find(({ pool }) => pool === 'audio')).toMatchObject({
    bytesRecovered: 320 * KIB,
    acquiredAt: expect.stringContaining('manager-lost.test'),
  });
  for (const { acquiredAt } of lost) expect(acquiredAt).toContain('manager-lost.test');
  expect(ofPool.map(({ pool }) => pool)).toEqual(['export']);
  expect(warned).not.toHaveBeenCalled();
  manager.close();
});

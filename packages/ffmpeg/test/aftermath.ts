import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Lease, LeaseSource, ManualClock } from '@framerail/lifecycle';
import { expect, vi } from 'vitest';

/** ffmpeg and ffprobe processes that this process started and that are still there, zombies included. */
function livingChildren(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(stat) ?? [];
        return Number(parent) === process.pid && /^ff(mpeg|probe)/.test(name ?? '');
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Files, pipes and sockets that this process has open, each with its number. */
function openDescriptors(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [`${fd} ${readlinkSync(`/proc/self/fd/${fd}`)}`];
    } catch {
      return [];
    }
  });
}

/** Borrows plain memory and knows what was not given back. */
export function countingLeases(): LeaseSource & { readonly outstanding: number; readonly acquired: number } {
  const live = new Set<Lease>();
  let acquired = 0;
  return {
    get outstanding() {
      return live.size;
    },
    get acquired() {
      return acquired;
    },
    async acquire(byteLength, options) {
      options?.signal?.throwIfAborted();
      const memory = new Uint8Array(byteLength);
      const lease: Lease = {
        byteLength,
        get bytes() {
          if (!live.has(lease)) throw new Error('Expected a live lease but it was released');
          return memory;
        },
        retain() {
          throw new Error('Expected one holder');
        },
        release() {
          if (!live.delete(lease)) throw new Error('Expected one release but there were two');
          memory.fill(0xee);
        },
        [Symbol.dispose]: () => lease.release(),
      };
      acquired += 1;
      live.add(lease);
      return lease;
    },
  };
}

/** Remembers what is open now. @returns checks that nothing more is left */
export function aftermath(): () => Promise<void> {
  const before = openDescriptors();
  return async () => {
    // Node closes its ends of pipes a turn or two after a process has gone.
    await vi.waitFor(() => {
      expect(livingChildren()).toEqual([]);
      const now = openDescriptors();
      const opened = now.filter((one) => !before.includes(one));
      const closed = before.filter((one) => !now.includes(one));
      expect(opened.length, `opened: ${opened.join()}; closed: ${closed.join()}`).toBeLessThanOrEqual(
        closed.length,
      );
    });
  };
}

/** Whether a process exists and is no zombie. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Lets time pass until something has come of it, however long the machine takes over it. */
export async function passTimeUntil(
  clock: ManualClock,
  outcome: Promise<unknown>,
  stepMs = 100,
): Promise<void> {
  let over = false;
  const settled = outcome.then(
    () => {
      over = true;
    },
    () => {
      over = true;
    },
  );
  while (!over) {
    clock.advance(stepMs);
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, 5))]);
  }
}

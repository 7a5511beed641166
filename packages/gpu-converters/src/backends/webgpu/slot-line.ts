import { abortError, type FramerailError, onAbort } from '@framerail/lifecycle';
import type { Slot } from './slot.js';

/** The free slots, and who waits for one, first come first served. */
export interface SlotLine {
  /** Waits for a free slot. @throws FramerailError `E_ABORTED`, or what {@link SlotLine.fail} was given */
  take(signal: AbortSignal | undefined): Promise<Slot>;
  /** Puts a slot back, or to the first in line. */
  put(slot: Slot): void;
  /** Rejects everybody who waits and who will ask. Returns the free slots, which are no longer in line. */
  fail(error: FramerailError): readonly Slot[];
}

interface Waiter {
  readonly resolve: (slot: Slot) => void;
  readonly reject: (error: FramerailError) => void;
}

export function createSlotLine(slots: readonly Slot[]): SlotLine {
  const free = [...slots];
  const waiting = new Set<Waiter>();
  let failure: FramerailError | undefined;
  return {
    take(signal) {
      if (failure !== undefined) return Promise.reject(failure);
      const slot = free.shift();
      if (slot !== undefined) return Promise.resolve(slot);
      return new Promise((resolve, reject) => {
        let off = (): void => {};
        const waiter: Waiter = {
          resolve: (taken) => {
            off();
            resolve(taken);
          },
          reject: (error) => {
            off();
            reject(error);
          },
        };
        waiting.add(waiter);
        off = onAbort(signal, () => {
          waiting.delete(waiter);
          reject(abortError(signal as AbortSignal, 'Waiting for a free GPU slot'));
        });
      });
    },
    put(slot) {
      const [first] = waiting;
      if (first === undefined) {
        free.push(slot);
        return;
      }
      waiting.delete(first);
      first.resolve(slot);
    },
    fail(error) {
      failure ??= error;
      for (const waiter of [...waiting]) waiter.reject(error);
      waiting.clear();
      return free.splice(0);
    },
  };
}

/** Lets any number of callers wait for the next change of something they then look at again. */
export interface WakeList {
  /** Resolves at the next {@link wakeAll}. */
  wait(): Promise<void>;
  wakeAll(): void;
}

/** Makes a list without anybody waiting. */
export function createWakeList(): WakeList {
  let waiting: (() => void)[] = [];
  return {
    wait: () => new Promise((resolve) => waiting.push(resolve)),
    wakeAll() {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
  };
}

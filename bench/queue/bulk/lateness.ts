/** Milliseconds between timers. */
const EVERY_MS = 1;

/** How late timers were, in milliseconds. */
export interface Lateness {
  /** By the clock: what others of a busy machine took is in it. */
  readonly wallMs: readonly number[];
  /** Processor time that this thread took meanwhile: what kept the timers is the program's own doing. Empty where Node can't tell. */
  readonly ownMs: readonly number[];
}

/** Watches the event loop. */
export interface LatenessWatch {
  /** Ends. What is due and couldn't be called counts as called now. */
  stop(): Lateness;
}

/** Sets a timer again and again, and notes how much later than it was due it is called. */
export function watchLateness(): LatenessWatch {
  const wallMs: number[] = [];
  const ownMs: number[] = [];
  let dueMs = 0;
  let ownAtMs: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const note = (): void => {
    wallMs.push(Math.max(0, performance.now() - dueMs));
    const own = threadMs();
    if (own !== undefined && ownAtMs !== undefined) ownMs.push(own - ownAtMs);
  };
  const arm = (): void => {
    dueMs = performance.now() + EVERY_MS;
    ownAtMs = threadMs();
    timer = setTimeout(() => {
      note();
      arm();
    }, EVERY_MS);
  };
  arm();
  return {
    stop() {
      clearTimeout(timer);
      if (performance.now() > dueMs) note();
      return { wallMs, ownMs };
    },
  };
}

/** Milliseconds of processor time of this thread; `undefined` before Node 22.19 and 23.9. */
function threadMs(): number | undefined {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };
  if (threadCpuUsage === undefined) return undefined;
  const { user, system } = threadCpuUsage();
  return (user + system) / 1000;
}

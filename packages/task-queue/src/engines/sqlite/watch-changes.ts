/** What {@link watchChanges} looks at. */
export interface WatchOptions {
  readonly everyMs: number;
  /** A number that changes with the store; `undefined`: can't be told now. */
  version(): number | undefined;
  onChange(): void;
}

/**
 * Tells when a number changed. Doesn't keep the process.
 *
 * @returns stops
 */
export function watchChanges({ everyMs, version, onChange }: WatchOptions): () => void {
  let last = version();
  const timer = setInterval(() => {
    const now = version();
    if (now === undefined || now === last) return;
    const isFirst = last === undefined;
    last = now;
    if (!isFirst) onChange();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

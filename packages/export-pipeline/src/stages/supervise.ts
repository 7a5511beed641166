import { onAbort, throwIfAborted, withTimeout } from '@framerail/lifecycle';
import type { StageName } from '../report/export-progress.js';
import { stageError } from './stage-error.js';

/** A stage at work. */
export interface StageTask {
  /** Which stage it is, for errors. */
  readonly name: StageName;
  /** Does the stage's work until it is done, fails, or the signal aborts. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/** Options of {@link supervise}. */
export interface SuperviseOptions {
  /** The stages, all started at once. */
  readonly tasks: readonly StageTask[];
  /** Called once with the first failure, to break what the signal doesn't reach: channels, processes. */
  readonly onFailure: (error: unknown) => Promise<void>;
  /** Ends all of them with `E_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that stages get to end after a failure; then they are left behind. Default 15 000. */
  readonly graceMs?: number;
}

/**
 * Runs stages side by side. The first failure wins: all others are told to stop, and only when they have stopped does
 * the failure come out, with the name of its stage.
 *
 * @throws FramerailError the first failure, `details.stage` names the stage; `E_STAGE_FAILED` for errors that have no
 *   code; `E_ABORTED`
 */
export async function supervise({
  tasks,
  onFailure,
  signal,
  graceMs = 15_000,
}: SuperviseOptions): Promise<void> {
  throwIfAborted(signal, 'The export');
  const controller = new AbortController();
  let first: { error: unknown } | undefined;
  let brokenDown: Promise<void> = Promise.resolve();
  let tellOfFailure = (): void => {};
  const failed = new Promise<void>((resolve) => {
    tellOfFailure = resolve;
  });
  const fail = (error: unknown): void => {
    if (first !== undefined) return;
    first = { error };
    controller.abort(error);
    brokenDown = onFailure(error);
    tellOfFailure();
  };
  const running = Promise.all(
    tasks.map(({ name, run }) =>
      run(controller.signal).catch((error: unknown) => fail(stageError(name, error))),
    ),
  ).then(() => {});
  const stopListening = onAbort(signal, () => {
    try {
      throwIfAborted(signal, 'The export');
    } catch (error) {
      fail(error);
    }
  });
  try {
    await Promise.race([running, failed]);
    if (first === undefined) return;
    await withTimeout(Promise.all([running, brokenDown]), { timeoutMs: graceMs }).catch(() => {});
    throw (first as { error: unknown }).error;
  } finally {
    stopListening();
  }
}

import { EXIT_CODES } from './exit-codes.js';

/** What came of watching for signals. */
export interface SignalWatch extends Disposable {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
  /** The exit code of the signal that came, or `undefined`. */
  readonly exitCode: number | undefined;
}

const CODES = {
  SIGHUP: EXIT_CODES.hungUp,
  SIGINT: EXIT_CODES.interrupted,
  SIGTERM: EXIT_CODES.terminated,
} as const;

/**
 * Turns SIGINT, SIGTERM and SIGHUP into an abort, so that what runs can clean up; the second one ends the process.
 *
 * @param say - prints a line for the person at the terminal
 */
export function watchSignals(say: (line: string) => void): SignalWatch {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const listeners = (Object.keys(CODES) as (keyof typeof CODES)[]).map((name) => {
    const listener = (): void => {
      if (exitCode !== undefined) process.exit(CODES[name]);
      exitCode = CODES[name];
      say(`${name}: stopping and cleaning up; once more stops at once`);
      controller.abort(name);
    };
    process.on(name, listener);
    return { name, listener };
  });
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    [Symbol.dispose]() {
      for (const { name, listener } of listeners) process.off(name, listener);
    },
  };
}

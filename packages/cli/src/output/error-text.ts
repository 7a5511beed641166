import { isFramerailError } from '@framerail/lifecycle';

/** A failure as data: what `--json` prints under `error`. */
export interface ErrorReport {
  /** The stable code, or `E_UNEXPECTED` for what carries none. */
  readonly code: string;
  readonly message: string;
  /** Figures and names that belong to the failure. */
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * @param error - anything that was thrown
 * @returns plain data, ready for JSON
 */
export function errorReport(error: unknown): ErrorReport {
  if (isFramerailError(error)) return { code: error.code, message: error.message, details: error.details };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'E_UNEXPECTED', message, details: {} };
}

/**
 * A failure for a person: the sentence with its code, then the last words of the process that failed.
 *
 * @param error - anything that was thrown
 */
export function errorText(error: unknown): string {
  const { code, message, details } = errorReport(error);
  const lines = [`framerail: ${message} [${code}]`];
  const { stderrTail } = details;
  if (typeof stderrTail === 'string' && stderrTail.trim() !== '' && !message.includes(stderrTail.trim())) {
    lines.push(
      ...stderrTail
        .trimEnd()
        .split('\n')
        .slice(-8)
        .map((line) => `  ${line}`),
    );
  }
  if (code === 'E_UNEXPECTED' && error instanceof Error && error.stack !== undefined) lines.push(error.stack);
  return `${lines.join('\n')}\n`;
}

import { type ErrorCode, FramerailError, isFramerailError } from '@framerail/lifecycle';

/** An error as data, to cross from one thread or process to another. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | number | undefined;
  /** Of a FramerailError alone. */
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly cause: ErrorRecord | undefined;
}

/** Longer texts are cut: an error shouldn't weigh more than the work that it is about. */
const MAX_TEXT = 16_384;
const MAX_CAUSES = 5;

/** Describes anything that was thrown. */
export function recordOf(thrown: unknown, depth = 0): ErrorRecord {
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : { message: thrown }) as Partial<
    Record<keyof ErrorRecord, unknown>
  >;
  const { code, cause } = error;
  const hasCause = cause !== undefined && depth < MAX_CAUSES;
  return {
    name: textOf(error.name) ?? 'Error',
    message: textOf(error.message) ?? 'no message',
    stack: typeof error.stack === 'string' ? textOf(error.stack) : undefined,
    code: typeof code === 'string' || typeof code === 'number' ? code : undefined,
    details: isFramerailError(thrown) ? plain(thrown.details) : undefined,
    cause: hasCause ? recordOf(cause, depth + 1) : undefined,
  };
}

/** Makes an error of a record, with the stack of where it was thrown. */
export function errorOf({ name, message, stack, code, details, cause }: ErrorRecord): Error {
  const below = cause === undefined ? undefined : errorOf(cause);
  const error =
    details === undefined
      ? new Error(message, below === undefined ? undefined : { cause: below })
      : new FramerailError({ code: code as ErrorCode, message, cause: below, details });
  if (details === undefined) {
    if (name !== 'Error')
      Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
    if (code !== undefined) Object.assign(error, { code });
  }
  if (stack !== undefined)
    Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
  return error;
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  try {
    return String(value).slice(0, MAX_TEXT);
  } catch {
    return undefined;
  }
}

function plain(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  try {
    return JSON.parse(JSON.stringify(details));
  } catch {
    return {};
  }
}

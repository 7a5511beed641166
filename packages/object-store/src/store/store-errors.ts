import { type ErrorCode, FramerailError } from '@framerail/lifecycle';

/** A key, or a part of one, as messages show it. */
const shown = (key: string): string => JSON.stringify(key.length > 80 ? `${key.slice(0, 80)}…` : key);

/** A store that was closed. */
export function storeClosed(store: string): FramerailError {
  return new FramerailError({
    code: 'E_STORE_CLOSED',
    message: `Expected an open store but ${store} was closed`,
    details: { store },
  });
}

/** A condition of a call that doesn't hold. */
export function preconditionFailed(
  key: string,
  expected: string,
  received: string | undefined,
  cause?: unknown,
): FramerailError {
  return new FramerailError({
    code: 'E_STORE_PRECONDITION',
    message: `Expected ${expected} under ${shown(key)} but ${received ?? 'there is another, or none'}; read it again and decide anew`,
    details: { key },
    cause,
  });
}

/** Bytes that aren't those that were stored. */
export function corruptBlob(key: string, what: string, cause?: unknown): FramerailError {
  return new FramerailError({
    code: 'E_STORE_CORRUPT',
    message: `The blob under ${shown(key)} is damaged: ${what}. Delete it, and put it again`,
    details: { key },
    cause,
  });
}

/** A body that isn't what the caller said. */
export function bodyMismatch(
  key: string,
  what: 'size' | 'checksum',
  expected: unknown,
  received: unknown,
): FramerailError {
  return new FramerailError({
    code: 'E_STORE_BODY_MISMATCH',
    message: `Expected a body of ${what} ${expected} for ${shown(key)} but received ${received}; nothing was stored`,
    details: { key, expected, received },
  });
}

/** A body whose iteration threw. */
export function bodyFailed(key: string, cause: unknown): FramerailError {
  return new FramerailError({
    code: 'E_STORE_BODY_FAILED',
    message: `The body for ${shown(key)} failed before its end: ${cause instanceof Error ? cause.message : String(cause)}; nothing was stored`,
    cause,
    details: { key },
  });
}

/** A blob that is larger than the store, or memory, takes. */
export function blobTooLarge(key: string, maxBytes: number, hint = ''): FramerailError {
  return new FramerailError({
    code: 'E_STORE_TOO_LARGE',
    message: `Expected at most ${maxBytes} bytes for ${shown(key)} but there are more${hint}`,
    details: { key, maxBytes },
  });
}

/** A range that begins beyond the end. */
export function badRange(key: string, offset: number, size: number): FramerailError {
  return new FramerailError({
    code: 'E_STORE_RANGE',
    message: `Expected a range that begins within the ${size} bytes of ${shown(key)} but received offset ${offset}`,
    details: { key, offset, size },
  });
}

/** A blob that was read twice, or after it was disposed of. */
export function blobUsed(key: string): FramerailError {
  return new FramerailError({
    code: 'E_STORE_BLOB_USED',
    message: `Expected a blob that hasn't been read but ${shown(key)} was read or disposed of; get it again`,
    details: { key },
  });
}

/** Whatever else went wrong below: the file system, the network, the server. */
export function storeFailure(
  code: ErrorCode,
  what: string,
  cause: unknown,
  details: Readonly<Record<string, unknown>> = {},
): FramerailError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new FramerailError({ code, message: `${what}: ${reason}`, cause, details });
}

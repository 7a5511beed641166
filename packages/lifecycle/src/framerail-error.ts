/** Every failure's stable name starts so; the package that throws it documents it. */
export type ErrorCode = `E_${string}`;

/** What a {@link FramerailError} is made of. */
export interface FramerailErrorOptions {
  /** Stable name of the failure, such as `E_TIMEOUT`; part of the API. */
  readonly code: ErrorCode;
  /** What was expected, what came, and what to do. */
  readonly message: string;
  /** The failure below this one. */
  readonly cause?: unknown;
  /** Figures and names that a program may want: plain data, immutable. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Marks errors of all copies of this package, so that the guard works across realms and versions. */
const MARK = Symbol.for('framerail.error');

/** The one error class of Framerail. Tell failures apart by `code`, not by message or class. */
export class FramerailError extends Error {
  /** Stable name of the failure. */
  readonly code: ErrorCode;
  /** Figures and names that belong to the failure; an empty object when there are none. */
  readonly details: Readonly<Record<string, unknown>>;

  /** @param options - code, message, cause and details */
  constructor(options: FramerailErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.details = Object.freeze({ ...options.details });
    Object.defineProperty(this, MARK, { value: true });
  }

  static {
    Object.defineProperty(FramerailError.prototype, 'name', {
      value: 'FramerailError',
      configurable: true,
      writable: true,
    });
  }
}

/**
 * Tells whether a value is a {@link FramerailError}, also one from another realm or another copy of the package.
 *
 * @param value - anything that was thrown
 * @param code - if given, the error must have this code
 */
export function isFramerailError(value: unknown, code?: ErrorCode): value is FramerailError {
  if (typeof value !== 'object' || value === null || !(MARK in value)) return false;
  return code === undefined || (value as { code?: unknown }).code === code;
}

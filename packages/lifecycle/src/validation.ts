import { FramerailError } from './framerail-error.js';

/**
 * Makes the error for an option that isn't what it should be. All packages use its message shape.
 *
 * @param name - the option's name as the caller wrote it
 * @param expected - what it should be, such as `an integer from 1 to 8`
 * @param received - what came
 */
export function invalidArgument(name: string, expected: string, received: unknown): FramerailError {
  return new FramerailError({
    code: 'E_INVALID_ARGUMENT',
    message: `Expected ${expected} for ${name} but received ${describeValue(received)}`,
    details: { name, expected },
  });
}

/** Bounds of {@link expectNumber} and {@link expectInteger}, both inclusive. */
export interface NumberBounds {
  /** The smallest value that passes. */
  readonly min?: number;
  /** The largest value that passes. */
  readonly max?: number;
}

/**
 * Takes an option that has to be a number.
 *
 * @param name - the option's name
 * @param value - what came
 * @param bounds - inclusive; without them any finite number passes
 * @returns the value
 * @throws FramerailError `E_INVALID_ARGUMENT` if it is no finite number within the bounds
 */
export function expectNumber(name: string, value: unknown, bounds: NumberBounds = {}): number {
  const { min = -Number.MAX_VALUE, max = Number.MAX_VALUE } = bounds;
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw invalidArgument(name, `a number${describeBounds(bounds)}`, value);
}

/**
 * Takes an option that has to be an integer.
 *
 * @param name - the option's name
 * @param value - what came
 * @param bounds - inclusive; without them any safe integer passes
 * @returns the value
 * @throws FramerailError `E_INVALID_ARGUMENT` if it is no safe integer within the bounds
 */
export function expectInteger(name: string, value: unknown, bounds: NumberBounds = {}): number {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = bounds;
  if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max)
    return value as number;
  throw invalidArgument(name, `an integer${describeBounds(bounds)}`, value);
}

/**
 * A limit that has to be set: nothing in Framerail is unbounded by default.
 *
 * @param name - the option's name
 * @param value - what came
 * @returns the value, an integer of 1 or more
 * @throws FramerailError `E_UNBOUNDED` if it is missing or infinite, `E_INVALID_ARGUMENT` if it is no positive integer
 */
export function expectLimit(name: string, value: unknown): number {
  if (value === undefined || value === Number.POSITIVE_INFINITY) {
    throw new FramerailError({
      code: 'E_UNBOUNDED',
      message: `Expected a limit for ${name} but received ${describeValue(value)}; set it to what the machine can spare`,
      details: { name },
    });
  }
  return expectInteger(name, value, { min: 1 });
}

/**
 * Takes an option that has to be a string with something in it.
 *
 * @param name - the option's name
 * @param value - what came
 * @returns the value
 * @throws FramerailError `E_INVALID_ARGUMENT` if it is no string or an empty one
 */
export function expectString(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidArgument(name, 'a string that is not empty', value);
}

/**
 * Takes what has to be an object, such as the options of a function.
 *
 * @param name - the argument's name
 * @param value - what came
 * @param expected - what it should be, such as `options { maxBytes, … }`
 * @returns the value
 * @throws FramerailError `E_INVALID_ARGUMENT` if it is none
 */
export function expectObject<T extends object>(name: string, value: T, expected = 'an object'): T {
  if (typeof value === 'object' && value !== null) return value;
  throw invalidArgument(name, expected, value);
}

/**
 * Takes an option that has to be one of a few words.
 *
 * @param name - the option's name
 * @param value - what came
 * @param choices - the strings that are allowed
 * @returns the value
 * @throws FramerailError `E_INVALID_ARGUMENT` if it is none of the choices
 */
export function expectOneOf<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  if (choices.includes(value as T)) return value as T;
  throw invalidArgument(name, `one of ${choices.join(', ')}`, value);
}

function describeBounds({ min, max }: NumberBounds): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of ${min} or more`;
  return max === undefined ? '' : ` of ${max} or less`;
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return String(value);
  if (typeof value === 'function') return 'a function';
  return Array.isArray(value)
    ? `an array of ${value.length}`
    : `an object (${value.constructor?.name ?? 'no class'})`;
}

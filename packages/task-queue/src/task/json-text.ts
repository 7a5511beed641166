import { type ErrorCode, FramerailError } from '@framerail/lifecycle';

/** What {@link jsonText} says of a value that it refuses. */
export interface JsonPurpose {
  /** The error's code, such as `E_TASK_DATA`. */
  readonly code: ErrorCode;
  /** What the value is, for the message and as the root of paths: `data`. */
  readonly what: string;
}

/** Deeper values are refused: writing and reading them may run out of stack. */
const MAX_DEPTH = 1000;

/**
 * Writes a value as JSON, and refuses what JSON would change or drop in silence: a task that gets other data than was added
 * fails where nobody looks. Left out as JSON does: members of objects that are `undefined`. Taken as JSON does: what has a
 * `toJSON`, such as a `Date`.
 *
 * @param value - anything; `undefined` itself is written as `null`
 * @param purpose - for the error
 * @throws FramerailError with the code of `purpose`; its message and `details.path` say what is wrong and where
 */
export function jsonText(value: unknown, purpose: JsonPurpose): string {
  switch (typeof value) {
    case 'undefined':
      return 'null';
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    default:
      check(value, [], [], purpose);
      return JSON.stringify(value) ?? 'null';
  }
}

function check(value: unknown, path: (string | number)[], above: object[], purpose: JsonPurpose): void {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return;
    case 'number':
      if (!Number.isFinite(value)) throw refusal(`the number ${value}`, path, purpose);
      return;
    case 'object':
      if (value !== null) checkObject(value, path, above, purpose);
      return;
    case 'undefined':
      throw refusal('undefined', path, purpose);
    default:
      throw refusal(`a ${typeof value}`, path, purpose);
  }
}

function checkObject(value: object, path: (string | number)[], above: object[], purpose: JsonPurpose): void {
  if (above.includes(value)) throw refusal('a circle back to an object above', path, purpose);
  if (above.length >= MAX_DEPTH) throw refusal(`more than ${MAX_DEPTH} levels`, path, purpose);
  if (ArrayBuffer.isView(value))
    throw refusal(`a ${value.constructor?.name ?? 'view of memory'}`, path, purpose);
  above.push(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      path.push(index);
      check(value[index], path, above, purpose);
      path.pop();
    }
  } else if ('toJSON' in value && typeof value.toJSON === 'function') {
    const plain: unknown = value.toJSON();
    if (plain !== value) check(plain, path, above, purpose);
  } else {
    // Not by prototype: plain objects of another realm have another one.
    const tag = Object.prototype.toString.call(value).slice(8, -1);
    if (tag !== 'Object') throw refusal(`a ${tag}`, path, purpose);
    for (const key of Object.keys(value)) {
      const member = (value as Record<string, unknown>)[key];
      if (member === undefined) continue;
      path.push(key);
      check(member, path, above, purpose);
      path.pop();
    }
  }
  above.pop();
}

function refusal(received: string, path: readonly (string | number)[], purpose: JsonPurpose): FramerailError {
  const place = path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return /^[A-Za-z_$][\w$]*$/.test(step) ? `${text}.${step}` : `${text}[${JSON.stringify(step)}]`;
  }, purpose.what);
  const shown = place.length > 500 ? `${place.slice(0, 250)} … ${place.slice(-250)}` : place;
  return new FramerailError({
    code: purpose.code,
    message: `Expected what JSON can express for ${shown} but received ${received}; give plain objects, arrays, strings, finite numbers, booleans and null`,
    details: { path: shown },
  });
}

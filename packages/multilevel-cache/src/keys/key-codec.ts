import { invalidArgument } from '@framerail/lifecycle';

/** How keys become the strings that tiers know. Two keys are the same if their strings are, code unit by code unit. */
export interface KeyCodec<K> {
  /** Gives the string of a key; the same for the same key, always. */
  encode(key: K): string;
  /** Gives the key of a string that `encode` made. */
  decode(name: string): K;
}

/** UTF-16 code units that a key's string may have. */
const MAX_KEY_LENGTH = 65_536;

/**
 * Takes the string of a key: any string, the empty one too. Unicode isn't normalised: `é` as one code point and as two
 * are two keys.
 *
 * @param name - what came
 * @returns the string
 * @throws FramerailError `E_INVALID_ARGUMENT` if it is no string, or longer than {@link MAX_KEY_LENGTH}
 */
export function expectKey(name: unknown): string {
  if (typeof name === 'string' && name.length <= MAX_KEY_LENGTH) return name;
  throw invalidArgument(
    'key',
    `a string of up to ${MAX_KEY_LENGTH} code units, or a codec for other keys among the options (keys)`,
    name,
  );
}

/**
 * Keys that are made of parts, such as `['proxy', clipId, 720]`: arrays, plain objects, strings, finite numbers,
 * booleans and null, nested. The order of an object's properties doesn't matter.
 */
export function structuredKeys<K>(): KeyCodec<K> {
  return { encode: (key) => textOf(key), decode: (name) => JSON.parse(name) as K };
}

function textOf(part: unknown): string {
  if (part === null || typeof part === 'string' || typeof part === 'boolean') return JSON.stringify(part);
  // JSON would write what isn't finite as null, and -0 as 0.
  if (typeof part === 'number' && Number.isFinite(part)) return JSON.stringify(part);
  if (Array.isArray(part)) return `[${Array.from(part, textOf).join(',')}]`;
  if (typeof part === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(part))) {
    const parts = Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${parts.map(([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`).join(',')}}`;
  }
  throw invalidArgument('key', 'arrays, plain objects, strings, finite numbers, booleans and null', part);
}

import { invalidArgument } from '@framerail/lifecycle';

/**
 * Hashes the keys that need no help: strings, numbers and bigints.
 *
 * @param key - what a policy was given for a key
 * @returns 32 bits, well mixed, as a signed integer
 * @throws FramerailError `E_INVALID_ARGUMENT` for any other key
 */
export function hashKey(key: unknown): number {
  if (typeof key === 'string') return mixed(hashText(key));
  if (typeof key === 'number') return mixed(hashNumber(key));
  if (typeof key === 'bigint') return mixed(hashText(key.toString(36)));
  throw invalidArgument('key', 'a string, a number or a bigint, or a hash among the options', key);
}

/** Mixes bits so that each depends on all (the finisher of MurmurHash3). */
function mixed(bits: number): number {
  let hash = bits;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}

function hashText(text: string): number {
  let hash = 0x811c_9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193);
  return hash;
}

function hashNumber(value: number): number {
  if ((value | 0) === value) return value;
  if (Number.isInteger(value))
    return ((value % 4_294_967_296) | 0) ^ Math.imul(Math.floor(value / 4_294_967_296), 0x9e37_79b1);
  return hashText(String(value));
}

import { invalidArgument } from '@framerail/lifecycle';
import type { Codec } from './codec.js';

/** Values that are bytes already, kept as they are, without a copy. */
export function bytesCodec(): Codec<Uint8Array> {
  return {
    name: 'bytes',
    encode: (value) => expectBytes(value),
    // Tiers may give a Buffer, which does some things otherwise than the Uint8Array that was set.
    decode: (bytes) =>
      bytes.constructor === Uint8Array
        ? bytes
        : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    sizeOf: (value) => expectBytes(value).byteLength,
  };
}

function expectBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw invalidArgument('value', 'a Uint8Array, or a codec for other values among the options', value);
}

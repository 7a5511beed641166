import { invalidArgument } from '@framerail/lifecycle';
import type { Codec } from './codec.js';

/** Values that are bytes already, kept as they are, without a copy. */
export function bytesCodec(): Codec<Uint8Array> {
  return {
    name: 'bytes',
    encode: (value) => expectBytes(value),
    decode: (bytes) => bytes,
    sizeOf: (value) => expectBytes(value).byteLength,
  };
}

function expectBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw invalidArgument('value', 'a Uint8Array, or a codec for other values among the options', value);
}

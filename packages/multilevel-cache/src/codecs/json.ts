import { invalidArgument } from '@framerail/lifecycle';
import type { Codec } from './codec.js';

/** Values that JSON can write. What JSON leaves out or changes (`undefined`, dates, NaN) comes back as JSON has it. */
export function jsonCodec<V>(): Codec<V> {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return {
    name: 'json',
    encode: (value) => encoder.encode(textOf(value)),
    decode: (bytes) => JSON.parse(decoder.decode(bytes)) as V,
    sizeOf: (value) => textOf(value).length * 2,
  };
}

function textOf(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw invalidArgument('value', 'what JSON can write', value);
  return text;
}

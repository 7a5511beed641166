import { invalidArgument } from '@framerail/lifecycle';
import type { Codec } from './codec.js';

/** Values that are strings, as UTF-8. A string with half of a surrogate pair has no UTF-8 and is refused. */
export function textCodec(): Codec<string> {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return {
    name: 'text',
    encode(value) {
      if (!expectText(value).isWellFormed())
        throw invalidArgument('value', 'a string that is well-formed Unicode', value);
      return encoder.encode(value);
    },
    decode: (bytes) => decoder.decode(bytes),
    sizeOf: (value) => expectText(value).length * 2,
  };
}

function expectText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw invalidArgument('value', 'a string', value);
}

import { invalidArgument } from '@framerail/lifecycle';
import { bytesParser } from '../../command-line/option-parsers.js';

/** Parses sizes of caches apart by commas: `500`, `512MiB,1GiB`. */
export function parseSizes(text: string): readonly number[] {
  const sizes = text.split(',').map((part) => part.trim());
  if (sizes.includes(''))
    throw invalidArgument('--size', 'sizes such as 500 or 512MiB,1GiB, apart by commas', text);
  return sizes.map(bytesParser('--size'));
}

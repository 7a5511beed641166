import type { KeyPosition } from './reader-options.js';

/** Digits that a number may have, so that it stays exact. */
const NUMBERED = /^(.*?)(\d{1,15})$/s;
/** Stands between the text before the number and the digits that it is filled up to. */
const MARK = '\u0000';

/** The number that a key ends in; streams tell keys that are filled up with zeros from others. */
export function numberedPosition(key: unknown): KeyPosition | undefined {
  const [, before, digits] = (typeof key === 'string' && NUMBERED.exec(key)) || [];
  if (before === undefined || digits === undefined) return undefined;
  const width = digits.length > 1 && digits.startsWith('0') ? digits.length : 0;
  return { stream: `${before}${MARK}${width}`, index: Number(digits) };
}

/** The key of a number, see {@link numberedPosition}. */
export function numberedKey(stream: string, index: number): string {
  const at = stream.lastIndexOf(MARK);
  return stream.slice(0, at) + String(index).padStart(Number(stream.slice(at + 1)), '0');
}

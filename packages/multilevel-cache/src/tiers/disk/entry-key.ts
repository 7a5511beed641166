import { hash } from 'node:crypto';

/** A key as the disk tier uses it. */
export interface EntryKey {
  /** As the user gave it. */
  readonly text: string;
  /** UTF-8, or UTF-16 for strings that no UTF-8 stands for. */
  readonly bytes: Buffer;
  readonly isUtf16: boolean;
  /**
   * The first half of the SHA-256 of the bytes, by which the index knows the entry: two keys of the same 128 bits will
   * not be met, and a get compares the whole key in any case.
   */
  readonly hash: Uint32Array;
}

/** Makes a key ready. */
export function entryKey(text: string): EntryKey {
  const isUtf16 = !text.isWellFormed();
  const bytes = Buffer.from(text, isUtf16 ? 'utf16le' : 'utf8');
  const digest = hash('sha256', isUtf16 ? Buffer.concat([UTF16_MARK, bytes]) : bytes, 'buffer');
  return { text, bytes, isUtf16, hash: wordsOf(digest) };
}

/** No UTF-8 begins with it. */
const UTF16_MARK = Buffer.from([0xff, 0xfe]);

/** The text of a stored key. */
export const keyText = (bytes: Buffer, isUtf16: boolean): string =>
  bytes.toString(isUtf16 ? 'utf16le' : 'utf8');

/** The four words of a hash as it is stored. */
export function wordsOf(bytes: Buffer): Uint32Array {
  const words = new Uint32Array(4);
  for (let word = 0; word < 4; word += 1) words[word] = bytes.readUInt32LE(word * 4);
  return words;
}

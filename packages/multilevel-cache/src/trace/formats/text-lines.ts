/** Longest line that is taken, in characters: keys may be long, but a file without lines is no trace. */
const MAX_LINE = 1 << 20;

/** A line of a text, and where it stands. */
export interface TextLine {
  /** Without its end. */
  readonly text: string;
  /** From 1 on. */
  readonly number: number;
}

/**
 * Cuts a text into lines, those of each chunk at once.
 *
 * @param chunks - UTF-8, cut anywhere
 * @param refuse - throws for a line that is too long
 */
export async function* textLines(
  chunks: AsyncIterable<Uint8Array>,
  refuse: (problem: string) => never,
): AsyncIterable<readonly TextLine[]> {
  const decoder = new TextDecoder();
  let rest = '';
  let number = 0;
  const numbered = (text: string): TextLine => {
    number += 1;
    return { text, number };
  };
  for await (const chunk of chunks) {
    const texts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = texts.pop() ?? '';
    if (rest.length > MAX_LINE)
      refuse(`line ${number + texts.length + 1} has more than ${MAX_LINE} characters`);
    yield texts.map(numbered);
  }
  rest += decoder.decode();
  if (rest !== '') yield [numbered(rest)];
}

/**
 * The first line with something in it, for a look at what a file is.
 *
 * @param start - first bytes of a file
 * @returns `undefined` if there is none, or if the file is no text
 */
export function firstLine(start: Uint8Array): string | undefined {
  if (start.some((byte) => byte < 9)) return undefined;
  const lines = new TextDecoder().decode(start).split('\n');
  return lines.map((line) => line.trim()).find((line) => line !== '' && line !== '*');
}

/** Reads a decimal number of 0 or more; as a string if a number would not be exact; `undefined` if it is none. */
export function decimal(text: string): number | string | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text).toString();
}

/**
 * Writes bytes as a name of safe characters: the others become `~` and two hexadecimal digits. It works byte by byte, so that
 * the name of a prefix is a prefix of the name.
 *
 * @param key - a well-formed string
 * @param isSafe - which characters (of ASCII, not `~`) stand for themselves
 */
export function escapeName(key: string, isSafe: RegExp): string {
  return key.replace(/[\s\S]/gu, (character) => {
    if (isSafe.test(character)) return character;
    return [...Buffer.from(character)].map((byte) => `~${byte.toString(16).padStart(2, '0')}`).join('');
  });
}

/**
 * Reads what {@link escapeName} wrote.
 *
 * @returns `undefined` for what it can't have written
 */
export function unescapeName(name: string, isSafe: RegExp): string | undefined {
  const bytes: number[] = [];
  for (let at = 0; at < name.length; at += 1) {
    if (name[at] !== '~') {
      bytes.push(name.charCodeAt(at));
      continue;
    }
    const digits = name.slice(at + 1, at + 3);
    if (!/^[0-9a-f]{2}$/.test(digits)) return undefined;
    bytes.push(Number.parseInt(digits, 16));
    at += 2;
  }
  const key = Buffer.from(bytes).toString();
  return escapeName(key, isSafe) === name ? key : undefined;
}

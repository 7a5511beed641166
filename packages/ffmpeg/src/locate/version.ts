import type { Binary, ProgramName } from './binary.js';

/** What the first line of `-version` says. */
export type ParsedVersion = Pick<Binary, 'version' | 'release'>;

/**
 * Reads the output of `ffmpeg -version`.
 *
 * @param program - whose output it should be
 * @param output - what was printed
 * @returns the version, or `undefined` if another program printed this
 */
export function parseVersion(program: ProgramName, output: string): ParsedVersion | undefined {
  const match = new RegExp(`^${program} version (\\S+)`).exec(output);
  const version = match?.[1];
  if (version === undefined) return undefined;
  const numbers = /^n?(\d+)\.(\d+)/.exec(version);
  const release =
    numbers === null ? undefined : Object.freeze({ major: Number(numbers[1]), minor: Number(numbers[2]) });
  return { version, release };
}

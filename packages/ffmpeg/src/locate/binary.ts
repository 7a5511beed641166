/** Where a binary was found; `beside` is in the folder of the other program, which a variable named. */
export type BinarySource = 'env' | 'ffmpeg-static' | 'path' | 'beside';

/** A program that was run once and said what it is. */
export interface Binary {
  /** Absolute path. */
  readonly path: string;
  /** As the program prints it, such as `5.1.9-0+deb12u1` or `N-112233-gabcdef`. */
  readonly version: string;
  /** The release that the version names, or `undefined` for a build between releases. */
  readonly release: { readonly major: number; readonly minor: number } | undefined;
  /** Where it was found. */
  readonly source: BinarySource;
}

/** The two programs that everything here runs. */
export interface FfmpegBinaries {
  /** Encodes, decodes and filters. */
  readonly ffmpeg: Binary;
  /** Says what files are. */
  readonly ffprobe: Binary;
}

/** What the programs are called. */
export type ProgramName = keyof FfmpegBinaries;

/**
 * Whether a binary is at least of a release. Builds between releases count as newer than any release.
 *
 * @param binary - what was found
 * @param major - as in 5.1
 * @param minor - as in 5.1
 */
export function isAtLeast(binary: Binary, major: number, minor: number): boolean {
  if (binary.release === undefined) return true;
  return binary.release.major > major || (binary.release.major === major && binary.release.minor >= minor);
}

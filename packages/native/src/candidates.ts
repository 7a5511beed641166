import { existsSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** A file or a package that may be the addon. */
export interface Candidate {
  /** What `require` gets: an absolute path or a package's name. */
  readonly specifier: string;
  /** How it came to be one, for reasons. */
  readonly origin: 'FRAMERAIL_NATIVE_PATH' | 'local build' | 'package';
}

/** Where to look for the addon. */
export interface SearchOptions {
  /** Name of the platform's build, for example `linux-x64-gnu`; undefined where there is none. */
  readonly platform: string | undefined;
  /** Absolute path of the file that searches. */
  readonly from: string;
  /** Value of FRAMERAIL_NATIVE_PATH. */
  readonly explicitPath: string | undefined;
}

/** What to try, in this order. A path that the environment names is the only one: it was meant. */
export function candidatesOf({ platform, from, explicitPath }: SearchOptions): Candidate[] {
  if (explicitPath !== undefined) return [{ specifier: explicitPath, origin: 'FRAMERAIL_NATIVE_PATH' }];
  if (platform === undefined) return [];
  const local = localBuild(platform, from);
  const published: Candidate = { specifier: `@framerail/native-${platform}`, origin: 'package' };
  return local === undefined ? [published] : [{ specifier: local, origin: 'local build' }, published];
}

/**
 * The build in the repository that this file belongs to. An installed package belongs to none, and what lies above
 * it isn't Framerail's to run.
 */
function localBuild(platform: string, from: string): string | undefined {
  if (from.split(sep).includes('node_modules')) return undefined;
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const path = join(folder, 'native', 'npm', platform, `framerail.${platform}.node`);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return undefined;
  }
}

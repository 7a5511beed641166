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
  /** Name of the build for this host, for example `linux-x64-gnu`. */
  readonly build: string;
  /** Whether that build is published as a package. */
  readonly published: boolean;
  /** Absolute path of the file that searches. */
  readonly from: string;
  /** Value of FRAMERAIL_NATIVE_PATH. */
  readonly explicitPath: string | undefined;
}

/** What to try, in this order. A path that the environment names is the only one: it was meant. */
export function candidatesOf({ build, published, from, explicitPath }: SearchOptions): Candidate[] {
  if (explicitPath !== undefined) return [{ specifier: explicitPath, origin: 'FRAMERAIL_NATIVE_PATH' }];
  const candidates: Candidate[] = [];
  const local = localBuild(build, from);
  if (local !== undefined) candidates.push({ specifier: local, origin: 'local build' });
  if (published) candidates.push({ specifier: `@framerail/native-${build}`, origin: 'package' });
  return candidates;
}

/**
 * The build in the repository that this file belongs to. An installed package belongs to none, and what lies above
 * it isn't Framerail's to run.
 */
function localBuild(build: string, from: string): string | undefined {
  if (from.split(sep).includes('node_modules')) return undefined;
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const path = join(folder, 'native', 'npm', build, `framerail.${build}.node`);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return undefined;
  }
}

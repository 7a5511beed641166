import { nodeBuiltin } from './node-builtin.js';

/** What {@link cacheFolder} goes by. */
export interface CacheFolderOptions {
  /** Node's name of the platform, such as `linux`. */
  readonly platform: string;
  /** The user's home. */
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Joins path segments as the platform does. */
  readonly join: (...segments: string[]) => string;
  /** Whether a path starts at a root. */
  readonly isAbsolute: (path: string) => boolean;
}

/**
 * Where a user's programs keep what they can make again: `$XDG_CACHE_HOME` or `~/.cache`, `~/Library/Caches` on
 * macOS, `%LOCALAPPDATA%` on Windows; in it, `framerail`. The XDG Base Directory Specification 0.8 has relative paths ignored.
 */
export function cacheFolder({ platform, home, environment, join, isAbsolute }: CacheFolderOptions): string {
  const named = platform === 'win32' ? environment['LOCALAPPDATA'] : environment['XDG_CACHE_HOME'];
  if (named !== undefined && isAbsolute(named)) return join(named, 'framerail');
  if (platform === 'win32') return join(home, 'AppData', 'Local', 'framerail');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'framerail');
  return join(home, '.cache', 'framerail');
}

/** This process' own; `undefined` where there are no files, as in browsers. */
export function ownCacheFolder(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const [os, path] = [nodeBuiltin('node:os'), nodeBuiltin('node:path')];
  if (os === undefined || path === undefined) return undefined;
  const { join, isAbsolute } = path;
  return cacheFolder({ platform: os.platform(), home: os.homedir(), environment, join, isAbsolute });
}

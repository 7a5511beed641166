// Looking for commands. Node 18 runs this: built-ins alone.
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { ROOT } from './packages.mjs';

const EXTENSIONS = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];

/**
 * @param {string} name
 * @returns {string | undefined} absolute path of the command on the PATH
 */
export function findCommand(name, env = process.env) {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    for (const extension of EXTENSIONS) {
      const path = join(folder, name + extension);
      if (folder !== '' && isExecutable(path)) return path;
    }
  }
  return undefined;
}

/**
 * @param {'ffmpeg' | 'ffprobe'} name
 * @returns {{ path: string, source: 'env' | 'ffmpeg-static' | 'path' } | undefined} in the order in which the
 *   `ffmpeg` package looks: what the environment names, what npm downloaded, what is on the PATH
 */
export function findFfmpegTool(name, env = process.env) {
  const named = env[`FRAMERAIL_${name.toUpperCase()}`];
  if (named) return isExecutable(named) ? { path: named, source: 'env' } : undefined;
  const downloaded = name === 'ffmpeg' ? ffmpegStaticPath() : undefined;
  if (downloaded !== undefined && isExecutable(downloaded))
    return { path: downloaded, source: 'ffmpeg-static' };
  const path = findCommand(name, env);
  return path === undefined ? undefined : { path, source: 'path' };
}

/** @returns {string | undefined} */
function ffmpegStaticPath() {
  const manifest = join(ROOT, 'node_modules/ffmpeg-static/package.json');
  if (!existsSync(manifest)) return undefined;
  try {
    return createRequire(manifest)('ffmpeg-static') ?? undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import type { BinarySource, ProgramName } from './binary.js';

/** A file that may be the program. */
export interface Candidate {
  readonly path: string;
  readonly source: BinarySource;
}

/** What is to be tried, in order, and what was looked for and isn't there. */
export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** One sentence each, for the error. */
  readonly notes: readonly string[];
}

/** The variable that names each program. */
export const VARIABLES: Readonly<Record<ProgramName, string>> = {
  ffmpeg: 'FRAMERAIL_FFMPEG',
  ffprobe: 'FRAMERAIL_FFPROBE',
};

/** Loads a package; throws if it isn't installed. */
export type LoadPackage = (name: string) => unknown;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Lists where a program may be: the variable's file alone if there is a variable (a wrong setting must not be
 * covered up by another binary); else the file beside the other program's variable, `ffmpeg-static`, the PATH.
 */
export function candidatesFor(
  program: ProgramName,
  env: Environment,
  load: LoadPackage = createRequire(import.meta.url),
): Candidates {
  const named = env[VARIABLES[program]];
  if (named) return { candidates: [{ path: resolve(named), source: 'env' }], notes: [] };
  const notes = [`${VARIABLES[program]} is not set`];
  const candidates: Candidate[] = [];
  const other = env[VARIABLES[program === 'ffmpeg' ? 'ffprobe' : 'ffmpeg']];
  if (other) candidates.push(...filesIn(dirname(resolve(other)), program, env, 'beside'));
  if (program === 'ffmpeg') {
    const packaged = ffmpegStaticPath(load);
    if (packaged.path === undefined) notes.push(packaged.reason);
    else candidates.push({ path: packaged.path, source: 'ffmpeg-static' });
  }
  const onPath = foldersOf(env).flatMap((folder) => filesIn(folder, program, env, 'path'));
  if (onPath.length === 0) notes.push(`no folder of PATH holds ${program}`);
  return { candidates: [...candidates, ...onPath], notes };
}

function foldersOf(env: Environment): string[] {
  const path = env['PATH'] ?? env['Path'] ?? '';
  return path.split(delimiter).filter((folder) => isAbsolute(folder));
}

function filesIn(folder: string, program: ProgramName, env: Environment, source: BinarySource): Candidate[] {
  const endings = process.platform === 'win32' ? (env['PATHEXT'] ?? '.EXE').split(';') : [''];
  return endings
    .map((ending) => join(folder, program + ending.toLowerCase()))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .map((path) => ({ path, source }));
}

/** The package installs also where its download failed or its platform has no build; then there is no file. */
function ffmpegStaticPath(
  load: LoadPackage,
): { path: string; reason?: undefined } | { path?: undefined; reason: string } {
  let exported: unknown;
  try {
    exported = load('ffmpeg-static');
  } catch {
    return { reason: 'ffmpeg-static is not installed' };
  }
  if (typeof exported !== 'string') return { reason: 'ffmpeg-static has no build for this platform' };
  if (statSync(exported, { throwIfNoEntry: false })?.isFile() === true) return { path: exported };
  return { reason: `ffmpeg-static is installed without its binary (${exported}); its download failed` };
}

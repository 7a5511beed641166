import { FramerailError, throwIfAborted } from '@framerail/lifecycle';
import { capture } from '../process/capture.js';
import type { Binary, FfmpegBinaries, ProgramName } from './binary.js';
import { type Candidate, candidatesFor, VARIABLES } from './candidates.js';
import { parseVersion } from './version.js';

/** Options of {@link locateFfmpeg}. */
export interface LocateOptions {
  /** Where the variables and PATH are read; default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Gives up the search. */
  readonly signal?: AbortSignal;
  /** Milliseconds that a candidate has to print its version; default 10 000. */
  readonly timeoutMs?: number;
}

/**
 * Finds ffmpeg and ffprobe: `FRAMERAIL_FFMPEG` and `FRAMERAIL_FFPROBE`, then the optional package
 * `ffmpeg-static` (which has no ffprobe), then the PATH. Each candidate has to run and to print its version.
 * A variable that is set is the only candidate; with one of the two set, the other program is first
 * looked for beside it.
 *
 * @throws FramerailError `E_FFMPEG_NOT_FOUND` naming all that was tried and what installs it, `E_ABORTED`
 */
export async function locateFfmpeg(options: LocateOptions = {}): Promise<FfmpegBinaries> {
  // Both are waited for, so that no candidate still runs when this rejects.
  const [ffmpeg, ffprobe] = await Promise.allSettled([locate('ffmpeg', options), locate('ffprobe', options)]);
  if (ffmpeg.status === 'rejected') throw ffmpeg.reason;
  if (ffprobe.status === 'rejected') throw ffprobe.reason;
  return Object.freeze({ ffmpeg: ffmpeg.value, ffprobe: ffprobe.value });
}

async function locate(program: ProgramName, options: LocateOptions): Promise<Binary> {
  const { env = process.env, signal, timeoutMs = 10_000 } = options;
  const { candidates, notes } = candidatesFor(program, env);
  const tried = [...notes];
  for (const candidate of candidates) {
    throwIfAborted(signal, `Looking for ${program}`);
    const found = await tryCandidate(program, candidate, { signal, timeoutMs });
    if (typeof found !== 'string') return found;
    tried.push(found);
  }
  throw new FramerailError({
    code: 'E_FFMPEG_NOT_FOUND',
    message: `Expected a working ${program} but found none: ${tried.join('; ')}. ${help(program)}`,
    details: { program, tried },
  });
}

/** @returns the binary, or why this candidate isn't one */
async function tryCandidate(
  program: ProgramName,
  { path, source }: Candidate,
  options: { signal: AbortSignal | undefined; timeoutMs: number },
): Promise<Binary | string> {
  const origin = source === 'env' ? `${path} (named by the environment)` : path;
  try {
    const { stdout, exitCode, signalName } = await capture({
      path,
      args: ['-version'],
      what: `${program} -version`,
      ...options,
    });
    const parsed = parseVersion(program, stdout.toString('utf8'));
    if (exitCode === 0 && parsed !== undefined) return Object.freeze({ path, source, ...parsed });
    if (exitCode === 0) return `${origin} runs but is no ${program}`;
    return `${origin} failed with ${exitCode === undefined ? signalName : `exit code ${exitCode}`}`;
  } catch (error) {
    throwIfAborted(options.signal, `Looking for ${program}`);
    return `${origin}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function help(program: ProgramName): string {
  const command =
    process.platform === 'darwin'
      ? '`brew install ffmpeg`'
      : process.platform === 'win32'
        ? '`winget install ffmpeg`'
        : '`apt-get install ffmpeg` (or your distribution’s like)';
  const variable = VARIABLES[program];
  return `Install it with ${command}, or name the file in ${variable}.`;
}

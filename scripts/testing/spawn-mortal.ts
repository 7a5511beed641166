import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Of util-linux, which every Debian has; it becomes the program that it starts, so that process IDs stay as they are. */
const SETPRIV = '/usr/bin/setpriv';

/**
 * Starts a server of a test's own that doesn't outlive this process, even if that is killed: the kernel ends it then.
 * Elsewhere than on Linux whoever starts it sees to that.
 *
 * @param program - its name or path
 * @param args - its arguments
 * @param options - as of `spawn`
 */
export function spawnMortal(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  if (!existsSync(SETPRIV)) return spawn(program, args, options);
  return spawn(SETPRIV, ['--pdeathsig', 'KILL', program, ...args], options);
}

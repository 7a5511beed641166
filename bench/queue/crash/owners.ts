// Owners in processes of their own.
import { type ChildProcess, spawn } from 'node:child_process';
import type { OwnerOrder } from './order.ts';

/** An owner that runs. */
export interface Owner {
  readonly child: ChildProcess;
  /** Settles when it has opened its queue, or ended. */
  readonly opened: Promise<unknown>;
  /** Settles with its exit code when it has ended; `null`: it was killed. */
  readonly ended: Promise<number | null>;
  /** Kills it. @returns when that was, in milliseconds since 1970 */
  kill(): Promise<number>;
}

/** Starts an owner. */
export function startOwner(program: string, order: OwnerOrder): Owner {
  const child = spawn(process.execPath, [program, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const first = new Promise((resolve) => child.stdout.once('data', resolve));
  return {
    child,
    opened: Promise.race([first, ended]),
    ended,
    async kill() {
      const atMs = Date.now();
      child.kill('SIGKILL');
      await ended;
      return atMs;
    },
  };
}

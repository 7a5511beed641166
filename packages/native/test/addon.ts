import { readdirSync, readFileSync } from 'node:fs';
import { requireProgram } from '../../../scripts/testing/require.js';
import { loadNative, type NativeBinding } from '../src/index.js';

/** Whether the tests of the addon can run; listed as left out where they can't. */
export const hasAddon = requireProgram('addon');

/** The addon; to be called inside tests that run only if {@link hasAddon}. */
export function addon(): NativeBinding {
  const native = loadNative();
  if (!native.available) throw new Error(native.reasons.join('\n'));
  return native.binding;
}

/** Path of the addon's file, for scripts that load it in a process of their own. */
export function addonFile(): string {
  const native = loadNative();
  if (!native.available) throw new Error(native.reasons.join('\n'));
  return native.path;
}

/** Threads of this process that serve pipes. */
export function pipeThreads(): number {
  return readdirSync('/proc/self/task').filter((id) => {
    try {
      return readFileSync(`/proc/self/task/${id}/comm`, 'utf8').startsWith('framerail-');
    } catch {
      return false;
    }
  }).length;
}

/** Open descriptors of this process, the one that counts them included. */
export function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Comes back when it holds; the test's own time limit ends the waiting. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The code of an error that a promise rejects with; fails when it resolves. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof Error)) throw new TypeError('Expected an Error');
    return (error as { code?: unknown }).code;
  }
  throw new Error('Expected a rejection');
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

/** Folders of the kernel's about the threads of this process that serve pipes. */
function pipeTasks(): string[] {
  return namesIn('/proc/self/task')
    .map((id) => `/proc/self/task/${id}`)
    .filter((folder) => readTask(`${folder}/comm`).startsWith('framerail-'));
}

/** Empty where the kernel shows nothing of the kind: what only Linux can count is counted there. */
function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Empty when the thread has just ended. */
function readTask(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Threads of this process that serve pipes. */
export function pipeThreads(): number {
  return pipeTasks().length;
}

/** How often the threads that serve pipes have gone to sleep so far. */
export function pipeWakeUps(): number {
  const counts = pipeTasks().map((folder) =>
    Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(readTask(`${folder}/status`))?.[1] ?? 0),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Open descriptors of this process, the one that counts them included. */
export function openFiles(): number {
  return namesIn('/proc/self/fd').length;
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

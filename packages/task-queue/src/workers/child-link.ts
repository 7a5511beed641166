import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StartWorker, WorkerLink } from './worker-link.js';
import { CHILD_MARK, type WorkerSettings } from './worker-messages.js';

const MIB = 2 ** 20;
const WATCH_MS = 100;
/** How long the last words of a dead process may take to arrive; programs that it left may hold its stderr open. */
const LAST_WORDS_MS = 200;
const MAX_STDERR = 4096;

/** How child processes are started. */
export interface ChildSettings extends WorkerSettings {
  /** The worker's program. */
  readonly program: URL;
  readonly maxMemoryBytes: number | undefined;
  /** Added to this process's environment. */
  readonly env: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Starts child processes. Each leads a process group of its own, so that the programs which its handlers started (an ffmpeg)
 * end with it; Windows has no such groups.
 */
export function startChild({ program, maxMemoryBytes, env, module, graceMs }: ChildSettings): StartWorker {
  const hasGroup = process.platform !== 'win32';
  // A debugger's port can't be shared.
  const execArgv = process.execArgv.filter((arg) => !arg.startsWith('--inspect'));
  if (maxMemoryBytes !== undefined)
    execArgv.push(`--max-old-space-size=${Math.max(1, Math.floor(maxMemoryBytes / MIB))}`);
  const settings = JSON.stringify({ module, graceMs } satisfies WorkerSettings);
  return (listener) => {
    const child = fork(fileURLToPath(program), [CHILD_MARK, settings], {
      execArgv,
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      detached: hasGroup,
      env: { ...process.env, ...env },
    });
    const words = keepLastWords(child);
    const watch = watchMemory(child, maxMemoryBytes, (bytes) => listener.onTooMuchMemory(bytes));
    let hasEnded = false;
    const end = (exitCode: number | null, signal: string | null, error?: unknown): void => {
      if (hasEnded) return;
      hasEnded = true;
      watch(false);
      if (hasGroup) killGroup(child);
      const tell = (): void => {
        clearTimeout(timer);
        child.off('close', tell);
        const stderr = words();
        const isOutOfMemory = /heap out of memory|Allocation failed/i.test(stderr);
        listener.onEnd({ exitCode, signal, error, stderr, isOutOfMemory });
      };
      const timer = setTimeout(tell, LAST_WORDS_MS);
      child.once('close', tell);
    };
    child.on('message', (report) => listener.onReport(report as never));
    child.once('exit', end);
    // Without a process there is no exit; otherwise a message that couldn't be sent, and the exit is near.
    child.on('error', (error) => {
      if (child.pid === undefined) end(null, null, error);
    });
    return {
      send: (order) => void (child.connected && child.send(order, () => {})),
      setBusy(isBusy) {
        watch(isBusy);
        const deed = isBusy ? 'ref' : 'unref';
        child[deed]();
        child.channel?.[deed]();
        (child.stderr as { ref?(): void; unref?(): void } | null)?.[deed]?.();
      },
      kill: () => void (hasGroup ? killGroup(child) : child.kill('SIGKILL')),
    } satisfies WorkerLink;
  };
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}

function keepLastWords(child: ChildProcess): () => string {
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    process.stderr.write(text);
    words = (words + text).slice(-MAX_STDERR);
  });
  return () => words.trimEnd();
}

/** On Linux, all that a process holds in memory; elsewhere V8's limit of its heap has to do. */
function watchMemory(
  { pid }: ChildProcess,
  maxBytes: number | undefined,
  onTooMuch: (bytes: number) => void,
): (isOn: boolean) => void {
  if (maxBytes === undefined || pid === undefined || process.platform !== 'linux') return () => {};
  let timer: ReturnType<typeof setInterval> | undefined;
  return (isOn) => {
    clearInterval(timer);
    if (!isOn) return;
    timer = setInterval(() => {
      const bytes = residentBytes(pid);
      if (bytes > maxBytes) onTooMuch(bytes);
    }, WATCH_MS);
  };
}

function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

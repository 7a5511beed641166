// Programs under a limit of memory that the kernel enforces: a control group where one can be made, else `ulimit`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MemoryGroupKind, type MemoryGroupPlace, mappedBytes } from './memory-figures.js';

/** A limit of memory, and what runs under it. */
export interface MemoryGroup extends MemoryGroupPlace {
  /** What a program and those that it starts may use, in bytes; under `ulimit` the first alone, with what Node maps at its start. */
  limitBytes: number;
  /** The command that runs a program under the limit. */
  command(program: string, args: readonly string[]): { file: string; args: string[] };
  /** The most that was used, in bytes, cached files included; `undefined` under `ulimit`. */
  peakBytes(): number | undefined;
  /** Processes that the kernel killed because there was no more; `undefined` under `ulimit`, which refuses instead. */
  kills(): number | undefined;
  /** Ends what still runs in it, such as children of a program that was killed, and removes it. */
  close(): Promise<void>;
}

/** Options of {@link openMemoryGroup}. */
export interface MemoryGroupOptions {
  /** What the program and its children may use, in bytes. */
  limitBytes: number;
  /** What its children take of it, in bytes: under `ulimit`, where each process has a limit of its own, the program may use only the rest. */
  childrenBytes: number;
  /** Tried in this order; default all. */
  kinds?: readonly MemoryGroupKind[];
  /** Stands in for `/sys/fs/cgroup` in tests. */
  root?: string;
  /** Stands in for `/proc/self/cgroup` in tests. */
  ownGroups?: string;
}

const KINDS: readonly MemoryGroupKind[] = ['cgroup v1', 'cgroup v2', 'ulimit'];
const LIMIT = { 'cgroup v1': 'memory.limit_in_bytes', 'cgroup v2': 'memory.max' };
const PEAK = { 'cgroup v1': 'memory.max_usage_in_bytes', 'cgroup v2': 'memory.peak' };
const EVENTS = { 'cgroup v1': 'memory.oom_control', 'cgroup v2': 'memory.events' };
let made = 0;

/** Makes one. Linux only. */
export function openMemoryGroup(options: MemoryGroupOptions): MemoryGroup {
  const { kinds = KINDS, root = '/sys/fs/cgroup' } = options;
  const ownGroups = options.ownGroups ?? readFileSync('/proc/self/cgroup', 'utf8');
  for (const kind of kinds) {
    if (kind === 'ulimit') return underUlimit(options);
    const folder = makeFolder(kind, root, ownGroups, options.limitBytes);
    if (folder !== undefined) return inFolder(kind, folder, options.limitBytes);
  }
  throw new Error(`Expected one of ${kinds.join(', ')} to be possible on this machine`);
}

/** A group inside of this process's own, or of the nearest one above it that lets memory be limited inside of it. */
function makeFolder(
  kind: 'cgroup v1' | 'cgroup v2',
  root: string,
  ownGroups: string,
  limitBytes: number,
): string | undefined {
  const isFirst = kind === 'cgroup v1';
  const own = (isFirst ? /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m : /^0::(.*)$/m).exec(ownGroups)?.[1];
  if (own === undefined) return undefined;
  const top = isFirst ? join(root, 'memory') : root;
  for (let path = own; ; path = dirname(path)) {
    made += 1;
    const folder = join(top, path, `framerail-${process.pid}-${made}`);
    if (existsSync(dirname(folder)) && limited(kind, folder, limitBytes)) return folder;
    if (path === '/' || path === '.') return undefined;
  }
}

function limited(kind: 'cgroup v1' | 'cgroup v2', folder: string, limitBytes: number): boolean {
  try {
    mkdirSync(folder);
  } catch {
    return false;
  }
  try {
    // Written only where the kernel put it: a group without the memory controller has no such file.
    writeFileSync(join(folder, LIMIT[kind]), String(limitBytes), { flag: 'r+' });
    const swap = join(folder, kind === 'cgroup v1' ? 'memory.memsw.limit_in_bytes' : 'memory.swap.max');
    if (existsSync(swap))
      writeFileSync(swap, kind === 'cgroup v1' ? String(limitBytes) : '0', { flag: 'r+' });
    return true;
  } catch {
    rmdirSync(folder);
    return false;
  }
}

function inFolder(kind: 'cgroup v1' | 'cgroup v2', folder: string, limitBytes: number): MemoryGroup {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return {
    kind,
    folder,
    limitBytes,
    command: (program, args) => ({
      file: '/bin/sh',
      args: ['-c', `echo $$ > "$0" && exec "$@"`, join(folder, 'cgroup.procs'), program, ...args],
    }),
    peakBytes: () => (existsSync(join(folder, PEAK[kind])) ? Number(read(PEAK[kind])) : undefined),
    kills: () => Number(/^oom_kill (\d+)$/m.exec(read(EVENTS[kind]))?.[1] ?? 0),
    close: () => removeGroup(folder),
  };
}

async function removeGroup(folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    for (const pid of readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n')) {
      if (pid !== '') endProcess(Number(pid));
    }
    try {
      rmdirSync(folder);
      return;
    } catch (error) {
      // The kernel lets go of the group a moment after its last process.
      if (attempt === 250) throw error;
      await sleep(20);
    }
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

function underUlimit({ limitBytes, childrenBytes }: MemoryGroupOptions): MemoryGroup {
  const status = `process.stdout.write(require('node:fs').readFileSync('/proc/self/status', 'utf8'))`;
  const { stdout } = spawnSync(process.execPath, ['--eval', status], { encoding: 'utf8' });
  const bytes = limitBytes - childrenBytes + mappedBytes(stdout);
  return {
    kind: 'ulimit',
    folder: '',
    limitBytes: bytes,
    command: (program, args) => ({
      file: '/bin/sh',
      args: ['-c', `ulimit -d "$0" && exec "$@"`, String(Math.floor(bytes / 1024)), program, ...args],
    }),
    peakBytes: () => undefined,
    kills: () => undefined,
    close: () => Promise.resolve(),
  };
}

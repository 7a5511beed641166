import { readFileSync } from 'node:fs';
import type { Capacity, CapacitySource } from '@framerail/lifecycle';

// Linux: proc(5). Ticks are of 10 ms on every architecture that Node runs on; pages are what the kernel was built with, 4 KiB on x86-64.
const TICK_MS = 10;
const PAGE_BYTES = 4096;

/** What the machine is taken to have. */
export interface MachineSize {
  readonly cores: number;
  readonly memoryBytes: number;
}

/** What was seen at most. */
export interface LoadPeak {
  /** Share of the cores, over a second. */
  cpu: number;
  /** Share of the memory, at one moment. */
  memory: number;
}

/**
 * What children of this process take of the machine, as a monitor tells it: processor time over the last second, resident memory. Of nobody else,
 * so that what is measured is the queue's doing on a machine that others use too.
 */
export class ChildrenLoad implements CapacitySource, Disposable {
  readonly #size: MachineSize;
  readonly #timer: NodeJS.Timeout;
  readonly #ticks = new Map<number, number>();
  readonly #past: { atMs: number; totalTicks: number }[] = [];
  #totalTicks = 0;
  #memory = 0;
  /** What was seen at most, since the beginning. */
  readonly peak: LoadPeak = { cpu: 0, memory: 0 };

  constructor(size: MachineSize, everyMs = 50) {
    this.#size = size;
    this.#sample();
    this.#timer = setInterval(() => this.#sample(), everyMs);
  }

  capacity(): Capacity {
    return { cpu: this.#cpu(), memory: this.#memory, gpu: undefined, io: undefined };
  }

  /** Milliseconds of processor time that children took so far. */
  get cpuMs(): number {
    return this.#totalTicks * TICK_MS;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    let bytes = 0;
    for (const pid of children()) {
      const seen = look(pid);
      if (seen === undefined) continue;
      bytes += seen.bytes;
      this.#totalTicks += Math.max(0, seen.ticks - (this.#ticks.get(pid) ?? 0));
      this.#ticks.set(pid, seen.ticks);
    }
    const atMs = performance.now();
    this.#past.push({ atMs, totalTicks: this.#totalTicks });
    while ((this.#past[1]?.atMs ?? atMs) < atMs - 1000) this.#past.shift();
    this.#memory = bytes / this.#size.memoryBytes;
    this.peak.memory = Math.max(this.peak.memory, this.#memory);
    this.peak.cpu = Math.max(this.peak.cpu, this.#cpu());
  }

  #cpu(): number {
    const [first, last] = [this.#past[0], this.#past.at(-1)];
    if (first === undefined || last === undefined || last.atMs - first.atMs < 500) return 0;
    const ms = (last.totalTicks - first.totalTicks) * TICK_MS;
    return ms / (last.atMs - first.atMs) / this.#size.cores;
  }
}

function children(): readonly number[] {
  const text = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** Of a process that may have ended meanwhile. */
function look(pid: number): { readonly ticks: number; readonly bytes: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold anything; what follows are numbers: utime and stime are the 14th and 15th field.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return { ticks: Number(fields[11]) + Number(fields[12]), bytes: pages * PAGE_BYTES };
  } catch {
    return undefined;
  }
}

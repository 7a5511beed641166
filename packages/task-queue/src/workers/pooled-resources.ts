import type { Clock, TrimRequest } from '@framerail/lifecycle';
import type { ResourceStats } from '../resources/resource-stats.js';
import type { PooledWorker } from './pooled-worker.js';
import type { RunnerResources } from './task-runner.js';

/** What is loaded in a pool's workers, as they last said. */
export class PooledResources implements RunnerResources {
  readonly name: string;
  readonly #workers: ReadonlySet<PooledWorker>;
  readonly #clock: Clock;
  /** Figures of workers that ended, by resource. */
  readonly #past = new Map<string, ResourceStats>();
  /** Who was asked to give back what it has idle, and hasn't said since that it did. */
  readonly #asked = new WeakMap<PooledWorker, readonly ResourceStats[]>();

  constructor({ name, clock, workers }: { name: string; clock: Clock; workers: ReadonlySet<PooledWorker> }) {
    this.name = name;
    this.#clock = clock;
    this.#workers = workers;
  }

  get bytes(): number {
    let bytes = 0;
    for (const worker of this.#workers) {
      const isAsked = this.#asked.get(worker) === worker.resources;
      for (const one of worker.resources) if (!isAsked || one.holders > 0) bytes += one.bytes;
    }
    return bytes;
  }

  trim(request: TrimRequest = {}): number {
    const { bytes = Number.POSITIVE_INFINITY, level, idleMs = 0, maxPriority = 0 } = request;
    if (level === 'none' || maxPriority < 0) return 0;
    let freed = 0;
    for (const worker of this.#workers) {
      if (freed >= bytes) break;
      if (this.#asked.get(worker) === worker.resources) continue;
      if (this.#clock.now() - worker.resourcesAtMs < idleMs) continue;
      const idle = worker.resources.reduce((sum, one) => sum + (one.holders === 0 ? one.bytes : 0), 0);
      if (idle === 0) continue;
      // All that it has idle: how much of it each resource is, only the worker knows to the moment.
      worker.trim({ level });
      this.#asked.set(worker, worker.resources);
      freed += idle;
    }
    return freed;
  }

  stats(): readonly ResourceStats[] {
    const all = new Map(this.#past);
    for (const worker of this.#workers) for (const one of worker.resources) add(all, one);
    return Object.freeze([...all.values()]);
  }

  /** A worker is gone, and what it had loaded with it. */
  onEnd(worker: PooledWorker): void {
    for (const one of worker.resources)
      add(this.#past, { ...one, loaded: 0, holders: 0, bytes: 0, disposals: one.disposals + one.loaded });
  }
}

function add(all: Map<string, ResourceStats>, one: ResourceStats): void {
  const before = all.get(one.name);
  all.set(
    one.name,
    before === undefined
      ? Object.freeze({ ...one })
      : Object.freeze({
          name: one.name,
          loaded: before.loaded + one.loaded,
          holders: before.holders + one.holders,
          bytes: before.bytes + one.bytes,
          loads: before.loads + one.loads,
          failures: before.failures + one.failures,
          disposals: before.disposals + one.disposals,
          loadMs: before.loadMs + one.loadMs,
        }),
  );
}

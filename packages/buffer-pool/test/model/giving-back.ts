import type { BufferPool } from '../../src/index.js';
import { demand } from './demand.js';
import type { PoolModel } from './pool-model.js';
import type { Allocation, RecordingAllocator } from './recording-allocator.js';
import type { Step } from './steps.js';

/** A pool that gives memory back, and who looks on. */
interface Watched {
  readonly pool: BufferPool;
  readonly model: PoolModel;
  readonly memory: RecordingAllocator;
}

const bytesOf = (allocations: readonly { readonly byteLength: number }[]): number =>
  allocations.reduce((sum, { byteLength }) => sum + byteLength, 0);

/** Trims the pool: it has to free what it was asked to, no more, and to ask for what it can't free. */
export function trim({ pool, model, memory }: Watched, request: Extract<Step, { do: 'trim' }>): void {
  const { bytes, idleMs = 0, maxPriority, level } = request;
  const wanted = level === 'none' ? 0 : (bytes ?? Number.POSITIVE_INFINITY);
  const covers = ({ state, releasedMs, priority }: Allocation): boolean =>
    state === 'free' && model.nowMs - releasedMs >= idleMs && priority <= (maxPriority ?? 1000);
  const before = bytesOf(memory.live.filter(covers));
  // What is on loan isn't idle.
  const asks = level !== 'none' && idleMs === 0 && maxPriority !== undefined;
  const { grants } = model.counts;
  memory.freed = [];
  model.beginTrim(asks ? maxPriority : Number.NEGATIVE_INFINITY);
  const given = pool.trim({ bytes, idleMs: request.idleMs, maxPriority, level });
  const comes = model.endTrim();
  const { freed } = memory;
  const sum = bytesOf(freed);
  demand(given === sum, `trim says ${given} bytes but gave ${sum} back`);
  demand(sum >= Math.min(wanted, before), `trim gave ${sum} bytes of ${before}, wanted were ${wanted}`);
  // Whoever waited and got memory that came home made room for it in the usual way.
  if (model.counts.grants > grants) return;
  const odd = freed.find((one) => !covers(one));
  if (odd !== undefined) {
    const { byteLength, state, releasedMs, priority } = odd;
    const what = `${byteLength} bytes, ${state} since ${releasedMs} of ${model.nowMs} ms, priority ${priority}`;
    throw new Error(`trim gave what it was not asked for: ${what}`);
  }
  const enough = sum - (freed.at(-1)?.byteLength ?? 0);
  demand(enough < wanted || freed.length === 0, `trim went on after ${enough} bytes of ${wanted}`);
  const next = asks ? model.candidates()[0] : undefined;
  const forgotten = next !== undefined && next.priority <= (maxPriority ?? 0) && sum + comes < wanted;
  demand(!forgotten, `trim did not ask for lease ${next?.id}: ${sum} bytes of ${wanted} were given`);
}

/** After time has passed: nothing has been free for longer than it may be, and nothing went before its time. */
export function expectExpired({ model, memory }: Watched, idleExpiryMs: number): void {
  const old = memory.live.find(
    ({ state, releasedMs }) => state === 'free' && model.nowMs - releasedMs > idleExpiryMs,
  );
  demand(
    old === undefined,
    `${old?.byteLength} bytes are free since ${old?.releasedMs} of ${model.nowMs} ms`,
  );
  const early = memory.freed.find(({ releasedMs }) => model.nowMs - releasedMs < idleExpiryMs);
  demand(
    early === undefined,
    `${early?.byteLength} bytes went that were free since ${early?.releasedMs} of ${model.nowMs} ms`,
  );
}

import { QueueEvents } from 'bullmq';
import type { StoreAddress } from './bullmq-options.js';
import { connect, disconnect } from './redis-link.js';

/** Events of BullMQ's and of ours after which tasks, or what may begin, are others. */
const HEARD = [
  'added',
  'waiting',
  'waiting-children',
  'delayed',
  'active',
  'progress',
  'completed',
  'failed',
  'removed',
  'lanes',
] as const;

/** More ids aren't told one by one. */
const MAX_IDS = 1000;

/**
 * Hears of changes by BullMQ's stream of events: those of this process and of others, none twice, none left out when the connection was lost.
 *
 * @param lastEventId - the last event that isn't to be heard
 * @param onChange - gets the tasks that changed; `undefined`: unknown which
 * @returns stops
 */
export function hearChanges(
  address: StoreAddress,
  lastEventId: string,
  onChange: (ids: readonly string[] | undefined) => void,
): () => void {
  // A connection of its own, as reading waits for events.
  const client = connect(address, { maxRetriesPerRequest: null });
  const events = new QueueEvents(address.queue, {
    connection: client,
    prefix: address.prefix,
    lastEventId,
  });
  events.on('error', () => undefined);
  let ids = new Set<string>();
  const tell = (): void => {
    const told = ids;
    ids = new Set();
    onChange(told.has('') || told.size > MAX_IDS ? undefined : [...told]);
  };
  const hear = ({ jobId }: { readonly jobId: string }): void => {
    if (ids.size === 0) setImmediate(tell);
    ids.add(jobId);
  };
  for (const name of HEARD) events.on(name as 'waiting', hear);
  return () => {
    for (const name of HEARD) events.off(name as 'waiting', hear);
    disconnect(client);
    // Not waited for: without a connection it may never end, and there is nothing left that it could do.
    events.close().catch(() => undefined);
  };
}

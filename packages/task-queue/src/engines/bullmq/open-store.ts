import { FramerailError } from '@framerail/lifecycle';
import { Queue } from 'bullmq';
import type { StoreAddress } from './bullmq-options.js';
import type { RedisLink } from './redis-link.js';

/** The layout of our own keys. Another one isn't touched. */
const FORMAT = '1';

/**
 * Connects, sees that this Redis keeps what it is given, and makes the queue one of BullMQ's.
 *
 * @returns the id of the last event so far
 * @throws FramerailError `E_QUEUE_UNREACHABLE`, `E_QUEUE_EVICTS`, `E_QUEUE_FORMAT`
 */
export async function openStore(link: RedisLink, { queue, prefix }: StoreAddress): Promise<string> {
  await expectNoEviction(link);
  const format = await link.insist(async () => {
    await link.client.setnx(`${link.base}f:format`, FORMAT);
    return link.client.get(`${link.base}f:format`);
  });
  if (format !== FORMAT)
    throw new FramerailError({
      code: 'E_QUEUE_FORMAT',
      message: `Expected the queue ${queue} in Redis to be of format ${FORMAT} but it is of format ${format}; use the version of this package that made it, or another name`,
      details: { format },
    });
  // BullMQ notes its version in the queue's metadata, by which its own tools know how jobs are laid out.
  const jobs = new Queue(queue, { connection: link.client, prefix });
  jobs.on('error', () => undefined);
  try {
    await link.insist(() => jobs.getVersion());
  } finally {
    await jobs.close();
  }
  const [last] = await link.insist(() => link.client.xrevrange(`${link.base}events`, '+', '-', 'COUNT', 1));
  return last?.[0] ?? '0-0';
}

/** A Redis that drops keys when its memory is full loses tasks. */
async function expectNoEviction(link: RedisLink): Promise<void> {
  const memory = await link.insist(() => link.client.info('memory'));
  const value = (name: string): string | undefined =>
    new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(memory)?.[1];
  const policy = value('maxmemory_policy') ?? 'noeviction';
  const maxMemory = Number(value('maxmemory') ?? 0);
  if (policy === 'noeviction' || maxMemory === 0) return;
  throw new FramerailError({
    code: 'E_QUEUE_EVICTS',
    message: `Expected Redis to keep what it is given but its maxmemory-policy is ${policy}, which drops keys when ${maxMemory} bytes are used; set maxmemory-policy noeviction, or give the queue a Redis of its own`,
    details: { policy, maxMemory },
  });
}

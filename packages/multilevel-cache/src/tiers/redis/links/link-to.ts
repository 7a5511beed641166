import { FramerailError, invalidArgument } from '@framerail/lifecycle';
import type { RedisLink } from '../redis-link.js';
import type { RedisSettings } from '../redis-options.js';
import { type IoRedisClient, IoRedisLink } from './io-redis-link.js';
import { type NodeRedisClient, nodeRedisLink } from './node-redis-link.js';

/**
 * A link over the user's client, or over one of its own.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT` for something else than a client, `E_UNSUPPORTED` without the package
 */
export async function linkTo({ client, url }: RedisSettings): Promise<RedisLink> {
  if (client === undefined) return nodeRedisLink(await ownClient(url ?? ''), true);
  if (isIoRedis(client)) return new IoRedisLink(client);
  if (isNodeRedis(client)) return nodeRedisLink(client, false);
  throw invalidArgument('client', 'a client of the packages redis or ioredis', client);
}

const isIoRedis = (client: object): client is IoRedisClient =>
  'callBuffer' in client && typeof client.callBuffer === 'function';

const isNodeRedis = (client: object): client is NodeRedisClient =>
  'sendCommand' in client && 'withTypeMapping' in client && typeof client.withTypeMapping === 'function';

async function ownClient(url: string): Promise<NodeRedisClient> {
  let library: { createClient(options: object): NodeRedisClient };
  try {
    library = await import('redis');
  } catch (error) {
    throw new FramerailError({
      code: 'E_UNSUPPORTED',
      message: 'Expected the package redis for a url but it cannot be loaded; install it, or give a client',
      cause: error,
    });
  }
  const reconnectStrategy = (attempts: number): number => Math.min(50 * 2 ** Math.min(attempts, 6), 2000);
  try {
    return library.createClient({
      url,
      // What can't be sent now is a miss now, not a write that comes late.
      disableOfflineQueue: true,
      // A connection that died without a word is noticed, also by who only listens.
      pingInterval: 10_000,
      socket: { connectTimeout: 5000, reconnectStrategy },
    });
  } catch (error) {
    throw invalidArgument(
      'url',
      'a url such as redis://127.0.0.1:6379',
      error instanceof Error ? error.message : url,
    );
  }
}

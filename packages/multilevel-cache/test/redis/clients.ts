import { Redis } from 'ioredis';
import { Redis as Redis5 } from 'ioredis-5';
import { createClient } from 'redis';
import { createClient as createClient5 } from 'redis-5';
import type { RedisServer } from '../../../../scripts/testing/redis-server.js';
import type { RedisTierOptions } from '../../src/redis.js';

/** A way to reach a server, and to leave it. */
export interface Access extends AsyncDisposable {
  readonly options: Pick<RedisTierOptions, 'client' | 'url'>;
}

const IGNORE = (): void => {};

/** Every library in every version that the tier works with. */
export const ACCESSES: Readonly<Record<string, (server: RedisServer) => Access>> = {
  url: ({ url }) => ({ options: { url }, async [Symbol.asyncDispose]() {} }),
  'node-redis 6': ({ socketPath }) => {
    const client = createClient({ socket: { path: socketPath, tls: false } });
    client.on('error', IGNORE);
    return { options: { client }, [Symbol.asyncDispose]: async () => client.destroy() };
  },
  'node-redis 5': ({ url }) => {
    const client = createClient5({ url });
    client.on('error', IGNORE);
    return { options: { client }, [Symbol.asyncDispose]: async () => client.destroy() };
  },
  'ioredis 6': ({ socketPath }) => {
    const client = new Redis(socketPath, { lazyConnect: true });
    client.on('error', IGNORE);
    return { options: { client }, [Symbol.asyncDispose]: async () => client.disconnect() };
  },
  'ioredis 5': ({ port }) => {
    const client = new Redis5(port, '127.0.0.1');
    client.on('error', IGNORE);
    return { options: { client }, [Symbol.asyncDispose]: async () => client.disconnect() };
  },
};

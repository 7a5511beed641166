import { Cluster } from 'ioredis';
import { createCluster } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedisServer } from '../../../scripts/testing/redis-server.js';
import { requireProgram } from '../../../scripts/testing/require.js';
import { type RedisTierOptions, redis } from '../src/redis.js';
import { byteTierContract } from '../src/testing.js';
import { entryOf } from './redis/entries.js';
import { outside } from './redis/outside.js';

interface ClusterAccess extends AsyncDisposable {
  readonly client: NonNullable<RedisTierOptions['client']>;
}

const IGNORE = (): void => {};

const CLUSTERS: Readonly<Record<string, (server: RedisServer) => ClusterAccess>> = {
  'node-redis': ({ url }) => {
    const client = createCluster({ rootNodes: [{ url }] });
    client.on('error', IGNORE);
    return { client, [Symbol.asyncDispose]: async () => client.destroy() };
  },
  ioredis: ({ port }) => {
    const client = new Cluster([{ host: '127.0.0.1', port }], { lazyConnect: true });
    client.on('error', IGNORE);
    return { client, [Symbol.asyncDispose]: async () => client.disconnect() };
  },
};

// One node that has all slots: it refuses keys of several slots in one call, as a large cluster does.
describe.runIf(requireProgram('redis-server')).each(Object.entries(CLUSTERS))(
  'a cluster over %s',
  (_, reach) => {
    let server: RedisServer;
    let access: ClusterAccess;
    let count = 0;

    beforeAll(async () => {
      server = await startRedisServer({
        settings: { 'cluster-enabled': 'yes', 'cluster-announce-ip': '127.0.0.1' },
      });
      await using seen = await outside(server.url);
      await seen.send('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
      while (!String(await seen.send('CLUSTER', 'INFO')).includes('cluster_state:ok'))
        await new Promise((resolve) => setTimeout(resolve, 20));
      access = reach(server);
    });
    afterAll(async () => {
      await access?.[Symbol.asyncDispose]();
      await server?.[Symbol.asyncDispose]();
    });

    const cases = byteTierContract({
      createTier({ maxBytes, nowMs }) {
        count += 1;
        return redis({ client: access.client, namespace: `contract/${count}`, maxBytes, nowMs });
      },
    });
    for (const { name, run } of cases) test(name, run);

    test('what one process changes is heard by the other', async () => {
      await using a = redis({ client: access.client, namespace: 'both', maxBytes: 2 ** 20 });
      await using b = redis({ client: access.client, namespace: 'both', maxBytes: 2 ** 20 });
      await a.open();
      await b.open();
      const heard = new Promise((resolve) => b.on('invalidated', resolve));
      await a.set('frame', entryOf(5));
      expect(await heard).toEqual({ keys: ['frame'] });
      expect((await b.get('frame'))?.bytes.byteLength).toBe(5);
    });
  },
);

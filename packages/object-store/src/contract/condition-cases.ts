import { isFramerailError } from '@framerail/lifecycle';
import { demand, demandCode } from '@framerail/lifecycle/testing';
import type { ObjectStore } from '../store/object-store.js';
import { sampleBytes } from './sample-bytes.js';
import { demandBytes, demandSame, type StoreCase } from './store-case.js';

/** Cases about conditions. */
export const conditionCases: readonly StoreCase[] = [
  {
    name: 'stores only where nothing is, if asked',
    async run(store) {
      await store.put('blob', sampleBytes(10, 1), { ifNoneMatch: '*' });
      await demandCode('E_STORE_PRECONDITION', () =>
        store.put('blob', sampleBytes(10, 2), { ifNoneMatch: '*' }),
      );
      demandBytes(
        (await (await store.get('blob'))?.bytes()) ?? new Uint8Array(),
        sampleBytes(10, 1),
        'the first',
      );
      await store.delete('blob');
      await store.put('blob', sampleBytes(10, 3), { ifNoneMatch: '*' });
    },
  },
  {
    name: 'lets one of many win that store where nothing is',
    async run(store) {
      const puts = Array.from({ length: 8 }, (_, index) =>
        store.put('blob', sampleBytes(1000, index), { ifNoneMatch: '*' }),
      );
      const results = await Promise.allSettled(puts);
      const winners = results.filter(({ status }) => status === 'fulfilled');
      demandSame(winners.length, 1, 'how many won');
      for (const result of results)
        if (result.status === 'rejected')
          demandSame(result.reason?.code, 'E_STORE_PRECONDITION', 'what the others got');
      const winner = results.findIndex(({ status }) => status === 'fulfilled');
      const bytes = await (await store.get('blob'))?.bytes();
      demandBytes(bytes ?? new Uint8Array(), sampleBytes(1000, winner), 'the blob of the one that won');
    },
  },
  {
    name: 'replaces only the version that is named',
    async run(store) {
      const { etag } = await store.put('blob', sampleBytes(10, 1));
      const next = await store.put('blob', sampleBytes(10, 2), { ifMatch: etag });
      await demandCode('E_STORE_PRECONDITION', () =>
        store.put('blob', sampleBytes(10, 3), { ifMatch: etag }),
      );
      demandSame((await store.head('blob'))?.etag, next.etag, 'the etag');
      await demandCode('E_STORE_PRECONDITION', () => store.put('none', sampleBytes(1, 1), { ifMatch: etag }));
      demandSame(await store.head('none'), undefined, 'what was not there');
    },
  },
  {
    name: 'loses no step of a counter that many count up',
    async run(store) {
      await store.put('counter', Buffer.from('0'));
      await Promise.all(Array.from({ length: 4 }, () => countUp(store, 3)));
      demandSame(await read(store), '12', 'the count');
    },
  },
  {
    name: 'reads only the version that is named',
    async run(store) {
      const { etag } = await store.put('blob', sampleBytes(10, 1));
      const blob = await store.get('blob', { ifMatch: etag, range: { offset: 2, length: 3 } });
      demandBytes((await blob?.bytes()) ?? new Uint8Array(), sampleBytes(10, 1).subarray(2, 5), 'the part');
      await store.put('blob', sampleBytes(10, 2));
      await demandCode('E_STORE_PRECONDITION', () => store.get('blob', { ifMatch: etag }));
      await store.delete('blob');
      await demandCode('E_STORE_PRECONDITION', () => store.get('blob', { ifMatch: etag }));
    },
  },
];

const read = async (store: ObjectStore): Promise<string> =>
  Buffer.from((await (await store.get('counter'))?.bytes()) ?? []).toString();

async function countUp(store: ObjectStore, steps: number): Promise<void> {
  for (let step = 0; step < steps; ) {
    const blob = await store.get('counter');
    demand(blob !== undefined, 'a counter');
    const count = Number(Buffer.from(await blob.bytes()).toString());
    try {
      await store.put('counter', Buffer.from(String(count + 1)), { ifMatch: blob.info.etag });
      step += 1;
    } catch (error) {
      if (!isFramerailError(error, 'E_STORE_PRECONDITION')) throw error;
    }
  }
}

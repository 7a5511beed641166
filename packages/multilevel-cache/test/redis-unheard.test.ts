import { describe, expect, test } from 'vitest';
import { startRedisServer } from '../../../scripts/testing/redis-server.js';
import { requireProgram } from '../../../scripts/testing/require.js';
import type { StoredEntry } from '../src/index.js';
import { ChangeMessages } from '../src/tiers/redis/change-messages.js';
import { linkTo } from '../src/tiers/redis/links/link-to.js';
import { redisKey, tagId } from '../src/tiers/redis/redis-keys.js';
import { redisSettings } from '../src/tiers/redis/redis-options.js';
import { RedisStore } from '../src/tiers/redis/redis-store.js';
import { RedisWriter } from '../src/tiers/redis/redis-writer.js';
import { entryOf } from './redis/entries.js';
import { outside } from './redis/outside.js';

const SLOW_MS = 60_000;
const NAMESPACE = 'unheard';

/** One process's way to a namespace, without a channel: it hears what it is told to. */
async function participant(url: string) {
  const settings = redisSettings({ url, namespace: NAMESPACE, maxBytes: 2 ** 20 });
  const link = await linkTo(settings);
  await link.open();
  const store = new RedisStore(link, settings);
  const messages = new ChangeMessages();
  const writer = new RedisWriter(store, settings, messages, () => {});
  await writer.makeRoom(0);
  if (store.hasLeftovers) await store.sweep();
  return {
    store,
    messages,
    heard: () => store.since('', 0),
    put: async (key: string, entry: StoredEntry, since?: { epoch: string; told: number }) =>
      writer.write(redisKey(key), entry, since),
    lengthOf: async (key: string) => (await store.get(redisKey(key).id))?.byteLength,
    [Symbol.asyncDispose]: () => link.close(),
  };
}

describe.runIf(requireProgram('redis-server'))('what was made before something changed', () => {
  test('isn’t stored over it, though nobody has heard of that yet', { timeout: SLOW_MS }, async () => {
    await using server = await startRedisServer();
    await using seen = await outside(server.url);
    await using mine = await participant(server.url);
    await using theirs = await participant(server.url);
    const plain = entryOf(10);
    const tagged = entryOf(11, { tags: ['t'] });
    const cases: [what: string, change: () => Promise<unknown>, plain: string, tagged: string][] = [
      ['nothing', async () => {}, 'stored', 'stored'],
      ['the key', () => theirs.put('k', entryOf(99)), 'outdated', 'outdated'],
      [
        'a deletion',
        () => theirs.store.run('delete', redisKey('k').id, theirs.messages.key('k')),
        'outdated',
        'outdated',
      ],
      ['another key', () => theirs.put('l', entryOf(98)), 'stored', 'stored'],
      ['its own', () => mine.put('k', entryOf(97)), 'stored', 'stored'],
      [
        'a tag',
        () => theirs.store.run('deleteTag', tagId('t'), '00', theirs.messages.tag('t')),
        'stored',
        'outdated',
      ],
      ['all', () => theirs.store.run('clear', theirs.messages.all()), 'outdated', 'outdated'],
      ['all that Redis had', () => seen.send('FLUSHALL'), 'outdated', 'outdated'],
    ];
    for (const [what, change, ...outcomes] of cases) {
      for (const [index, entry] of [plain, tagged].entries()) {
        const since = await mine.heard();
        await change();
        const before = await theirs.lengthOf('k');
        const outcome = await mine.put('k', entry, since);
        expect(outcome, what).toBe(outcomes[index]);
        // What is there stays.
        if (outcome === 'outdated') expect(await theirs.lengthOf('k')).toBe(before);
        expect(await mine.put('k', entry, await mine.heard()), what).toBe('stored');
      }
    }
    const since = await mine.heard();
    for (let round = 0; round < 2000; round += 1) await theirs.put(`other ${round % 9}`, entryOf(round % 7));
    expect(await mine.put('k', plain, since)).toBe('outdated');
  });

  test('is heard of when it is gone, if it could be read until then', { timeout: SLOW_MS }, async () => {
    await using server = await startRedisServer();
    await using mine = await participant(server.url);
    await using theirs = await participant(server.url);
    for (let index = 0; index < 1200; index += 1) await mine.put(`k${index}`, entryOf(1, { tags: ['t'] }));
    await theirs.store.run('deleteTag', tagId('t'), '00', theirs.messages.tag('t'));
    const first = await mine.heard();
    // Which of them are left is Redis' choice.
    let left = 0;
    for (let index = 0; index < 1200; index += 1)
      if ((await mine.lengthOf(`k${index}`)) !== undefined) left += 1;
    expect(left).toBeGreaterThan(0);
    await theirs.store.drain('00');
    const { messages = [] } = await mine.store.since(first.epoch, first.told);
    expect(messages.map((message) => mine.messages.read(message))).toEqual([{ tags: ['t'] }]);
    for (let index = 0; index < 1200; index += 1) expect(await mine.lengthOf(`k${index}`)).toBeUndefined();
  });
});

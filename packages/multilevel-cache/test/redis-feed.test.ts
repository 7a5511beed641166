import fc from 'fast-check';
import { expect, test } from 'vitest';
import '../../../scripts/testing/seed.js';
import { ChangeFeed } from '../src/tiers/redis/change-feed.js';
import { ChangeMessages } from '../src/tiers/redis/change-messages.js';

const KEPT = 4;

/** Lets everything that can go on go on. */
async function settle(): Promise<void> {
  for (let round = 0; round < 5; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

const step = fc.oneof(
  // A change: heard at once, late, or not at all.
  fc.record({ kind: fc.constantFrom('tell', 'tell', 'late', 'lose') }),
  // Redis loses its books, or the connection comes back.
  fc.record({ kind: fc.constantFrom('reset', 'resume') }),
);

test('every change is heard, or that everything may have changed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const theirs = new ChangeMessages();
      let epoch = 'first';
      let log: Buffer[] = [];
      const unheard = new Set<string>();
      const late: Buffer[] = [];
      const feed = new ChangeFeed(
        {
          async since(known, told) {
            const missing = log.length - told;
            const isKnown = known === epoch && missing >= 0 && missing <= KEPT;
            return {
              epoch,
              told: log.length,
              messages: isKnown ? log.slice(log.length - missing) : undefined,
            };
          },
        },
        new ChangeMessages(),
        ({ keys = [], everything = false }) => {
          if (everything) unheard.clear();
          for (const key of keys) unheard.delete(key);
        },
      );
      await feed.begin();
      for (const [index, { kind }] of [...steps, { kind: 'resume' }].entries()) {
        if (kind === 'resume') feed.onResumed();
        else if (kind === 'reset') {
          epoch = `epoch ${index}`;
          log = [];
        } else {
          const message = theirs.key(`k${index}`);
          unheard.add(`k${index}`);
          log.push(message);
          const numbered = Buffer.concat([Buffer.from(`${log.length} `), message]);
          if (kind === 'tell') feed.onMessage(numbered);
          if (kind === 'late') late.push(numbered);
        }
        if (index % 3 === 0) await settle();
        if (index % 7 === 0) for (const message of late.splice(0)) feed.onMessage(message);
      }
      for (const message of late) feed.onMessage(message);
      await settle();
      expect([...unheard]).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('its own changes are not told, nor taken for a gap', async () => {
  const messages = new ChangeMessages();
  const heard: unknown[] = [];
  let asked = 0;
  const feed = new ChangeFeed(
    {
      async since() {
        asked += 1;
        return { epoch: 'first', told: 0, messages: [] };
      },
    },
    messages,
    (change) => heard.push(change),
  );
  await feed.begin();
  for (let number = 1; number <= 20; number += 1)
    feed.onMessage(Buffer.concat([Buffer.from(`${number} `), messages.key('a')]));
  await settle();
  expect(heard).toEqual([]);
  expect(asked).toBe(1);
});

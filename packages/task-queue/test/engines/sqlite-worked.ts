// A program that works on a queue's file until it is killed, and says what was acknowledged. Bundled for plain Node.
import { writeSync } from 'node:fs';
import { sqlite } from '../../src/sqlite.js';

const [path = '', program = '', seed = '1', owner = ''] = process.argv.slice(2);
let state = Number(seed);
const random = (below: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
// At once, so that nothing is said that wasn't so, and nothing is kept back.
const say = (what: string, ids: readonly string[]): void => {
  if (ids.length > 0) writeSync(1, `${what} ${ids.join()}\n`);
};

const engine = sqlite({ path, program });
await engine.open();
say('open', ['-']);
for (;;) {
  const nowMs = Date.now();
  const outcomes = await engine.add(
    Array.from({ length: 1 + random(20) }, (_, at) => ({
      name: 'render',
      lane: 'work',
      group: `g${random(3)}`,
      key: undefined,
      data: JSON.stringify('x'.repeat(random(3000))),
      priority: random(3),
      reserve: undefined,
      maxAttempts: 1000,
      notBeforeMs: 0,
      after: [],
      afterBatch: at > 0 && random(3) === 0 ? [at - 1] : [],
      share: 1,
    })),
    nowMs,
  );
  say(
    'added',
    outcomes.map(({ id }) => id),
  );
  const leaseUntilMs = nowMs + 3_600_000;
  const limit = 1 + random(20);
  const request = { lane: 'work', limit, exceptNames: [], free: undefined, owner, nowMs, leaseUntilMs };
  const tasks = await engine.claim(request);
  const settled = await engine.settle(
    tasks.map(({ id, token }) => ({
      id,
      token: token as number,
      nowMs,
      how: 'complete',
      result: `"${owner}"`,
    })),
  );
  say(
    'completed',
    tasks.flatMap(({ id }, at) => (settled[at] === 'applied' ? [id] : [])),
  );
}

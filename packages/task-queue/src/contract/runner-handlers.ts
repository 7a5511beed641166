import { setTimeout as wait } from 'node:timers/promises';
import { FramerailError, onAbort } from '@framerail/lifecycle';
import { defineResource } from '../resources/resource-definition.js';
import { defineHandlers, type HandlerSet, type TaskContext } from '../workers/task-handler.js';

/** How long the handler lasts that doesn't heed its signal, in milliseconds. */
const STUBBORN_MS = 400;

/**
 * Makes the handlers that `taskRunnerContract` works with, each set with counters of its own. A runner in the process gets the set; one
 * with workers gets a module that says `export default taskRunnerHandlers()`.
 */
export function taskRunnerHandlers(): HandlerSet {
  const [loads, disposals] = [{ count: 0 }, { count: 0 }];
  const counted = defineResource('counted', {
    async load() {
      loads.count += 1;
      await wait(1);
      return { number: loads.count };
    },
    dispose() {
      disposals.count += 1;
    },
    bytes: 1234,
  });
  let isBroken = true;
  const broken = defineResource('broken', {
    load() {
      if (!isBroken) return 'mended';
      isBroken = false;
      throw new RangeError('no such device');
    },
  });
  return defineHandlers(
    {
      echo: async ({ data }) => data,
      prompt: ({ data }: TaskContext<number>) => data + 1,
      info: async ({ task }) => task,
      nothing: async () => {},
      fail: ({ data }: TaskContext<string>) => fail(data),
      reject: async ({ data }: TaskContext<string>) => fail(data),
      unfit: async ({ data }: TaskContext<string>) => unfit(data),
      steps: async ({ data, progress }: TaskContext<unknown[]>) => {
        for (const step of data) progress(step);
        return data.length;
      },
      badProgress: async ({ progress }) => progress(new Map()),
      lateProgress: async ({ progress }) => {
        setTimeout(() => progress('late'), 5);
      },
      /** Waits for its signal and says why it came. */
      heed: ({ signal, progress }) =>
        new Promise((resolve) => {
          onAbort(signal, () => resolve({ name: signal.reason?.name, message: signal.reason?.message }));
          progress('begun');
        }),
      stubborn: async ({ progress }) => {
        progress('begun');
        await wait(STUBBORN_MS);
        return 'too late';
      },
      warm: async ({ resource }) => {
        const [first, second] = await Promise.all([resource(counted), resource('counted')]);
        return {
          isSame: first === second,
          number: first.number,
          loads: loads.count,
          disposals: disposals.count,
        };
      },
      broken: async ({ resource }) => resource(broken),
      missing: async ({ resource }) => resource('nowhere'),
    },
    { resources: [counted] },
  );
}

function fail(how: string): never {
  switch (how) {
    case 'coded':
      throw Object.assign(new TypeError('bad frame', { cause: new Error('bad byte') }), { code: 'E_FRAME' });
    case 'framerail':
      throw new FramerailError({ code: 'E_SOURCE', message: 'no source', details: { path: '/a' } });
    case 'nothing':
      throw undefined;
    case 'odd':
      throw { odd: true };
    default:
      throw how;
  }
}

function unfit(what: string): unknown {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  const results: Record<string, unknown> = {
    bigint: { frames: [1n] },
    circle,
    map: new Map([[1, 2]]),
    function: { done() {} },
    symbol: Symbol('a'),
    number: [Number.NaN],
    bytes: { frame: new Uint8Array(4) },
    hole: [undefined],
  };
  return results[what];
}

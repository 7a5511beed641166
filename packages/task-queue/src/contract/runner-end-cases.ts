import { type ContractCase, demand, demandCode } from '@framerail/lifecycle/testing';
import { sample, type WithRunner } from './runner-samples.js';

/** How attempts and runners end. */
export const runnerEndCases = (withRunner: WithRunner, endsHandlers: boolean): readonly ContractCase[] => [
  {
    name: 'lets the handler hear why it is to end',
    run: withRunner(async (runner) => {
      const run = sample(runner, 'heed');
      await run.begun;
      run.abort(new RangeError('cancelled by somebody'));
      const heard = (await run.result) as { name: string; message: string };
      demand(heard.message === 'cancelled by somebody', `the reason, not ${JSON.stringify(heard)}`);
    }),
  },
  {
    name: 'lets the handler hear of reasons that are no errors',
    run: withRunner(async (runner) => {
      for (const reason of [undefined, 'some text', AbortSignal.timeout(0)]) {
        const run = sample(runner, 'heed');
        await run.begun;
        run.abort(reason);
        await run.result;
      }
    }),
  },
  {
    name: 'ends what is aborted before it begins',
    run: withRunner(async (runner) => {
      await runner.warm();
      const run = sample(runner, 'heed');
      run.abort(new Error('at once'));
      // Aborted while it waits, or as soon as the handler looks.
      await run.result.catch(() => {});
      demand(runner.stats().running === 0, 'nothing running');
    }),
  },
  {
    name: 'waits no longer than graceMs for a handler that ignores its signal, and goes on',
    run: withRunner(
      async (runner) => {
        const run = sample(runner, 'stubborn');
        await run.begun;
        const reason = new Error('enough');
        run.abort(reason);
        const code = endsHandlers ? 'E_TASK_ENDED' : 'E_TASK_ABANDONED';
        const error = (await demandCode(code, () => run.result)) as Error;
        demand(error.cause === reason, 'the signal’s reason as its cause');
        const { abandoned, crashed, running } = runner.stats();
        if (endsHandlers) demand(crashed === 1 && abandoned === 0, 'its worker counted as crashed');
        else demand(abandoned === 1 && running === 1, 'the handler counted as abandoned, and running');
        demand((await sample(runner, 'echo', 5).result) === 5, 'the next task done');
        if (endsHandlers) return;
        await run.lateEnd;
        demand(runner.stats().abandoned === 0 && runner.stats().running === 0, 'nothing running any more');
      },
      { graceMs: 20 },
    ),
  },
  {
    name: 'leaves handlers time to end by themselves',
    run: withRunner(async (runner) => {
      const run = sample(runner, 'stubborn');
      await run.begun;
      run.abort(new Error('enough'));
      demand((await run.result) === 'too late', 'its result');
      demand(runner.stats().crashed === 0, 'no worker lost');
    }),
  },
  {
    name: 'rejects what runs and what comes when it is closed',
    run: withRunner(async (runner) => {
      const [first, second] = [sample(runner, 'heed'), sample(runner, 'heed')];
      await first.begun;
      const closed = runner.close();
      await demandCode('E_QUEUE_CLOSED', () => first.result);
      await demandCode('E_QUEUE_CLOSED', () => second.result);
      await closed;
      await runner.close();
      await demandCode('E_QUEUE_CLOSED', () => sample(runner, 'echo').result);
      await demandCode('E_QUEUE_CLOSED', () => runner.warm());
      demand(runner.stats().waiting === 0, 'nobody waiting');
    }),
  },
];

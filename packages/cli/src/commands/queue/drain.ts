import { withTimeout } from '@framerail/lifecycle';
import type { TaskEngine } from '@framerail/task-queue';
import { Command } from 'commander';
import type { CommandContext, Outcome } from '../../command-line/context.js';
import { numberParser } from '../../command-line/option-parsers.js';
import type { Run } from '../../command-line/run.js';
import { type QueueArguments, withQueueFile } from './queue-file.js';
import { addCounts, leftOf, type StateCounts } from './totals.js';

interface DrainArguments extends QueueArguments {
  readonly lane?: string;
  readonly timeout?: number;
}

/** Milliseconds between lines for a person. */
const TELL_EVERY_MS = 5000;

/** `framerail queue drain`. */
export function drainCommand(run: Run): Command {
  return new Command('drain')
    .description('Waits until nothing is left to do; other processes do it')
    .option('--lane <lane>', 'nothing of this lane')
    .option(
      '--timeout <seconds>',
      'give up after so long (exit code 6); default: never',
      numberParser('--timeout', { min: 0, max: 1e6 }),
    )
    .action(run(drain));
}

async function drain(
  { signal, say }: CommandContext,
  { db, lane, timeout }: DrainArguments,
): Promise<Outcome> {
  const startedMs = performance.now();
  const counts = await withQueueFile(db, 'read', async (engine) => {
    const giveUp = new AbortController();
    const emptied = emptiness(engine, lane, say, giveUp.signal);
    const timeoutMs = timeout === undefined ? undefined : timeout * 1000;
    try {
      return await withTimeout(emptied, { timeoutMs, signal, what: 'Draining' });
    } finally {
      giveUp.abort();
      await emptied.catch(() => {});
    }
  });
  const waitedMs = Math.round(performance.now() - startedMs);
  const failed = counts.failed === 0 ? '' : `; ${counts.failed} failed: framerail queue list --state failed`;
  return {
    json: { path: db, lane: lane ?? null, waitedMs, counts },
    text: `Nothing is left to do${failed}\n`,
  };
}

/** Resolves when nothing is left, or the signal aborts; looks whenever anything changes. */
async function emptiness(
  engine: TaskEngine,
  lane: string | undefined,
  say: CommandContext['say'],
  signal: AbortSignal,
): Promise<StateCounts> {
  for (let toldMs = Number.NEGATIVE_INFINITY; ; ) {
    const changed = changeOf(engine, signal);
    const groups = await engine.counts();
    const counts = addCounts(groups.filter((group) => lane === undefined || group.lane === lane));
    if (leftOf(counts) === 0 || signal.aborted) return counts;
    if (performance.now() - toldMs >= TELL_EVERY_MS) {
      toldMs = performance.now();
      const { active, waiting, delayed, blocked } = counts;
      say(`left: ${active} active, ${waiting} waiting, ${delayed} delayed, ${blocked} blocked`);
    }
    await changed;
  }
}

/** Resolves when something changed, in a second at the latest. */
function changeOf(engine: TaskEngine, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      off();
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const off = engine.on('changed', end);
    const timer = setTimeout(end, 1000);
    signal.addEventListener('abort', end);
  });
}

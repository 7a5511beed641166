// Owners and workers that are killed while tasks run.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Programs } from '../programs.ts';
import type { OwnerOrder, Store } from './order.ts';
import { startOwner } from './owners.ts';
import { type CrashRow, emptyRow, numbersOf } from './rows.ts';
import { Witness } from './witness.ts';

/** What the trials are done with. */
export interface TrialContext {
  /** An empty folder. */
  readonly folder: string;
  readonly programs: Programs;
  /** A new store at each call. */
  readonly newStore: (name: string) => Store;
  readonly seed: number;
  readonly log: (text: string) => void;
}

/** A kill, and what it left. */
interface Kill {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Whom it hit. */
  readonly pid: number;
  /** Tasks that have to begin again. */
  readonly left: ReadonlySet<string>;
}

/** Tasks that are there while something is killed. */
const TASKS = 100;
/** Longest that an owner works before something is killed. */
const MOST_MS = 250;
/** Longest from its start on: in such trials it may be killed while it opens the store. */
const MOST_FROM_START_MS = 400;
/** Kills in one store; then comes a fresh one. */
const KILLS_A_STORE = 25;
/** Longest that an owner may take for what the killed ones left, before the trial counts as failed. */
const DRAIN_MS = 60_000;

/** Kills the process that owns the queue at random moments, each time starting the next one at once. */
export async function ownerTrials(context: TrialContext, kills: number): Promise<CrashRow> {
  const row = emptyRow();
  const upTo = numbersOf(context.seed);
  for (let store = 0; row.kills < kills; store += 1) {
    const { order, witness } = trialOf(context, `owners-${store}`);
    let last: Kill = { atMs: 0, pid: 0, left: new Set() };
    for (let kill = Math.min(KILLS_A_STORE, kills - row.kills); kill > 0; kill -= 1) {
      const owner = startOwner(context.programs.owner, { ...order, seed: upTo(2 ** 31) });
      const isFromStart = upTo(4) === 0;
      if (!isFromStart) await owner.opened;
      await sleep(upTo(isFromStart ? MOST_FROM_START_MS : MOST_MS));
      const atMs = await owner.kill();
      row.kills += 1;
      // One that was killed too early began nothing: the wait goes on.
      if (noteRestart(row, witness, last)) last = { atMs, pid: owner.child.pid ?? 0, left: witness.left() };
    }
    await finish(context, order, witness, row);
    noteRestart(row, witness, last);
  }
  return row;
}

/** Kills one of two owners that share a store at random moments; the other one goes on with its tasks. */
export async function sharedTrials(context: TrialContext, kills: number): Promise<CrashRow> {
  const row = emptyRow();
  const upTo = numbersOf(context.seed);
  const { order, witness } = trialOf(context, 'shared');
  const start = () => startOwner(context.programs.owner, { ...order, seed: upTo(2 ** 31) });
  let survivor = start();
  let last: Kill = { atMs: 0, pid: 0, left: new Set() };
  for (; row.kills < kills; row.kills += 1) {
    const owner = start();
    await Promise.all([survivor.opened, owner.opened]);
    await sleep(upTo(MOST_MS));
    const [dies, lives] = upTo(2) === 0 ? [owner, survivor] : [survivor, owner];
    const atMs = await dies.kill();
    const pid = dies.child.pid ?? 0;
    const left = witness.left();
    const own = witness.begun(0).filter((one) => one.pid === pid && left.has(one.id));
    if (noteRestart(row, witness, last)) last = { atMs, pid, left: new Set(own.map(({ id }) => id)) };
    survivor = lives;
  }
  await survivor.kill();
  await finish(context, order, witness, row);
  noteRestart(row, witness, last);
  return row;
}

/** Kills workers at random moments; their owner goes on, and their tasks with the next worker. */
export async function workerTrials(context: TrialContext, kills: number): Promise<CrashRow> {
  const row = emptyRow();
  const upTo = numbersOf(context.seed);
  const { programs } = context;
  for (let store = 0; row.kills < kills; store += 1) {
    const { order, witness } = trialOf(context, `workers-${store}`);
    const children = { program: programs.worker, module: programs.handlers, workers: 4 };
    const withWorkers = { ...order, children };
    const owner = startOwner(programs.owner, { ...withWorkers, seed: upTo(2 ** 31) });
    await owner.opened;
    let sinceMs = Date.now();
    for (let kill = Math.min(KILLS_A_STORE, kills - row.kills); kill > 0; ) {
      await sleep(upTo(MOST_MS));
      const pids = [...new Set(witness.begun(sinceMs).map(({ pid }) => pid))];
      const pid = pids[upTo(pids.length)];
      if (pid === undefined) {
        // All is done: more of them.
        if (witness.acknowledged().size > 0 && witness.left().size === 0) break;
        continue;
      }
      sinceMs = Date.now();
      if (!killOne(pid)) continue;
      kill -= 1;
      row.kills += 1;
    }
    await owner.kill();
    await finish(context, withWorkers, witness, row);
  }
  return row;
}

function trialOf({ folder, newStore }: TrialContext, name: string) {
  const witness = new Witness(join(folder, `${name}.log`));
  const order: OwnerOrder = { store: newStore(name), witness: witness.path, seed: 1, tasks: TASKS };
  return { order, witness };
}

/** An owner that isn't killed does what is left; then everything has to be completed. */
async function finish(
  { programs, log }: TrialContext,
  order: OwnerOrder,
  witness: Witness,
  row: CrashRow,
): Promise<void> {
  const owner = startOwner(programs.owner, { ...order, tasks: 0 });
  const timer = setTimeout(() => owner.child.kill('SIGKILL'), DRAIN_MS);
  const code = await owner.ended;
  clearTimeout(timer);
  const lostBefore = row.lost;
  witness.count(row);
  if (row.lost > lostBefore)
    log(`${order.witness}: ${row.lost - lostBefore} tasks lost; the last owner ended with ${code}`);
}

/** Notes how soon one of the tasks that a kill left began again. @returns whether one did, or there was none */
function noteRestart(row: CrashRow, witness: Witness, kill: Kill): boolean {
  const first = witness.begun(kill.atMs).find(({ id, pid }) => kill.left.has(id) && pid !== kill.pid);
  if (first === undefined) return !intersects(kill.left, witness.left());
  row.restartsMs.push(first.atMs - kill.atMs);
  return true;
}

const intersects = (some: ReadonlySet<string>, others: ReadonlySet<string>): boolean =>
  [...some].some((one) => others.has(one));

function killOne(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself: its owner had been told to replace it.
    return false;
  }
}

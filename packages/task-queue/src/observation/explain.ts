import type { Clock } from '@framerail/lifecycle';
import type { CapacityShortage } from '../admission/admission.js';
import type { TaskEngine } from '../engines/task-engine.js';
import type { Lane } from '../lanes/lane.js';
import type { NameStates } from '../lanes/name-state.js';
import type { Gate } from '../queue/gate.js';
import type { QueueTime } from '../queue/queue-time.js';
import type { TaskRecord } from '../task/task-record.js';
import type { Explanation, Hindrance } from './explanation.js';

/** What explaining needs around it. */
export interface ExplainParts {
  readonly engine: TaskEngine;
  readonly clock: Clock;
  readonly time: QueueTime;
  readonly lanes: readonly Lane[];
  readonly names: NameStates;
  readonly gate: Gate | undefined;
  readonly slots: number;
  readonly unknownNameMs: number;
  slotsTaken(): number;
}

const PAGE = 1000;
/** Pages of waiting tasks that are looked through for a task's place. */
const MAX_PAGES = 10;

/** Says why a task doesn't run now. */
export async function explain(parts: ExplainParts, record: TaskRecord): Promise<Explanation> {
  const { id, state } = record;
  const hindrances: Hindrance[] = [];
  let ahead: number | undefined;
  if (state === 'blocked') hindrances.push(await dependencies(parts, record));
  else if (state === 'delayed')
    hindrances.push({
      what: 'delay',
      untilMs: record.notBeforeMs,
      text: `it isn't to begin for another ${Math.max(0, record.notBeforeMs - parts.time.now())} ms`,
    });
  else if (state === 'waiting') {
    hindrances.push(...(await waitingFor(parts, record)));
    const place = await placeOf(parts.engine, record);
    ahead = place.ahead;
    if (ahead > 0)
      hindrances.push({
        what: 'place',
        ...place,
        text: `${place.isAtLeast ? 'at least ' : ''}${ahead} waiting ${ahead === 1 ? 'task comes' : 'tasks come'} before it`,
      });
  }
  return Object.freeze({
    id,
    state,
    ahead,
    hindrances: Object.freeze(hindrances),
    text: textOf(record, hindrances),
  });
}

async function waitingFor(parts: ExplainParts, record: TaskRecord): Promise<readonly Hindrance[]> {
  const { engine, clock, lanes, names, gate, slots, unknownNameMs, slotsTaken } = parts;
  const found: Hindrance[] = [];
  const nowMs = clock.now();
  const paused = await engine.paused();
  if (paused.all) found.push({ what: 'paused', lane: undefined, text: 'the queue is paused' });
  if (paused.lanes.includes(record.lane))
    found.push({ what: 'paused', lane: record.lane, text: `the lane ${record.lane} is paused` });
  const lane = lanes.find(({ settings }) => settings.name === record.lane);
  if (lane === undefined) {
    const text = `this process doesn't serve the lane ${record.lane}`;
    return [...found, { what: 'unknownLane', lane: record.lane, text }];
  }
  const definition = names.definition(record.name);
  if (definition === undefined) {
    const deadLetterAtMs = Math.max(record.createdAtMs, record.notBeforeMs) + unknownNameMs;
    const text = `this process has no handler of ${record.name}; unless another one has, it becomes a dead letter`;
    return [...found, { what: 'unknownName', deadLetterAtMs, text }];
  }
  const name = names.of(record.name);
  const { concurrency } = lane.settings;
  if (slotsTaken() >= slots)
    found.push({ what: 'slots', running: slotsTaken(), limit: slots, text: `all ${slots} slots are taken` });
  if (lane.running >= concurrency) {
    const text = `the lane ${record.lane} runs ${concurrency} at once, and does`;
    found.push({ what: 'laneConcurrency', running: lane.running, limit: concurrency, text });
  }
  if (name.running >= definition.concurrency) {
    const text = `${definition.concurrency} of ${record.name} may run at once, and do`;
    found.push({ what: 'nameConcurrency', running: name.running, limit: definition.concurrency, text });
  }
  if (lane.settings.rate !== undefined && lane.blockedUntilMs > nowMs) {
    const text = `the rate of the lane ${record.lane} lets none begin for now`;
    found.push({ what: 'laneRate', waitMs: lane.blockedUntilMs - nowMs, text });
  }
  if (definition.rate !== undefined && name.blockedUntilMs > nowMs) {
    const text = `the rate of ${record.name} lets none begin for now`;
    found.push({ what: 'nameRate', waitMs: name.blockedUntilMs - nowMs, text });
  }
  for (const shortage of gate?.shortages(definition, record, nowMs) ?? [])
    found.push({ what: 'capacity', ...shortage, text: shortageText(shortage) });
  return found;
}

async function dependencies(parts: ExplainParts, record: TaskRecord): Promise<Hindrance> {
  const others = await parts.engine.get(record.after);
  const ids = record.after.filter((_, index) => others[index]?.state !== 'completed');
  const shown =
    ids.length > 5 ? `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} others` : ids.join(', ');
  return { what: 'dependencies', ids, text: `it comes after ${shown}` };
}

/** Tasks of the lane that come before: of a larger priority, or of the same and added earlier. */
async function placeOf(
  engine: TaskEngine,
  record: TaskRecord,
): Promise<{ readonly ahead: number; readonly isAtLeast: boolean }> {
  let ahead = 0;
  let afterId: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const tasks = await engine.list({ states: ['waiting'], lane: record.lane, afterId, limit: PAGE });
    for (const { id, priority } of tasks)
      if (priority > record.priority || (priority === record.priority && id < record.id)) ahead += 1;
    if (tasks.length < PAGE) return { ahead, isAtLeast: false };
    afterId = tasks.at(-1)?.id;
  }
  return { ahead, isAtLeast: true };
}

const PARTS = { cpu: 'processor time', memory: 'memory', gpu: 'GPU time', io: 'storage time' } as const;

function shortageText({ part, wanted, others, reserved, limit, keptFor }: CapacityShortage): string {
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const needs = `it takes ${percent(wanted)} of ${PARTS[part]}, of which others take ${percent(others)} and running tasks ${percent(reserved)}, up to ${percent(limit)}`;
  return keptFor === undefined ? needs : `${needs}; room is kept for ${keptFor}, which has waited for long`;
}

function textOf(record: TaskRecord, hindrances: readonly Hindrance[]): string {
  const subject = `Task ${record.id}, ${record.name}, is ${record.state}`;
  if (hindrances.length > 0) return `${subject}: ${hindrances.map(({ text }) => text).join('; ')}`;
  if (record.state === 'waiting') return `${subject} and begins at the next opportunity`;
  if (record.state === 'active') return `${subject}: attempt ${record.attempts} runs in ${record.owner}`;
  const last = record.failures.at(-1);
  return record.state === 'failed' && last !== undefined ? `${subject}: ${last.message}` : subject;
}

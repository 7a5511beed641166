import type { TaskFailure } from '../../task/task-record.js';
import { isFinal } from '../../task/task-state.js';
import { dependencyOrder } from '../batch-plan.js';
import type { Settlement, SettleOutcome, TaskLease } from '../task-engine.js';
import { ACTIVE, CANCELLED, COMPLETED, FAILED, stateName } from '../task-number.js';
import type { TaskNode } from './task-node.js';
import type { TaskStore } from './task-store.js';

/** The task of a lease, if it is held still. */
export function heldTask(store: TaskStore, { id, token }: TaskLease): TaskNode | undefined {
  const node = store.find(id);
  return node !== undefined && node.state === ACTIVE && node.token === token ? node : undefined;
}

/** Ends an attempt, if its lease is held. */
export function settleTask(store: TaskStore, settlement: Settlement): SettleOutcome {
  const node = heldTask(store, settlement);
  if (node === undefined) return 'lost';
  const { how, nowMs } = settlement;
  if (how === 'complete') {
    node.result = settlement.result;
    store.end(node, COMPLETED, nowMs);
  } else if (how === 'cancel') store.end(node, CANCELLED, nowMs);
  else if (how === 'release') {
    node.attempts -= 1;
    if (node.attempts === 0) node.startedAtMs = undefined;
    node.notBeforeMs = settlement.notBeforeMs;
    store.giveUp(node, nowMs);
  } else failTask(store, node, settlement.failure, settlement.retryAtMs, nowMs);
  return 'applied';
}

function failTask(
  store: TaskStore,
  node: TaskNode,
  failure: TaskFailure,
  retryAtMs: number | undefined,
  nowMs: number,
): void {
  store.note(node, failure);
  if (retryAtMs === undefined || node.attempts >= node.maxAttempts) {
    store.end(node, FAILED, nowMs);
    return;
  }
  node.notBeforeMs = retryAtMs;
  store.giveUp(node, nowMs);
}

/** Takes leases away that ended or whose owners are dead, and lets tasks wait whose time has come. Gives how many. */
export function expireTasks(store: TaskStore, nowMs: number, deadOwners: readonly string[]): number {
  const lost: TaskNode[] = [];
  for (let node = store.active.peek(); node !== undefined && node.rank <= nowMs; node = store.active.peek()) {
    lost.push(node);
    loseLease(store, node, nowMs);
  }
  if (deadOwners.length > 0) {
    const dead = new Set(deadOwners);
    for (const node of [...store.active].sort((a, b) => a.seq - b.seq)) {
      if (node.owner === undefined || !dead.has(node.owner)) continue;
      lost.push(node);
      loseLease(store, node, nowMs);
    }
  }
  let due = 0;
  for (
    let node = store.delayed.peek();
    node !== undefined && node.rank <= nowMs;
    node = store.delayed.peek()
  ) {
    store.begin(node, nowMs);
    due += 1;
  }
  return lost.length + due;
}

function loseLease(store: TaskStore, node: TaskNode, nowMs: number): void {
  const message = `The lease of attempt ${node.attempts} by ${node.owner} was not renewed: its process ended or hung`;
  const failure = { attempt: node.attempts, atMs: nowMs, code: 'E_TASK_LEASE_LOST', message };
  if (node.isCancelRequested) {
    store.note(node, failure);
    store.end(node, CANCELLED, nowMs);
  } else failTask(store, node, failure, nowMs, nowMs);
}

/** Cancels a task, or asks for it while it is active. */
export function cancelTask(store: TaskStore, node: TaskNode, nowMs: number): void {
  if (node.state === ACTIVE) store.requestCancel(node);
  else if (!isFinal(stateName(node.state))) store.end(node, CANCELLED, nowMs);
}

/** Lets those of the tasks begin anew that failed or were cancelled and may. Gives those that do. */
export function retryTasks(
  store: TaskStore,
  nodes: readonly TaskNode[],
  nowMs: number,
): ReadonlySet<TaskNode> {
  const asked = [...new Set(nodes)];
  const places = new Map(asked.map((node, at) => [node, at]));
  const before = asked.map(({ unmet }) =>
    [...(unmet ?? [])].flatMap((node) => {
      const place = places.get(node);
      return place === undefined ? [] : [place];
    }),
  );
  const revived = new Set<TaskNode>();
  for (const at of dependencyOrder(before)) {
    const node = asked[at] as TaskNode;
    if (node.state !== FAILED && node.state !== CANCELLED) continue;
    if (node.key !== undefined && store.keys.get(node.key)?.live !== undefined) continue;
    if ([...(node.unmet ?? [])].some((one) => one.isGone || isFinal(stateName(one.state)))) continue;
    store.revive(node, nowMs);
    revived.add(node);
  }
  return revived;
}

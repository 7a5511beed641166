import { TASK_STATES, type TaskState } from '../task/task-state.js';

/** States as numbers: places in `TASK_STATES`. */
export const BLOCKED = 0;
export const DELAYED = 1;
export const WAITING = 2;
export const ACTIVE = 3;
export const COMPLETED = 4;
export const FAILED = 5;
export const CANCELLED = 6;

/** How many states there are. */
export const STATES = TASK_STATES.length;

/** The states that are ends. */
export type FinalState = typeof COMPLETED | typeof FAILED | typeof CANCELLED;

const ID_DIGITS = 16;
const ZERO = '0'.charCodeAt(0);

/** A task's id: its number, so long that ids compare as their numbers do. */
export function idOf(seq: number): string {
  return String(seq).padStart(ID_DIGITS, '0');
}

/** The number of an id; -1 for what is none. */
export function seqOf(id: string): number {
  if (typeof id !== 'string' || id.length !== ID_DIGITS) return -1;
  let seq = 0;
  for (let at = 0; at < ID_DIGITS; at += 1) {
    const digit = id.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    seq = seq * 10 + digit;
  }
  return Number.isSafeInteger(seq) ? seq : -1;
}

/** The number after which a page begins that begins after an id: of what is no id, the last number that compares less. */
export function seqBefore(id: string | undefined): number {
  if (id === undefined) return 0;
  const seq = seqOf(id);
  if (seq >= 0) return seq;
  return id < idOf(0) ? 0 : Number.MAX_SAFE_INTEGER;
}

/** The state's name. */
export function stateName(state: number): TaskState {
  return TASK_STATES[state] as TaskState;
}

/**
 * In which order a lane's waiting tasks are handed out: start-time fair queueing with priority as a head start. A task's tag is where
 * its group's turn begins: groups advance side by side, each by the shares of its own tasks, so that a group with a thousand
 * tasks doesn't keep one with a single task waiting. A level of priority puts a task ahead of `PRIORITY_STEP` shares of
 * work, not of all work for ever: tasks that wait keep their place while the lane's turn moves on, so none starves. Places don't change with
 * time, so that a store can keep them in an index.
 *
 * The lane's turn moves on with each claim even where all who are served are newcomers: by the shares handed out over the groups
 * that were waiting, as if all of them had been served side by side. Without it, groups that come, have one task and go
 * would stay ahead of another group's second task for ever.
 *
 * Source of the tags: Goyal, Vin and Cheng, "Start-time Fair Queueing", SIGCOMM 1996. Of the turn's advance: the virtual time of Parekh
 * and Gallager, "A Generalized Processor Sharing Approach to Flow Control", INFOCOM 1992.
 */

/** Shares of work that one level of priority is ahead of. */
export const PRIORITY_STEP = 100;

/** The lane's turn moves on as if at most so many groups were waiting: what bounds how long newcomers can stay ahead. */
export const MAX_GROUPS_COUNTED = 100;

/** What is known of a lane and a group when a task becomes ready. */
export interface Turn {
  /** The lane's turn; 0 at first. */
  readonly laneTag: number;
  /** Where the group's next turn begins: its last task's tag and share together; 0 for a group that is new. */
  readonly groupTag: number;
}

/** What a claim handed out of a lane. */
export interface Served {
  /** The lane's turn before. */
  readonly laneTag: number;
  /** The largest tag of the tasks handed out. */
  readonly tag: number;
  /** The sum of their shares. */
  readonly shares: number;
  /** Groups that had tasks waiting before, 1 or more; how many above {@link MAX_GROUPS_COUNTED} makes no difference. */
  readonly groups: number;
  /** Where all groups' turns have ended, if nothing waits in the lane any more; `undefined` otherwise. */
  readonly endTag: number | undefined;
}

/** A task's tag: it stays with the task, through retries too. */
export function tagOf({ laneTag, groupTag }: Turn): number {
  return Math.max(laneTag, groupTag);
}

/** A task's place: smaller is handed out first; equal ones by id. */
export function placeOf(tag: number, priority: number): number {
  return tag - priority * PRIORITY_STEP;
}

/** The lane's turn after a claim. Groups whose tag isn't more need not be remembered. */
export function laneTagAfter({ laneTag, tag, shares, groups, endTag }: Served): number {
  const moved = Math.max(tag, laneTag + shares / Math.min(groups, MAX_GROUPS_COUNTED));
  return endTag === undefined ? moved : Math.max(laneTag, endTag);
}

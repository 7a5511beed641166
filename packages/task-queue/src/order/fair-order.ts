/**
 * In which order a lane's waiting tasks are handed out: start-time fair queueing with priority as a head start. A task's tag is where
 * its group's turn begins: groups advance side by side, each by the shares of its own tasks, so that a group with a thousand
 * tasks doesn't keep one with a single task waiting. A level of priority puts a task ahead of `PRIORITY_STEP` shares of
 * work, not of all work for ever: tasks that wait keep their place while the lane's turn moves on, so none starves. Places don't change with
 * time, so that a store can keep them in an index.
 *
 * Source of the tags: Goyal, Vin and Cheng, "Start-time Fair Queueing", SIGCOMM 1996.
 */

/** Shares of work that one level of priority is ahead of. */
export const PRIORITY_STEP = 100;

/** What is known of a lane and a group when a task becomes ready. */
export interface Turn {
  /** The largest tag that the lane has handed out; 0 at first. */
  readonly laneTag: number;
  /** Where the group's next turn begins; 0 for a group that has none waiting. */
  readonly groupTag: number;
}

/** A task's tag: it stays with the task, through retries too. */
export function tagOf({ laneTag, groupTag }: Turn): number {
  return Math.max(laneTag, groupTag);
}

/** A task's place: smaller is handed out first; equal ones by id. */
export function placeOf(tag: number, priority: number): number {
  return tag - priority * PRIORITY_STEP;
}

import type { CapacityShortage } from '../admission/admission.js';
import type { TaskState } from '../task/task-state.js';

/** Something that keeps a task from running. */
export type Hindrance =
  /** Everything, or its lane, is paused. */
  | { readonly what: 'paused'; readonly lane: string | undefined; readonly text: string }
  /** It isn't its time yet. */
  | { readonly what: 'delay'; readonly untilMs: number; readonly text: string }
  /** Tasks that it comes after aren't completed. */
  | { readonly what: 'dependencies'; readonly ids: readonly string[]; readonly text: string }
  /** All slots of the process, its lane or its name are taken. */
  | {
      readonly what: 'slots' | 'laneConcurrency' | 'nameConcurrency';
      readonly running: number;
      readonly limit: number;
      readonly text: string;
    }
  /** Its lane's or its name's rate lets none begin for now. */
  | { readonly what: 'laneRate' | 'nameRate'; readonly waitMs: number; readonly text: string }
  /** This process has no handler of it. */
  | { readonly what: 'unknownName'; readonly deadLetterAtMs: number; readonly text: string }
  /** This process doesn't serve its lane. */
  | { readonly what: 'unknownLane'; readonly lane: string; readonly text: string }
  /** The machine has no room for it. */
  | (CapacityShortage & { readonly what: 'capacity'; readonly text: string })
  /** Others come before it. */
  | { readonly what: 'place'; readonly ahead: number; readonly isAtLeast: boolean; readonly text: string };

/** Why a task doesn't run now, as this process sees it. Immutable. */
export interface Explanation {
  /** The task. */
  readonly id: string;
  /** Where it stands. */
  readonly state: TaskState;
  /**
   * Waiting tasks of its lane that come before it by priority and age; fairness between groups may serve some of them later. `undefined`
   * for those that don't wait.
   */
  readonly ahead: number | undefined;
  /** What keeps it from running; none: it runs, has ended, or begins at the next opportunity. */
  readonly hindrances: readonly Hindrance[];
  /** All of it in one sentence or two. */
  readonly text: string;
}

/** How many stage changes a note carries for watchers in other processes. */
export const NOTED_STAGES = 32;

/** A change of stage, numbered from 1 within its attempt. */
export interface NotedStage {
  readonly number: number;
  readonly value: unknown;
}

/** What an engine keeps of a task's progress, as JSON: the last value, and the last changes of stage before it. */
export interface ProgressNote {
  readonly value: unknown;
  /** The attempt that told it. */
  readonly attempt: number;
  /** Values told so far by this attempt. */
  readonly number: number;
  /** The first value of each of the last stages, oldest first. */
  readonly stages: readonly NotedStage[];
}

/** Reads what an engine keeps; `undefined` for nothing, and for what isn't a note. */
export function progressOf(text: string | undefined): ProgressNote | undefined {
  if (text === undefined) return undefined;
  try {
    const note = JSON.parse(text) as ProgressNote | null;
    return typeof note === 'object' && note !== null && Array.isArray(note.stages) ? note : undefined;
  } catch {
    return undefined;
  }
}

/** The stage that a value tells: its member `stage`, as JSON; `undefined` where it has none. */
export function stageOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const stage = (value as { stage?: unknown }).stage;
  return stage === undefined ? undefined : JSON.stringify(stage);
}

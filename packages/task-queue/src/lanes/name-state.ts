import type { Definition } from '../queue/define-options.js';

/** A name of tasks as this process serves it. */
export class NameState {
  readonly name: string;
  /** `undefined`: nobody here knows what to do. */
  definition: Definition | undefined;
  /** Attempts that run. */
  running = 0;
  /** Claimed and not begun. */
  held = 0;
  /** Until when none of it may be claimed: its rate, or nobody here knows it; milliseconds of the monotonic clock. */
  blockedUntilMs = Number.NEGATIVE_INFINITY;
  /** Until when there is no room for one; milliseconds of the monotonic clock. */
  noRoomUntilMs = Number.NEGATIVE_INFINITY;

  constructor(name: string) {
    this.name = name;
  }

  /** How many more may be begun here, as far as its own limit goes. */
  get room(): number {
    return (this.definition?.concurrency ?? Number.POSITIVE_INFINITY) - this.running - this.held;
  }

  /** Whether none may be claimed now. */
  isBlocked(nowMs: number): boolean {
    return this.blockedUntilMs > nowMs || this.noRoomUntilMs > nowMs || this.room <= 0;
  }
}

/** All names that this process has heard of. */
export class NameStates {
  readonly #names = new Map<string, NameState>();

  /** The state of a name. */
  of(name: string): NameState {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const state = new NameState(name);
    this.#names.set(name, state);
    return state;
  }

  /** The definition of a name; `undefined`: nobody here knows it. */
  definition(name: string): Definition | undefined {
    return this.#names.get(name)?.definition;
  }

  /** Names that can't be claimed now. */
  blocked(nowMs: number): readonly string[] {
    const blocked: string[] = [];
    for (const state of this.#names.values()) if (state.isBlocked(nowMs)) blocked.push(state.name);
    return blocked;
  }

  /** How many more tasks may be begun of all names that are defined here and not blocked. */
  room(nowMs: number): number {
    let room = 0;
    for (const state of this.#names.values())
      if (state.definition !== undefined && !state.isBlocked(nowMs)) room += state.room;
    return room;
  }

  /** There may be room again: capacity was given back, or the load is other than it was. */
  clearRoom(): void {
    for (const state of this.#names.values()) state.noRoomUntilMs = Number.NEGATIVE_INFINITY;
  }

  /** Names that are defined here. */
  defined(): readonly Definition[] {
    return [...this.#names.values()].flatMap(({ definition }) => definition ?? []);
  }

  /** Forgets names that nobody here knows and that nothing is held of, once their time is over: others may use any number of names. */
  forgetUnknown(nowMs: number): void {
    for (const [name, state] of this.#names)
      if (state.definition === undefined && state.held === 0 && state.blockedUntilMs <= nowMs)
        this.#names.delete(name);
  }
}

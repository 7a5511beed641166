// Where the playheads of people who edit are, tick by tick. Each habit is a mix of the same doings, drawn by a seed.

/** Where a playhead is at a tick. */
export interface Tick {
  position: number;
  /** What the player says of it: 1 for playing, 0 for standing or being dragged. */
  rate: number;
  /** A loop that the player was told to play. */
  loop: { start: number; end: number } | null;
}

type Random = () => number;
type Doing = 'play' | 'skim' | 'reverse' | 'back' | 'seek' | 'mark' | 'scrub' | 'step' | 'loop' | 'pause';

/** A habit: how often what is done, and whether its player tells of loops. */
export interface Habit {
  name: string;
  weights: Partial<Record<Doing, number>>;
  tellsLoops: boolean;
  /** Frames from tick to tick that a dragged playhead moves at most. */
  dragSpeed: number;
}

/** Habits, each of which is another way of editing. */
export const HABITS: readonly Habit[] = [
  {
    name: 'cutting',
    weights: { play: 4, back: 4, mark: 2, scrub: 1, step: 2, loop: 1, pause: 2, seek: 1 },
    tellsLoops: true,
    dragSpeed: 6,
  },
  {
    name: 'grading',
    weights: { play: 2, loop: 4, mark: 3, step: 1, pause: 3, scrub: 1 },
    tellsLoops: true,
    dragSpeed: 4,
  },
  {
    name: 'reviewing',
    weights: { play: 6, back: 2, skim: 2, seek: 1, pause: 1 },
    tellsLoops: false,
    dragSpeed: 6,
  },
  {
    name: 'searching',
    weights: { scrub: 3, play: 4, skim: 2, reverse: 2, back: 2, seek: 1, pause: 1 },
    tellsLoops: false,
    dragSpeed: 8,
  },
  {
    name: 'looping by hand',
    weights: { loop: 4, play: 2, back: 2, scrub: 1, pause: 1 },
    tellsLoops: false,
    dragSpeed: 5,
  },
];

/**
 * The ticks of somebody who edits.
 *
 * @param habit how
 * @param frames what the film has
 * @param ticks how many
 * @param random numbers from 0 to below 1
 */
export function* editing(habit: Habit, frames: number, ticks: number, random: Random): Iterable<Tick> {
  const doings = Object.entries(habit.weights).flatMap(([doing, weight]) =>
    Array.from({ length: weight }, () => doing as Doing),
  );
  const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const within = (position: number): number => Math.min(frames - 1, Math.max(0, Math.round(position)));
  const marks = Array.from({ length: 4 }, () => between(0, frames - 1));
  let [position, left] = [between(0, frames >> 1), ticks];
  let loop: Tick['loop'] = null;
  function* go(count: number, step: () => number, rate: number): Iterable<Tick> {
    for (let index = 0; index < count && left > 0; index += 1) {
      const next = within(step());
      // At an end of the film there is nothing more to see.
      if (next === position && rate !== 0) return;
      position = next;
      left -= 1;
      yield { position, rate, loop };
    }
  }
  while (left > 0) {
    loop = null;
    const doing = doings[Math.floor(random() * doings.length)] as Doing;
    if (doing === 'back') position = within(position - between(25, 400));
    if (doing === 'seek') position = between(0, frames - 1);
    if (doing === 'mark') position = marks[between(0, marks.length - 1)] as number;
    if (random() < 0.05) marks[between(0, marks.length - 1)] = position;
    if (['play', 'back', 'seek', 'mark'].includes(doing)) yield* go(between(40, 300), () => position + 1, 1);
    else if (doing === 'skim') {
      const rate = between(2, 4);
      yield* go(between(30, 120), () => position + rate, rate);
    } else if (doing === 'reverse') yield* go(between(30, 150), () => position - 1, -1);
    else if (doing === 'step') {
      const direction = random() < 0.6 ? 1 : -1;
      for (let count = between(4, 16); count > 0; count -= 1) {
        yield* go(1, () => position + direction, 0);
        yield* go(between(3, 8), () => position, 0);
      }
    } else if (doing === 'pause') yield* go(between(10, 75), () => position, 0);
    else if (doing === 'scrub') {
      let speed = 0;
      yield* go(
        between(20, 60),
        () => {
          speed += (random() - 0.5) * habit.dragSpeed * 0.5;
          speed = Math.min(habit.dragSpeed, Math.max(-habit.dragSpeed, speed));
          return position + speed;
        },
        0,
      );
    } else {
      const range = { start: position, end: within(position + between(40, 240)) };
      if (habit.tellsLoops) loop = range;
      for (let round = between(3, 8); round > 0; round -= 1) {
        position = range.start - 1;
        yield* go(range.end - range.start + 1, () => position + 1, 1);
      }
    }
  }
}

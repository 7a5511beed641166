// Families of made-up traces: each seed draws a member's numbers, so that no constant can be fitted to one trace.
import { type Random, recency, zipf } from './generators.ts';

/** What a member asks for. */
interface Member {
  /** Requests in it. */
  requests: number;
  /** About how many different entries are asked for again and again; sizes of caches go by it. */
  scale: number;
  /** Which entry is asked for next. */
  next(index: number): number;
}

/** Draws a member. */
export type Family = (random: Random) => Member;

export const between = (random: Random, least: number, most: number): number =>
  Math.floor(least * (most / least) ** random());
const uniform = (random: Random, least: number, most: number): number => least + (most - least) * random();

/** All families by name. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  zipf(random) {
    const scale = between(random, 1000, 60_000);
    return {
      requests: between(random, 20_000, 250_000),
      scale,
      next: zipf(scale, uniform(random, 0.5, 1.3), random),
    };
  },
  // Favourites that others replace: a few at a time, or all at once.
  'drifting-zipf'(random) {
    const scale = between(random, 1000, 20_000);
    const popular = zipf(scale, uniform(random, 0.7, 1.1), random);
    const [every, step] = [between(random, scale, 20 * scale), random() < 0.5 ? scale / 3 : scale / 50];
    const shift = (index: number): number => Math.floor(index / every) * Math.ceil(step);
    return {
      requests: between(random, 60_000, 200_000),
      scale,
      next: (index) => (popular() * 7919 + shift(index)) % scale,
    };
  },
  'zipf-with-scans'(random) {
    const scale = between(random, 1000, 20_000);
    const popular = zipf(scale, uniform(random, 0.7, 1.1), random);
    const [every, share] = [between(random, scale / 4, 4 * scale), uniform(random, 0.1, 0.6)];
    return {
      requests: between(random, 30_000, 200_000),
      scale,
      next: (index) => (index % every < share * every ? 1e6 + index : popular()),
    };
  },
  // Everything is asked for in turn, in loops of one or several lengths, with a little else between.
  loop(random) {
    const scale = between(random, 100, 5000);
    const noise = random() < 0.5 ? 0 : uniform(random, 0, 0.3);
    const others = zipf(scale, 0.8, random);
    let position = 0;
    return {
      requests: scale * between(random, 5, 40),
      scale,
      next() {
        if (random() < noise) return 1e6 + others();
        position += 1;
        return position % scale;
      },
    };
  },
  'several-loops'(random) {
    const lengths = Array.from({ length: 3 }, () => between(random, 100, 3000));
    const stay = between(random, 2, 15);
    let [which, left, position] = [0, 0, 0];
    return {
      requests: between(random, 30_000, 150_000),
      scale: Math.max(...lengths),
      next() {
        if (left <= 0) {
          which = Math.floor(random() * lengths.length);
          left = stay * (lengths[which] ?? 1);
        }
        left -= 1;
        position += 1;
        return which * 1e5 + (position % (lengths[which] ?? 1));
      },
    };
  },
  recency(random) {
    const scale = between(random, 100, 5000);
    return {
      requests: Math.max(3000, scale * between(random, 5, 100)),
      scale,
      next: recency(uniform(random, 0.3, 0.9), scale, random),
    };
  },
  'sliding-window'(random) {
    const [scale, slow] = [between(random, 100, 5000), between(random, 3, 60)];
    return {
      requests: scale * between(random, 10, 60),
      scale,
      next: (index) => Math.floor(index / slow) + Math.floor(random() * scale),
    };
  },
  // Bursts: every entry a few times within a short while, then never again.
  bursts(random) {
    const [scale, uses] = [between(random, 100, 3000), between(random, 2, 6)];
    return {
      requests: scale * between(random, 20, 100),
      scale,
      next: (index) => Math.floor(index / (uses * scale)) * scale + (index % scale),
    };
  },
  // A set of entries, all alike, then another one.
  'working-sets'(random) {
    const [scale, stay] = [between(random, 100, 5000), uniform(random, 2, 30)];
    return {
      requests: Math.max(5000, scale * between(random, 20, 100)),
      scale,
      next: (index) => Math.floor(index / (stay * scale)) * scale + Math.floor(random() * scale),
    };
  },
  // What favours recency and what favours frequency, in turn.
  phases(random) {
    const scale = between(random, 300, 5000);
    const [loops, stay] = [random() < 0.5, uniform(random, 2, 40) * scale];
    const [popular, recent] = [
      zipf(4 * scale, uniform(random, 0.7, 1.1), random),
      recency(0.7, scale, random),
    ];
    const steady = (index: number): number => (loops ? index % Math.ceil(1.2 * scale) : popular());
    return {
      requests: Math.max(10_000, scale * between(random, 20, 120)),
      scale,
      next: (index) => (Math.floor(index / stay) % 2 === 0 ? steady(index) : recent()),
    };
  },
  mixture(random) {
    const scale = between(random, 300, 10_000);
    const [popular, recent] = [
      zipf(4 * scale, uniform(random, 0.6, 1.2), random),
      recency(uniform(random, 0.3, 0.9), scale, random),
    ];
    const [most, scans] = [random(), uniform(random, 0, 0.3)];
    return {
      requests: Math.max(10_000, scale * between(random, 10, 60)),
      scale: 2 * scale,
      next(index) {
        if (random() < scans) return 1e6 + index;
        return random() < most ? 1e5 + popular() : recent();
      },
    };
  },
  // Files of many lengths, read from the start, some of them often.
  files(random) {
    const files = between(random, 50, 3000);
    const lengths = Int32Array.from({ length: files }, () => between(random, 1, 200));
    const popular = zipf(files, uniform(random, 0.3, 1.1), random);
    let [file, position] = [0, 0];
    return {
      requests: between(random, 10_000, 200_000),
      scale: lengths.reduce((sum, length) => sum + length, 0) / 2,
      next() {
        if (position >= (lengths[file] ?? 0)) [file, position] = [popular(), 0];
        position += 1;
        return file * 256 + position;
      },
    };
  },
  // An editor at a film: plays, plays backward, jumps back a little, loops, goes elsewhere.
  editing(random) {
    const scale = between(random, 300, 20_000);
    const [least, most] = [between(random, 10, 100), between(random, 150, 1500)];
    const [back, away, loops] = [
      uniform(random, 0.1, 0.5),
      uniform(random, 0.05, 0.4),
      uniform(random, 0, 0.4),
    ];
    let [position, left, direction, from] = [0, 0, 1, -1];
    return {
      requests: Math.max(3000, scale * between(random, 3, 40)),
      scale,
      next() {
        if (left <= 0) {
          left = between(random, least, most);
          direction = random() < 0.2 ? -1 : 1;
          from = -1;
          if (random() < away) position = Math.floor(random() * scale);
          else if (random() < back) position -= between(random, 5, most);
          else if (random() < loops) {
            [from, direction] = [Math.max(0, position), 1];
            left *= between(random, 2, 12);
          }
        }
        left -= 1;
        position += direction;
        if (from >= 0 && position > from + most / 2) position = from;
        position = Math.min(scale - 1, Math.max(0, position));
        return position;
      },
    };
  },
};

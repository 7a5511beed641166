import { expectInteger, expectObject, invalidArgument } from '@framerail/lifecycle';
import type { MemoryTier } from '../tiers/memory/memory-tier.js';
import { numberedKey, numberedPosition } from './numbered-keys.js';
import type { AccessPattern, Playhead } from './playhead-options.js';
import type { Playheads } from './playheads.js';
import type { KeyPosition, ReaderOptions } from './reader-options.js';
import { type Reader, ReaderRecognizer } from './reader-recognizer.js';

const DEFAULT_AHEAD = 16;
const DEFAULT_CONCURRENCY = 4;
const DEFAULT_READERS = 8;
const MAX_READERS = 64;
/** Streams that are looked at, and uses that wait for that. */
const MOST_STREAMS = 256;
const MOST_PENDING = 1024;
/** Steps that a reader is known to have made. */
const KNOWN_STEPS = 3;

/** Watches what memory is asked for, and gives readers in equal steps a playhead each. */
export class Readers<K, V> {
  readonly #options: ReaderOptions<K, V>;
  readonly #positionOf: (key: K) => KeyPosition | undefined;
  readonly #keyAt: (stream: string, index: number) => K | undefined;
  readonly #maxReaders: number;
  readonly #playheads: Playheads<K, V>;
  readonly #keyOf: (name: string) => K;
  readonly #streams = new Map<string, ReaderRecognizer>();
  /** Those who are followed, the latest last. */
  readonly #followed = new Map<Reader, Playhead<V>>();
  #pending: string[] = [];

  /**
   * @param options - as the user gave them, checked by {@link checkReaderOptions}
   * @param playheads - of the cache
   * @param keyOf - the key of a name
   */
  constructor(options: ReaderOptions<K, V>, playheads: Playheads<K, V>, keyOf: (name: string) => K) {
    this.#options = options;
    this.#positionOf = options.positionOf ?? (numberedPosition as (key: K) => KeyPosition | undefined);
    this.#keyAt = options.keyAt ?? (numberedKey as (stream: string, index: number) => never);
    this.#maxReaders = options.maxReaders ?? DEFAULT_READERS;
    this.#playheads = playheads;
    this.#keyOf = keyOf;
  }

  /** Readers that are followed. */
  get count(): number {
    return this.#followed.size;
  }

  /** Begins to watch. */
  watch(memory: MemoryTier<V>): void {
    memory.watchers.add({ used: (name) => this.#used(name) });
  }

  /** How keys like this one follow each other; `undefined` if that isn't known. */
  patternOf(key: K): AccessPattern | undefined {
    const position = this.#position(key);
    const stream = position && this.#streams.get(position.stream);
    if (position === undefined || stream === undefined) return undefined;
    const [reader] = stream.readers.toSorted(
      (a, b) => Math.abs(position.index - a.last) - Math.abs(position.index - b.last),
    );
    if (reader === undefined) return 'random';
    return Math.abs(reader.step) === 1 ? 'sequential' : 'strided';
  }

  /** Looks at it once whoever asks has its answer. */
  #used(name: string): void {
    if (this.#pending.length >= MOST_PENDING) return;
    this.#pending.push(name);
    if (this.#pending.length > 1) return;
    queueMicrotask(() => {
      const names = this.#pending;
      this.#pending = [];
      for (const used of names) this.#see(used);
    });
  }

  #see(name: string): void {
    // What is read along a playhead of the user's is looked after.
    if (this.#playheads.follows(name, this.#followed)) return;
    const position = this.#position(this.#keyOf(name));
    if (position === undefined) return;
    const { stream, index } = position;
    const recognizer = this.#streams.get(stream) ?? new ReaderRecognizer();
    this.#streams.delete(stream);
    this.#streams.set(stream, recognizer);
    if (this.#streams.size > MOST_STREAMS)
      for (const oldest of this.#streams.keys()) {
        this.#streams.delete(oldest);
        break;
      }
    const before = [...recognizer.readers];
    const reader = recognizer.note(index);
    for (const one of before) if (!recognizer.readers.includes(one)) this.#leave(one);
    if (reader !== undefined) this.#follow(reader, stream);
  }

  #follow(reader: Reader, stream: string): void {
    const { last, step } = reader;
    let playhead = this.#followed.get(reader);
    this.#followed.delete(reader);
    try {
      if (playhead === undefined) {
        playhead = this.#open(stream, Math.max(0, last - KNOWN_STEPS * step), step);
        for (let count = KNOWN_STEPS - 1; count > 0; count -= 1) {
          const position = last - count * step;
          if (position >= 0) playhead.move({ position });
        }
      }
      this.#followed.set(reader, playhead);
      playhead.move({ position: last, rate: step });
    } catch {
      // A key that is none, or a cache that is closed: nobody asked for it.
      this.#followed.delete(reader);
      playhead?.[Symbol.dispose]();
    }
    if (this.#followed.size <= this.#maxReaders) return;
    for (const oldest of this.#followed.keys()) {
      this.#leave(oldest);
      return;
    }
  }

  #open(stream: string, position: number, rate: number): Playhead<V> {
    const { loader, ahead = DEFAULT_AHEAD, concurrency = DEFAULT_CONCURRENCY, maxBytes } = this.#options;
    const { ttlMs, staleMs, cost, tags } = this.#options;
    return this.#playheads.open({
      ...{ loader, concurrency, maxBytes, position, rate, ttlMs, staleMs, cost, tags },
      window: ahead,
      length: Number.MAX_SAFE_INTEGER,
      keyAt: (index) => this.#keyAt(stream, index),
    });
  }

  #leave(reader: Reader): void {
    this.#followed.get(reader)?.[Symbol.dispose]();
    this.#followed.delete(reader);
  }

  #position(key: K): KeyPosition | undefined {
    try {
      const position = this.#positionOf(key);
      return position !== undefined && Number.isSafeInteger(position.index) && position.index >= 0
        ? position
        : undefined;
    } catch {
      return undefined;
    }
  }
}

/** @throws FramerailError `E_INVALID_ARGUMENT` */
export function checkReaderOptions<K, V>(options: ReaderOptions<K, V>, hasMemory: boolean): void {
  expectObject('prefetch', options, 'options { loader, … }');
  const { loader, positionOf, keyAt, ahead, maxBytes, concurrency, maxReaders } = options;
  if (!hasMemory)
    throw invalidArgument('prefetch', 'none, since there is no memory tier to fetch to', options);
  if (typeof loader !== 'function') throw invalidArgument('prefetch.loader', 'a function', loader);
  for (const [name, given] of Object.entries({ positionOf, keyAt })) {
    if (given !== undefined && typeof given !== 'function')
      throw invalidArgument(`prefetch.${name}`, 'a function', given);
  }
  if ((positionOf === undefined) !== (keyAt === undefined))
    throw invalidArgument('prefetch', 'positionOf and keyAt together, or neither', options);
  for (const [name, given] of Object.entries({ ahead, maxBytes, concurrency }))
    if (given !== undefined) expectInteger(`prefetch.${name}`, given, { min: 1 });
  if (maxReaders !== undefined)
    expectInteger('prefetch.maxReaders', maxReaders, { min: 1, max: MAX_READERS });
}

import { expectInteger, expectObject } from '@framerail/lifecycle';
import { hashKey } from '../eviction/key-hash.js';
import { type ReadTraceOptions, readTrace } from '../trace/read-trace.js';
import { traceTooLong } from '../trace/trace-errors.js';
import type { TraceEvent } from '../trace/trace-event.js';

const DEFAULT_MAX_EVENTS = 100_000_000;
const FIRST_CAPACITY = 65_536;

/** What `counts` has for requests, for entries that are deleted, and for those that come some events after a request. */
export const REQUESTED = 1;
export const DELETED = 2;
export const ANSWERED = 3;

/** A trace in memory: 13 bytes an event. */
export interface LoadedTrace {
  /** Where it came from. */
  readonly name: string;
  /** Whether its entries have sizes in bytes; otherwise each counts as one. */
  readonly hasSizes: boolean;
  /** Requests in it: the events that count. */
  readonly requests: number;
  /** Different entries in it. */
  readonly entries: number;
  /** The entry of each event, from 0 on. */
  readonly ids: Int32Array;
  /** What the entry weighs at each event; −1 if nothing came of a request, and when it is deleted. */
  readonly bytes: Float64Array;
  /**
   * 1 for requests, 0 for entries that are put in without one, 2 for those that are deleted, 3 for those that are put in
   * some events after they were missing.
   */
  readonly counts: Uint8Array;
  /** Hashes of keys by entry, as a cache has them; `undefined` where keys are numbers, and ids will do. */
  readonly hashes?: Int32Array | undefined;
}

/** What to load. */
export interface LoadTraceOptions extends ReadTraceOptions {
  /** Lets every entry count as one, whatever its size; default false. */
  readonly ignoreSizes?: boolean | undefined;
  /** Events that are taken at most; default 100,000,000. */
  readonly maxEvents?: number | undefined;
}

/**
 * Reads a whole trace for {@link simulate}.
 *
 * @param options - which file, and how much of it
 * @throws FramerailError as `readTrace` does, `E_INPUT_TRACE_TOO_LONG` beyond `maxEvents`
 */
export async function loadTrace(options: LoadTraceOptions): Promise<LoadedTrace> {
  expectObject('options', options, 'options { path, … }');
  const { ignoreSizes = false, maxEvents = DEFAULT_MAX_EVENTS } = options;
  expectInteger('maxEvents', maxEvents, { min: 1, max: 2 ** 31 - 1 });
  const reading = await readTrace(options);
  const hasSizes = reading.hasSizes && !ignoreSizes;
  const columns = new TraceColumns(hasSizes);
  for await (const batch of reading.batches) {
    for (const event of batch) {
      if (columns.length >= maxEvents) throw traceTooLong(options.path, maxEvents);
      columns.add(event);
    }
  }
  return columns.finish(options.path);
}

/** Collects events. */
class TraceColumns {
  length = 0;
  #ids = new Int32Array(FIRST_CAPACITY);
  #bytes = new Float64Array(FIRST_CAPACITY);
  #counts = new Uint8Array(FIRST_CAPACITY);
  #requests = 0;
  #entries = 0;
  readonly #known = new Map<string | number, number>();
  /** The last request of an entry whose weight isn't known yet, by id. */
  readonly #open = new Map<number, number>();
  #hashes: number[] | undefined;
  readonly #hasSizes: boolean;

  /** @param hasSizes - false lets every entry count as one */
  constructor(hasSizes: boolean) {
    this.#hasSizes = hasSizes;
  }

  /** Adds an event at the end. */
  add({ kind, key, bytes }: TraceEvent): void {
    if (kind === 'delete') {
      const known = this.#known.get(key);
      if (known === undefined) return;
      this.#open.delete(known);
      this.#push(known, -1, DELETED);
      return;
    }
    const id = this.#idOf(key);
    const weight = this.#hasSizes || bytes === undefined ? (bytes ?? -1) : 1;
    const open = this.#open.get(id);
    if (open !== undefined && weight >= 0) {
      this.#open.delete(id);
      // What was missing and is put in now is the answer to the request. Who has it already needs no answer.
      if (kind === 'set' && open < this.length - 1) {
        this.#push(id, weight, ANSWERED);
        return;
      }
      this.#bytes[open] = weight;
      if (kind === 'set') return;
    }
    if (kind === 'get') this.#requests += 1;
    if (kind === 'get' && weight < 0) this.#open.set(id, this.length);
    this.#push(id, weight, kind === 'get' ? REQUESTED : 0);
  }

  /** The trace. */
  finish(name: string): LoadedTrace {
    return {
      name,
      hasSizes: this.#hasSizes,
      requests: this.#requests,
      entries: this.#entries,
      ids: this.#ids.subarray(0, this.length),
      bytes: this.#bytes.subarray(0, this.length),
      counts: this.#counts.subarray(0, this.length),
      hashes: this.#hashes && Int32Array.from(this.#hashes),
    };
  }

  #push(id: number, weight: number, counts: number): void {
    if (this.length >= this.#ids.length) this.#grow();
    this.#ids[this.length] = id;
    this.#bytes[this.length] = weight;
    this.#counts[this.length] = counts;
    this.length += 1;
  }

  #idOf(key: string | number): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const id = this.#entries;
    this.#entries += 1;
    this.#known.set(key, id);
    if (id === 0 && typeof key === 'string') this.#hashes = [];
    this.#hashes?.push(hashKey(key));
    return id;
  }

  #grow(): void {
    const capacity = this.#ids.length * 2;
    const [ids, bytes, counts] = [this.#ids, this.#bytes, this.#counts];
    this.#ids = new Int32Array(capacity);
    this.#bytes = new Float64Array(capacity);
    this.#counts = new Uint8Array(capacity);
    this.#ids.set(ids);
    this.#bytes.set(bytes);
    this.#counts.set(counts);
  }
}

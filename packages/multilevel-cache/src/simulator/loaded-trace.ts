import { expectInteger, expectObject } from '@framerail/lifecycle';
import { type ReadTraceOptions, readTrace } from '../trace/read-trace.js';
import { traceTooLong } from '../trace/trace-errors.js';
import type { TraceEvent } from '../trace/trace-event.js';

const DEFAULT_MAX_EVENTS = 100_000_000;
const FIRST_CAPACITY = 65_536;

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
  /** The entry of each event, from 0 on. An entry that was deleted is another one afterwards. */
  readonly ids: Int32Array;
  /** What the entry weighs at each event; −1 if nothing came of a request. */
  readonly bytes: Float64Array;
  /** 1 for requests, 0 for entries that are put in without one. */
  readonly counts: Uint8Array;
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
  readonly #hasSizes: boolean;

  /** @param hasSizes - false lets every entry count as one */
  constructor(hasSizes: boolean) {
    this.#hasSizes = hasSizes;
  }

  /** Adds an event at the end. */
  add({ kind, key, bytes }: TraceEvent): void {
    if (kind === 'delete') {
      this.#known.delete(key);
      return;
    }
    const id = this.#idOf(key);
    const weight = this.#hasSizes || bytes === undefined ? (bytes ?? -1) : 1;
    const open = this.#open.get(id);
    if (open !== undefined && weight >= 0) {
      // What was missing and is put in now is the answer to the request.
      this.#bytes[open] = weight;
      this.#open.delete(id);
      if (kind === 'set') return;
    }
    if (kind === 'get') this.#requests += 1;
    if (kind === 'get' && weight < 0) this.#open.set(id, this.length);
    if (this.length >= this.#ids.length) this.#grow();
    this.#ids[this.length] = id;
    this.#bytes[this.length] = weight;
    this.#counts[this.length] = kind === 'get' ? 1 : 0;
    this.length += 1;
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
    };
  }

  #idOf(key: string | number): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const id = this.#entries;
    this.#entries += 1;
    this.#known.set(key, id);
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

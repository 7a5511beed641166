import { type Clock, FramerailError, withTimeout } from '@framerail/lifecycle';
import type { Found, SearchToken } from '../cache/tier-stack.js';
import type { ValueOrLease } from '../tiers/memory/memory-values.js';
import type { Failures } from './failures.js';
import { Load } from './load.js';

/** What flights need of their cache. */
export interface FlightContext<V> {
  readonly clock: Clock;
  readonly loadTimeoutMs: number;
  readonly failures: Failures;
  /** Looks into the tiers below memory. */
  readonly search: (key: string, token: SearchToken) => Promise<Found<V> | undefined>;
  /** Whether what was found may be handed out. */
  readonly isFresh: (found: Found<V>) => boolean;
  /** A caller waits for what another one began. */
  readonly onJoined: () => void;
  /** A load came to its end, with its value or its failure. */
  readonly onLoaded: (key: string, ms: number, failure?: { readonly error: unknown }) => void;
  /** A refresh failed. */
  readonly onRefreshFailed: (key: string, error: unknown) => void;
}

/** What is loaded, and what becomes of it. */
export interface LoadJob<V> {
  readonly key: string;
  readonly tags: readonly string[];
  /** Calls the loader. Memory on loan that it gives is whoever called it's. */
  readonly run: (signal: AbortSignal) => Promise<ValueOrLease<V>>;
  /** Keeps what was loaded, in memory in any case if nobody asked yet. @throws what says that it can't be kept at all */
  readonly keep: (given: ValueOrLease<V>, ms: number, isAhead: boolean) => void;
  /** Hears whether the value was found in a tier. */
  readonly onFound: (found: Found<V> | undefined) => void;
  /** Whether nobody asked yet: what is found comes to memory, and a failure is nobody's. */
  readonly isAhead?: boolean;
}

/** Searches and loads that are under way: one of each for a key, whoever asks. */
export class Flights<V> {
  readonly #context: FlightContext<V>;
  readonly #searches = new Map<string, { token: SearchToken; result: Promise<Found<V> | undefined> }>();
  readonly #loads = new Map<string, Load<V>>();

  constructor(context: FlightContext<V>) {
    this.#context = context;
  }

  /** Whether a loader of the key runs. */
  isLoading(key: string): boolean {
    return this.#loads.has(key);
  }

  /** Whether a search or a load of the key is under way. */
  isBusy(key: string): boolean {
    return this.#searches.has(key) || this.#loads.has(key);
  }

  /** The load that callers without a value wait for. */
  running(key: string): Load<V> | undefined {
    const load = this.#loads.get(key);
    return load?.isRefresh === true ? undefined : load;
  }

  /**
   * Looks for a key below memory, together with whoever does so already.
   *
   * @param key - its name
   * @param isWanted - whether it must come to memory
   */
  find(key: string, isWanted = false): Promise<Found<V> | undefined> {
    const running = this.#searches.get(key);
    if (running !== undefined) {
      running.token.isWanted ||= isWanted;
      this.#context.onJoined();
      return running.result;
    }
    const token = { isCurrent: true, isWanted };
    const result = this.#context.search(key, token).finally(() => {
      if (this.#searches.get(key)?.token === token) this.#searches.delete(key);
    });
    this.#searches.set(key, { token, result });
    return result;
  }

  /**
   * Gives a value from below or from the loader.
   *
   * @param take - makes what the caller gets of it; memory on loan is released afterwards
   */
  load<T>(job: LoadJob<V>, signal: AbortSignal | undefined, take: (given: ValueOrLease<V>) => T): Promise<T> {
    const { key } = job;
    const what = waitingFor(key);
    const running = this.running(key);
    if (running !== undefined) {
      this.#context.onJoined();
      return running.isAhead ? this.#joinAhead(running, job, signal, take) : running.join(signal, what, take);
    }
    // A refresh that runs already goes on; who finds the stale value meanwhile needs no other.
    if (this.#loads.has(key)) return this.#besideRefresh(job, signal, take);
    const load = this.#begin(job, false);
    load.isSearching = true;
    load.isAhead = job.isAhead === true;
    void this.#search(job, load);
    return load.join(signal, what, take);
  }

  /** Makes a value anew while the old one is handed out. @returns whether that was begun now */
  refresh(job: LoadJob<V>): boolean {
    if (this.#loads.has(job.key) || this.#context.failures.at(job.key) !== undefined) return false;
    const load = this.#begin(job, true);
    void this.#run(job, load);
    return true;
  }

  /** The key has a value by other means: whoever waits gets it, and what is under way isn't kept. */
  supersede(key: string, value: () => ValueOrLease<V>): void {
    const load = this.#forget(key);
    if (load === undefined) return;
    load.settle(value());
    load.abort(superseded(key));
  }

  /** What is under way for the key isn't kept, though whoever waits gets it. */
  disown(key: string): void {
    this.#forget(key);
  }

  /** As `disown`, for what will have a tag, and all searches, which may find it. */
  disownTag(tag: string): void {
    for (const key of [...this.#searches.keys()]) this.#forgetSearch(key);
    for (const [key, load] of [...this.#loads])
      if (load.isSearching || load.tags.includes(tag)) this.#forget(key);
  }

  /** As `disown`, for everything. */
  disownAll(): void {
    for (const key of [...this.#searches.keys(), ...this.#loads.keys()]) this.#forget(key);
  }

  /** Ends all loads with an error. */
  endAll(error: FramerailError): void {
    for (const key of [...this.#searches.keys()]) this.#forgetSearch(key);
    for (const key of [...this.#loads.keys()]) {
      const load = this.#forget(key);
      load?.fail(error);
      load?.abort(error);
    }
  }

  #begin(job: LoadJob<V>, isRefresh: boolean): Load<V> {
    const { key, tags } = job;
    const load = new Load<V>(key, tags, isRefresh, () => {
      if (this.#loads.get(key) === load) this.#loads.delete(key);
      load.isWanted = false;
      load.abort(abandoned(key));
    });
    this.#loads.set(key, load);
    return load;
  }

  /** Waits for what was begun before anybody asked. If that fails the caller's own loader is tried. */
  async #joinAhead<T>(
    running: Load<V>,
    job: LoadJob<V>,
    signal: AbortSignal | undefined,
    take: (given: ValueOrLease<V>) => T,
  ): Promise<T> {
    try {
      return await running.join(signal, waitingFor(job.key), take);
    } catch (error) {
      if (signal?.aborted || !running.hasLoaderFailed) throw error;
      return this.load(job, signal, take);
    }
  }

  async #besideRefresh<T>(
    job: LoadJob<V>,
    signal: AbortSignal | undefined,
    take: (given: ValueOrLease<V>) => T,
  ): Promise<T> {
    const refresh = this.#loads.get(job.key) as Load<V>;
    const found = await this.find(job.key);
    job.onFound(found);
    return found === undefined
      ? refresh.join(signal, waitingFor(job.key), take)
      : take({ value: found.value });
  }

  async #search(job: LoadJob<V>, load: Load<V>): Promise<void> {
    const found = await this.find(job.key, load.isAhead);
    load.isSearching = false;
    if (load.isSettled) return;
    job.onFound(found);
    if (found === undefined) {
      const failure = this.#context.failures.at(job.key);
      if (failure === undefined) return this.#run(job, load);
      this.#end(load);
      return load.fail(failure.error);
    }
    this.#end(load);
    load.settle({ value: found.value });
    if (load.isWanted && !this.#context.isFresh(found)) this.refresh(job);
  }

  async #run(job: LoadJob<V>, load: Load<V>): Promise<void> {
    const { clock, loadTimeoutMs, failures, onLoaded, onRefreshFailed } = this.#context;
    const { key } = job;
    const startMs = clock.now();
    let running: Promise<ValueOrLease<V>> | undefined;
    try {
      if (load.signal.aborted) throw load.signal.reason;
      running = job.run(load.signal);
      const given = await withTimeout(running, {
        timeoutMs: loadTimeoutMs,
        clock,
        what: `Loading ${JSON.stringify(key)}`,
        onGiveUp: (error) => load.abort(error),
      });
      if (load.isSettled) {
        given.lease?.release();
        return;
      }
      if (given.lease === undefined && given.value === undefined) throw nothingLoaded(key);
      const ms = clock.now() - startMs;
      if (load.isWanted) job.keep(given, ms, job.isAhead === true);
      onLoaded(key, ms);
      load.settle(given);
    } catch (error) {
      // What it still gives, or what can't be kept, is nobody's.
      running?.then(({ lease }) => lease?.release()).catch(() => {});
      if (load.isSettled) return;
      load.hasLoaderFailed = true;
      if (load.isWanted && !load.isAhead) failures.add(key, error);
      onLoaded(key, clock.now() - startMs, { error });
      load.fail(error);
      if (load.isRefresh && load.isWanted) onRefreshFailed(key, error);
    } finally {
      this.#end(load);
    }
  }

  #end(load: Load<V>): void {
    if (this.#loads.get(load.key) === load) this.#loads.delete(load.key);
  }

  #forget(key: string): Load<V> | undefined {
    this.#forgetSearch(key);
    this.#context.failures.delete(key);
    const load = this.#loads.get(key);
    if (load === undefined) return undefined;
    load.isWanted = false;
    this.#loads.delete(key);
    return load;
  }

  #forgetSearch(key: string): void {
    const search = this.#searches.get(key);
    if (search === undefined) return;
    search.token.isCurrent = false;
    this.#searches.delete(key);
  }
}

function waitingFor(key: string): string {
  return `Waiting for ${JSON.stringify(key)}`;
}

function superseded(key: string): FramerailError {
  return new FramerailError({
    code: 'E_CACHE_SUPERSEDED',
    message: `The load of ${JSON.stringify(key)} isn't wanted any more, since the key was set`,
  });
}

function abandoned(key: string): FramerailError {
  return new FramerailError({
    code: 'E_ABORTED',
    message: `The load of ${JSON.stringify(key)} isn't wanted any more, since nobody waits for it`,
  });
}

function nothingLoaded(key: string): FramerailError {
  return new FramerailError({
    code: 'E_CACHE_UNDEFINED',
    message: `Expected a value from the loader of ${JSON.stringify(key)} but received undefined; give null, or throw, where there is none`,
  });
}

import { expectNumber, invalidArgument, type Lease } from '@framerail/lifecycle';
import type { LeaseLoader, LoadOptions } from '../cache/cache-options.js';
import { Cadence } from './cadence.js';
import { Fetcher } from './fetcher.js';
import { type Frame, FrameTable } from './frame-table.js';
import { frameWorth } from './frame-worth.js';
import { HeldFrames } from './held-frames.js';
import { LoadPace } from './load-pace.js';
import type { PlayheadHost } from './playhead-host.js';
import type { LoopRange, Playhead, PlayheadMove, PlayheadStats } from './playhead-options.js';
import { playheadOrder, positionsPassed } from './playhead-order.js';
import { expectLoop, expectPosition, type PlayheadSettings } from './playhead-settings.js';
import { playheadWindow } from './playhead-window.js';

/** The playhead of {@link Playhead}. */
export class FilmPlayhead<K, V> implements Playhead<V> {
  readonly #settings: PlayheadSettings<K, V>;
  readonly #host: PlayheadHost<K, V>;
  readonly #cadence = new Cadence();
  readonly #pace = new LoadPace();
  readonly #frames = new FrameTable<K>();
  readonly #held: HeldFrames<K>;
  readonly #fetcher: Fetcher<Frame<K>>;
  readonly #counts = { fetched: 0, failed: 0, aborted: 0 };
  #window: readonly Frame<K>[] = [];
  #position = 0;
  #rate: number | undefined;
  #loop: LoopRange | undefined;
  /** Numbers moves. */
  #moves = 0;
  /** The part of its share that it takes; less for a while after memory was wanted elsewhere. */
  #modesty = 1;
  #hasEnded = false;

  constructor(settings: PlayheadSettings<K, V>, host: PlayheadHost<K, V>) {
    this.#settings = settings;
    this.#host = host;
    this.#held = new HeldFrames<K>(host.pin);
    this.#fetcher = new Fetcher<Frame<K>>({
      concurrency: settings.concurrency,
      most: () => this.#mostLoads(),
      isNeeded: ({ isThere, hasFailed, name }) => !isThere && !hasFailed && !host.isLoading(name),
      fetch: (frame, signal) => this.#fetch(frame, signal),
    });
  }

  get position(): number {
    return this.#position;
  }

  move(move: PlayheadMove): void {
    const { length } = this.#settings;
    const position = move.position === undefined ? this.#position : expectPosition(move.position, length);
    const loop = move.loop === undefined ? this.#loop : expectLoop(move.loop, length);
    if (move.rate !== undefined) {
      expectNumber('rate', move.rate);
      if (move.rate !== this.#rate && this.#rate !== undefined) this.#cadence.restart();
      this.#rate = move.rate;
      if (move.rate !== 0) this.#cadence.direction = move.rate > 0 ? 1 : -1;
    }
    if (this.#hasEnded) return;
    this.#position = position;
    this.#loop = loop;
    this.#moves += 1;
    this.#modesty = Math.min(1, this.#modesty + 1 / 128);
    this.#cadence.note(position, this.#host.clock.now(), this.#rate, loop);
    this.#look();
  }

  get(position: number, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<V> {
    return this.#read(position, options, this.#host.getOrLoad);
  }

  lease(position: number, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<Lease> {
    return this.#read(position, options, this.#host.leaseOrLoad);
  }

  stats(): PlayheadStats {
    const step = this.#cadence.step(this.#rate)?.step ?? 0;
    return Object.freeze({
      position: this.#position,
      step,
      pattern: this.#loop === undefined ? this.#cadence.pattern : 'loop',
      held: this.#held.count,
      heldBytes: this.#held.bytes,
      running: this.#fetcher.running,
      ...this.#counts,
    });
  }

  [Symbol.dispose](): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#fetcher.want([]);
    this.#host.ended(this);
    for (const frame of this.#window) this.#held.release(frame);
    this.#window = [];
  }

  /** Whether memory is to take this in, whoever else has to go. */
  wants(name: string): boolean {
    return this.#isWanted(this.#frames.named(name));
  }

  /** Whether it knows this name. */
  knows(name: string): boolean {
    return this.#frames.named(name)?.isThere === true;
  }

  /** The name to let go of those it knows; `undefined` if it needs all of them. */
  worst(isPinned: (name: string) => boolean): string | undefined {
    const worth = frameWorth({
      position: this.#position,
      direction: this.#cadence.direction,
      loop: this.#loop ?? this.#cadence.loop,
      landings: this.#cadence.landings,
      moves: this.#moves,
    });
    return this.#frames.worst((frame) => {
      if (frame.unpin !== undefined || this.#isWanted(frame) || isPinned(frame.name)) return -1;
      return worth(frame);
    })?.name;
  }

  /** Memory has an entry. */
  came(name: string, bytes: number): void {
    const frame = this.#frames.named(name);
    if (frame === undefined) return;
    this.#held.reweigh(frame, bytes);
    this.#frames.came(frame, bytes);
    this.#pace.weighs(bytes);
    if (this.#isWanted(frame)) this.#held.hold(frame, this.#budget());
  }

  /** Memory doesn't take an entry. */
  refused(name: string, bytes: number): void {
    if (this.#frames.named(name) === undefined) return;
    this.#pace.weighs(bytes);
    this.went(name);
  }

  /** Memory doesn't have an entry any more. */
  went(name: string): void {
    const frame = this.#frames.named(name);
    if (frame === undefined) return;
    this.#held.lost(frame);
    this.#frames.went(frame);
    if (!this.#isWanted(frame)) this.#frames.leave(frame);
  }

  /** Memory is wanted elsewhere. */
  yield(): void {
    this.#modesty = Math.min(this.#modesty, 1 / 2);
    this.#fetcher.want([]);
    for (const frame of this.#window) this.#held.release(frame);
  }

  async #read<T>(
    position: number,
    { signal }: { readonly signal?: AbortSignal | undefined },
    read: (key: K, loader: LeaseLoader<K, V>, options: LoadOptions) => Promise<T>,
  ): Promise<T> {
    this.move({ position });
    const at = Math.floor(this.#position);
    const key = this.#settings.keyAt(at);
    if (key === undefined) throw invalidArgument('position', 'one that keyAt has a key for', position);
    return read(key, this.#loaderAt(at), { ...this.#loadOptions(), signal });
  }

  /** Sees what comes next. */
  #look(): void {
    const before = this.#window;
    const { state, passed } = this.#state();
    let looked: Frame<K> | undefined;
    const wanted = playheadWindow<K>(
      playheadOrder(state),
      (position) => {
        looked = this.#frameAt(position);
        return looked;
      },
      {
        window: this.#settings.window,
        maxBytes: this.#budget(),
        meanBytes: this.#pace.meanBytes,
        move: this.#moves,
      },
    );
    if (looked !== undefined && !this.#isWanted(looked)) this.#frames.leave(looked);
    const here = this.#frames.at(Math.floor(this.#position));
    if (here !== undefined) here.shownAt = this.#moves;
    this.#window = wanted;
    for (const frame of before) {
      if (frame.wantedAt === this.#moves) continue;
      frame.hasFailed = false;
      this.#held.release(frame);
      this.#frames.leave(frame);
    }
    for (const frame of wanted) if (frame.isThere) this.#held.hold(frame, this.#budget());
    // What is begun now comes too late for the next positions: their reader loads them itself, and more than that is lost
    // if what comes after them waits.
    const [first, ...others] = wanted;
    const order = first === undefined ? [] : [first, ...others.slice(passed), ...others.slice(0, passed)];
    this.#fetcher.want(order);
  }

  #state() {
    const { length, concurrency } = this.#settings;
    const { direction, intervalMs } = this.#cadence;
    const { step, isExact = false, position = this.#position } = this.#cadence.step(this.#rate) ?? {};
    const loop = this.#loop ?? this.#cadence.loop;
    const { late, perInterval } = this.#pace.against(intervalMs);
    const isQuick = perInterval * concurrency >= Math.abs(step ?? 1);
    const state = { position, step, isExact, direction, length, loop, isQuick };
    return { state, passed: positionsPassed(state, late) };
  }

  #frameAt(position: number): Frame<K> | undefined {
    const known = this.#frames.at(position);
    if (known !== undefined) return known;
    const key = this.#settings.keyAt(position);
    if (key === undefined) return undefined;
    const name = this.#host.nameOf(key);
    const frame = this.#frames.add(position, key, name);
    const bytes = this.#host.bytesOf(name);
    if (bytes !== undefined) this.#frames.came(frame, bytes);
    return frame;
  }

  async #fetch(frame: Frame<K>, signal: AbortSignal): Promise<void> {
    const { clock } = this.#host;
    const startMs = clock.now();
    try {
      const options = { ...this.#loadOptions(), signal };
      await this.#host.bring(frame.key, frame.name, this.#loaderAt(frame.position), options);
      this.#counts.fetched += 1;
      this.#pace.took(clock.now() - startMs);
      // What memory doesn't take isn't asked for again and again.
      frame.hasFailed = !frame.isThere;
    } catch {
      if (signal.aborted) {
        this.#counts.aborted += 1;
        this.#pace.tookMoreThan(clock.now() - startMs);
      } else {
        this.#counts.failed += 1;
        frame.hasFailed = true;
      }
    }
  }

  #loaderAt(position: number): LeaseLoader<K, V> {
    return ({ key, signal }) => this.#settings.loader({ key, signal, position });
  }

  #loadOptions(): LoadOptions {
    const { ttlMs, staleMs, cost, tags } = this.#settings.given;
    return { ttlMs, staleMs, cost, tags };
  }

  #mostLoads(): number {
    const mean = this.#pace.meanBytes;
    // Before the first value came nobody knows what they weigh.
    return mean === 0 ? 2 : Math.floor(this.#budget() / mean);
  }

  #budget(): number {
    return Math.min(this.#settings.maxBytes, this.#host.share()) * this.#modesty;
  }

  #isWanted(frame: Frame<K> | undefined): boolean {
    return frame !== undefined && !this.#hasEnded && frame.wantedAt === this.#moves && this.#moves > 0;
  }
}

import { FramerailError, invalidArgument } from '@framerail/lifecycle';
import { closedQueueError } from '../handle/task-errors.js';
import type { Drains } from './drains.js';
import type { QueueWorks } from './queue-works.js';

/** Milliseconds until a queue that nobody asks anything tries again to open. */
const OPEN_AGAIN_MS = 1000;
/** Milliseconds between notes of what is served here and what was learned. */
const PROFILES_EVERY_MS = 15_000;

/** Opens a queue, and closes it in order. */
export class Lifetime {
  readonly #works: QueueWorks;
  readonly #drains: Drains;
  #opening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  #profilesAtMs = Number.NEGATIVE_INFINITY;
  readonly #unread = new Set<string>();
  #isOpen = false;

  constructor(works: QueueWorks, drains: Drains) {
    this.#works = works;
    this.#drains = drains;
  }

  /** Whether calls can go on at once. */
  get isOpen(): boolean {
    return this.#isOpen && this.#closing === undefined;
  }

  /** @throws FramerailError `E_QUEUE_CLOSED` */
  expectOpen(what: string): void {
    if (this.#closing !== undefined) throw closedQueueError(what);
  }

  /** Opens the engine and begins to work, if that wasn't done. */
  open(): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(closedQueueError('The call came too late'));
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  /** A name was defined: it is to be served although nobody asks for anything. */
  noteDefined(name: string): void {
    this.#unread.add(name);
    if (this.#isOpen) {
      void this.#profiles();
      this.#works.claiming.wake();
      return;
    }
    // After this turn of the event loop, so that all names that are defined in it are known to the first claim.
    setImmediate(() => this.#openForWork());
  }

  /** Somebody begins to wait for a task, or nobody does any more. The engine has to be open then, whatever else is asked of this queue. */
  noteWatch(): void {
    if (this.#works.watch.watching > 0) this.#openForWork();
    this.#works.upkeep.noteNeeded();
  }

  /** Looks at what other processes may have changed. */
  async poll(): Promise<void> {
    const { polls, claiming, names, lanes, intake, settings } = this.#works;
    await this.#readPaused();
    const nowMs = settings.clock.now();
    names.forgetUnknown(nowMs);
    for (const lane of lanes) if (lane.isStale(nowMs)) intake.releaseHeld(lane);
    await polls.visit();
    this.#drains.look();
    claiming.wake();
    await this.#profiles();
  }

  /** Pauses or resumes a lane, or everything. */
  async pause(lane: string | undefined, isPaused: boolean): Promise<void> {
    const { rules, settings, claiming } = this.#works;
    if (lane !== undefined && !rules.lanes.has(lane))
      throw invalidArgument('lane', `one of the queue's lanes (${[...rules.lanes].join(', ')})`, lane);
    await this.open();
    await settings.engine.pause(lane, isPaused);
    await this.#readPaused();
    claiming.wake();
  }

  /** Ends everything in order. */
  close(graceMs: number): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #open(): Promise<void> {
    const { settings, upkeep, claiming, scheduler } = this.#works;
    await settings.engine.open();
    if (this.#closing !== undefined) return;
    this.#isOpen = true;
    await this.#readPaused();
    await this.#profiles();
    await upkeep.start();
    await scheduler.start();
    claiming.start();
    // Whoever waited before couldn't be told.
    void this.#works.watch.recheck();
  }

  #openForWork(): void {
    if (this.#isOpen || this.#closing !== undefined) return;
    this.open().catch((error: unknown) => {
      if (this.#closing !== undefined) return;
      this.#works.events.emit('engineError', { during: 'open', error });
      this.#cancelRetry?.();
      this.#cancelRetry = this.#works.settings.clock.setTimer(() => this.#openForWork(), OPEN_AGAIN_MS);
    });
  }

  async #readPaused(): Promise<void> {
    const { settings, lanes, intake } = this.#works;
    const paused = await settings.engine.paused();
    for (const lane of lanes) {
      lane.isPaused = paused.all || paused.lanes.includes(lane.settings.name);
      if (lane.isPaused) intake.releaseHeld(lane);
    }
  }

  /** Reads what was learned of names elsewhere, and tells what was learned here, now and then. */
  async #profiles(): Promise<void> {
    const { settings, names, costs, events } = this.#works;
    const { engine, clock, unknownNameMs } = settings;
    try {
      const unread = [...this.#unread];
      this.#unread.clear();
      for (const name of unread) costs.load(name, await engine.profile(name));
      const everyMs = Math.min(PROFILES_EVERY_MS, Math.max(unknownNameMs / 4, settings.pollMs));
      const isDue = clock.now() - this.#profilesAtMs >= everyMs;
      if (!engine.limits.isShared || (!isDue && unread.length === 0)) return;
      this.#profilesAtMs = clock.now();
      costs.takeChanged();
      for (const { name } of names.defined()) await engine.profile(name, this.#works.profileText(name));
    } catch (error) {
      events.emit('engineError', { during: 'profile', error });
    }
  }

  async #close(graceMs: number): Promise<void> {
    const works = this.#works;
    const { attempts, claiming, intake, settling, adding, upkeep, scheduler, leases, settings } = works;
    this.#cancelRetry?.();
    const error = closedQueueError('Waiting');
    await this.#opening?.catch(() => {});
    if (this.#isOpen) {
      await scheduler.stop();
      await claiming.stop();
      for (const lane of works.lanes) intake.releaseHeld(lane);
      await adding.idle();
      await this.#within(graceMs, attempts.idle());
      const reason = new FramerailError({ code: 'E_QUEUE_CLOSED', message: 'The queue closes' });
      attempts.end('closing', reason);
      // Runners give up what ignores its signal by themselves; this is for those that don't.
      await this.#within(settings.graceMs + 1000, attempts.idle());
      attempts.abandonAll();
      const gaveUp = settings.clock.setTimer(() => settling.close(), settings.graceMs + 1000);
      await settling.idle();
      gaveUp();
      settling.close();
      await upkeep.stop();
      await this.#saveProfiles();
      await upkeep.prune();
    }
    this.#isOpen = false;
    works.gate?.close();
    await leases?.close();
    works.closeWatch(error);
    this.#drains.close(error);
    await works.inProcess.close();
    await settings.engine.close();
  }

  async #saveProfiles(): Promise<void> {
    const { settings, costs, events } = this.#works;
    try {
      for (const name of costs.takeChanged())
        await settings.engine.profile(name, this.#works.profileText(name));
    } catch (error) {
      events.emit('engineError', { during: 'profile', error });
    }
  }

  async #within(ms: number, work: Promise<void>): Promise<void> {
    if (ms === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#works.settings.clock.setTimer(resolve, ms);
      void work.then(() => {
        cancel();
        resolve();
      });
    });
  }
}

import { randomBytes } from 'node:crypto';
import { isUnknownScript } from './redis-errors.js';
import type { RedisArgument, RedisLink } from './redis-link.js';
import type { RedisSettings } from './redis-options.js';
import { REDIS_SCRIPT, REDIS_SCRIPT_SHA } from './redis-script.js';

/** What an operation of the script answers. */
export interface StoreAnswer {
  /** Such as `stored`, `tooLarge`, `more`: call again; `sweep`: leftovers have to go first. */
  readonly status: string;
  /** A number of the operation's own. */
  readonly value: number;
  /** Frames, or heads of frames, of entries that were let go. */
  readonly gone: readonly Buffer[];
}

/** Leftovers looked for, dropped, and things deleted at a time: so many that nobody else waits for long. */
const PAGE = 500;
const IGNORE = (): void => {};

/** The entries of a namespace in Redis: runs the script, and knows what it told last. */
export class RedisStore {
  readonly #link: RedisLink;
  readonly #prefix: string;
  readonly #head: readonly string[];
  /** The generation as of late; '': not known. */
  #generation = '';
  #sweeping: Promise<void> | undefined;
  /** Entries that there are. */
  entries = 0;
  /** Bytes that they take. */
  bytes = 0;
  /** Entries whose time was over, so far. */
  expirations = 0;
  #isDraining = false;
  #leftovers: 'none' | 'likely' | 'unlikely' = 'none';

  constructor(link: RedisLink, { prefix, policy, roomBytes, toldMessages }: RedisSettings) {
    this.#link = link;
    this.#prefix = prefix;
    this.#head = [policy, String(roomBytes), String(toldMessages)];
  }

  /** Runs an operation. @throws what the library throws */
  async run(operation: string, ...args: readonly RedisArgument[]): Promise<StoreAnswer> {
    const answer = (await this.#script(operation, args)) as readonly [
      Buffer,
      Buffer,
      number,
      number,
      number,
      number,
      number,
      readonly [number?, (readonly Buffer[])?],
    ];
    const [status, generation, entries, bytes, expired, sweep, dead, [value = 0, gone = []]] = answer;
    this.#generation = generation.toString('latin1');
    this.entries = entries;
    this.bytes = bytes;
    this.expirations += expired;
    this.#leftovers = sweep === 0 ? 'none' : sweep === 1 ? 'likely' : 'unlikely';
    if (this.#leftovers === 'unlikely') this.sweep().catch(IGNORE);
    this.#isDraining = dead > 0;
    return { status: status.toString('latin1'), value, gone };
  }

  /** The frame of an entry. */
  async get(id: string): Promise<Buffer | undefined> {
    for (;;) {
      const asked = this.#generation;
      const answer = await this.#link.call(['MGET', `${this.#prefix}g`, `${this.#prefix}${asked}:v:${id}`]);
      const [found, frame] = answer as readonly [Buffer | null, Buffer | null];
      if (found === null) return undefined;
      this.#generation = found.toString('latin1');
      if (this.#generation === asked) return frame ?? undefined;
    }
  }

  /** The head of an entry's frame; empty if there is none. */
  async head(id: string): Promise<Buffer> {
    return (await this.#script('head', [id])) as Buffer;
  }

  /**
   * What was told since.
   *
   * @param epoch - the books in which the messages were counted; ''; none
   * @param told - messages that are known already
   * @returns where this is, and the messages; `undefined` if some are missing
   */
  async since(
    epoch: string,
    told: number,
  ): Promise<{
    readonly epoch: string;
    readonly told: number;
    readonly messages: readonly Buffer[] | undefined;
  }> {
    const answer = await this.#script('since', [epoch, String(told)]);
    const [current, count, isKnown, messages] = answer as readonly [
      Buffer,
      number,
      number,
      readonly Buffer[],
    ];
    return { epoch: current.toString('latin1'), told: count, messages: isKnown === 1 ? messages : undefined };
  }

  /** Heads of all entries; those that come or go meanwhile may be left out, or there twice. */
  async *heads(): AsyncIterable<Buffer> {
    let first: Buffer | undefined;
    let cursor: RedisArgument = '0';
    do {
      const page = (await this.#script('list', [cursor])) as readonly [Buffer, Buffer, readonly Buffer[]];
      const [generation, next, heads] = page;
      first ??= generation;
      if (!first.equals(generation)) return;
      yield* heads;
      cursor = next;
    } while (cursor.toString('latin1') !== '0');
  }

  /** Deletes by and by what was said to be gone. @returns entries of the tag with this mark that this call deleted */
  async drain(mark = ''): Promise<number> {
    let deleted = 0;
    while (this.#isDraining) {
      const { value } = await this.run('drain', String(PAGE), mark);
      deleted += value;
    }
    return deleted;
  }

  /** Whether nothing can be stored before a `sweep`. */
  get hasLeftovers(): boolean {
    return this.#leftovers === 'likely';
  }

  /** Deletes what generations left that Redis lost. */
  async sweep(): Promise<void> {
    if (this.#leftovers === 'none') return;
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = undefined;
    });
    return this.#sweeping;
  }

  async #sweep(): Promise<void> {
    const generation = this.#generation;
    for (const call of await this.#link.nodes()) {
      let cursor: RedisArgument = '0';
      do {
        const pattern = `${this.#prefix}*`;
        const answer = await call(['SCAN', cursor, 'MATCH', pattern, 'COUNT', String(PAGE)]);
        const [next, keys] = answer as readonly [Buffer, readonly Buffer[]];
        if (keys.length > 0) await this.run('drop', ...keys);
        cursor = next;
      } while (cursor.toString('latin1') !== '0');
    }
    await this.run('swept', generation);
  }

  async #script(operation: string, args: readonly RedisArgument[]): Promise<unknown> {
    const fresh = randomBytes(8).toString('hex');
    const rest = ['1', `${this.#prefix}g`, fresh, ...this.#head, operation, ...args];
    try {
      return await this.#link.call(['EVALSHA', REDIS_SCRIPT_SHA, ...rest]);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return this.#link.call(['EVAL', REDIS_SCRIPT, ...rest]);
    }
  }
}

import { createHash, randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { engineClosed } from '../engine-input.js';
import type { ConnectionOptions, StoreAddress } from './bullmq-options.js';
import { isPassing, redisError } from './redis-errors.js';

/** What a script takes. */
export type ScriptArgument = string | number;

const FIRST_DELAY_MS = 20;
const MAX_DELAY_MS = 500;

/**
 * One connection, and the scripts that are run over it. A call whose connection is lost, or that isn't answered, is made again until
 * there is an answer or the patience ends; nothing is sent after that.
 */
export class RedisLink {
  readonly client: Redis;
  /** What all keys of the queue begin with. */
  readonly base: string;
  readonly #patienceMs: number;
  readonly #shas = new Map<string, string>();
  readonly #calls = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();
  /** Why there was no connection last. */
  #trouble: Error | undefined;

  constructor(address: StoreAddress) {
    this.client = connect(address, { maxRetriesPerRequest: 0 });
    this.base = `${address.prefix}:${address.queue}:`;
    this.#patienceMs = address.patienceMs;
    // Any number of calls may wait for the connection.
    this.client.setMaxListeners(0);
    setMaxListeners(0, this.#closing.signal);
  }

  /** Runs a script that may run twice without harm. */
  run(script: string, args: readonly ScriptArgument[]): Promise<unknown> {
    return this.insist(() => this.#evaluate(script, args));
  }

  /** Runs a script once: its first arguments are the call's id and how long its answer is kept, longer than the call is made again. */
  runOnce(script: string, args: readonly ScriptArgument[]): Promise<unknown> {
    return this.run(script, [randomUUID(), Math.ceil(2 * this.#patienceMs), ...args]);
  }

  /**
   * Makes a call until it is answered.
   *
   * @throws FramerailError `E_QUEUE_UNREACHABLE`, and the codes of `redisError`
   */
  insist<Value>(call: () => Promise<Value>): Promise<Value> {
    const made = this.#insist(call);
    this.#calls.add(made);
    const over = (): void => void this.#calls.delete(made);
    made.then(over, over);
    return made;
  }

  /** Ends the connection, after what is under way: at once where there is no connection, and by the end of the patience. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#calls);
    disconnect(this.client);
  }

  async #insist<Value>(call: () => Promise<Value>): Promise<Value> {
    const endMs = performance.now() + this.#patienceMs;
    let delayMs = FIRST_DELAY_MS;
    for (;;) {
      try {
        return await this.#inTime(call, endMs);
      } catch (error) {
        const leftMs = endMs - performance.now();
        if (!isPassing(error) || leftMs <= 0) throw redisError(error, this.#patienceMs);
        const { signal } = this.#closing;
        await sleep(Math.min(delayMs, leftMs), undefined, { signal }).catch(() => undefined);
        if (signal.aborted) throw engineClosed('bullmq', true);
        delayMs = Math.min(2 * delayMs, MAX_DELAY_MS);
      }
    }
  }

  /** A connection can stay open while nothing answers. */
  async #inTime<Value>(call: () => Promise<Value>, endMs: number): Promise<Value> {
    let giveUp: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      giveUp = setTimeout(
        () => reject(this.#trouble ?? new Error('Command timed out')),
        Math.max(1, endMs - performance.now()),
      );
    });
    late.catch(() => undefined);
    try {
      await this.#ready(late);
      this.#trouble = undefined;
      return await Promise.race([call(), late]);
    } finally {
      clearTimeout(giveUp);
    }
  }

  /** Waits until there is a connection: commands are never kept to be sent later. */
  async #ready(late: Promise<never>): Promise<void> {
    const { client } = this;
    if (client.status === 'ready') return;
    let forget = (): void => {};
    const change = new Promise<void>((resolve, reject) => {
      const closed = (): void => reject(engineClosed('bullmq', true));
      // What isn't mended by waiting, such as a wrong password, and, if the patience ends, why there is no connection.
      const failed = (error: Error): void => {
        this.#trouble = error;
        if (!isPassing(error)) reject(error);
      };
      client.once('ready', resolve);
      client.on('error', failed);
      client.once('end', closed);
      this.#closing.signal.addEventListener('abort', closed, { once: true });
      forget = () => {
        client.off('ready', resolve);
        client.off('error', failed);
        client.off('end', closed);
        this.#closing.signal.removeEventListener('abort', closed);
      };
    });
    if (client.status === 'wait') client.connect().catch(() => undefined);
    try {
      await Promise.race([change, late]);
    } finally {
      forget();
    }
  }

  async #evaluate(script: string, args: readonly ScriptArgument[]): Promise<unknown> {
    let sha = this.#shas.get(script);
    if (sha === undefined) {
      sha = createHash('sha1').update(script).digest('hex');
      this.#shas.set(script, sha);
    }
    try {
      return await this.client.evalsha(sha, 1, this.base, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return this.client.eval(script, 1, this.base, ...args);
    }
  }
}

/** Makes a connection that comes back by itself, however long Redis is away. It connects when it is used. */
export function connect(
  { url, connection }: StoreAddress,
  { maxRetriesPerRequest }: { readonly maxRetriesPerRequest: number | null },
): Redis {
  const options: ConnectionOptions = {
    connectTimeout: 5000,
    ...connection,
    lazyConnect: true,
    maxRetriesPerRequest,
    enableOfflineQueue: maxRetriesPerRequest === null,
    autoResendUnfulfilledCommands: maxRetriesPerRequest === null,
    retryStrategy: (times: number): number =>
      Math.min(FIRST_DELAY_MS * 2 ** Math.min(times, 6), MAX_DELAY_MS),
  };
  const client = url === undefined ? new Redis(options) : new Redis(url, options);
  // Without a listener an error of the connection would end the process; calls tell of it.
  client.on('error', () => undefined);
  return client;
}

/** Ends a connection for good; whoever waits for it is told. */
export function disconnect(client: Redis): void {
  // Between two attempts there is nothing whose end ioredis would notice.
  if (client.status === 'reconnecting') client.connect().catch(() => undefined);
  client.disconnect();
}

import type { ChannelListener, RedisArgument, RedisCall, RedisLink } from '../redis-link.js';
import { connectionLost, PendingCalls } from './pending-calls.js';

/** What is used of a client of ioredis, or of its cluster. */
export interface IoRedisClient {
  /** Such as `ready` and `end`. */
  readonly status: string;
  /** Sends any command, and answers with buffers. */
  callBuffer: unknown;
  /** Makes another client like it, for the subscription. */
  duplicate: unknown;
}

/** The parts that are used, with their types. */
interface Client {
  readonly status: string;
  readonly isCluster: boolean;
  connect(): Promise<void>;
  disconnect(): void;
  on(name: string, listener: (...args: never[]) => void): unknown;
  once(name: string, listener: (...args: never[]) => void): unknown;
  off(name: string, listener: (...args: never[]) => void): unknown;
  callBuffer(command: string, args: readonly RedisArgument[]): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  ping(): Promise<unknown>;
  duplicate(overrides?: object): Client;
  nodes?(role: 'master'): readonly Client[];
}

const IGNORE = (): void => {};

/** A link over a client of ioredis. */
export class IoRedisLink implements RedisLink {
  readonly #client: Client;
  readonly #pending = new PendingCalls();
  readonly #onEnd = (): void => this.#pending.endAll();
  #subscriber: Client | undefined;

  constructor(client: IoRedisClient) {
    this.#client = client as unknown as Client;
    this.#client.on('close', this.#onEnd);
  }

  get isReady(): boolean {
    return this.#client.status === 'ready';
  }

  async open(): Promise<void> {
    const client = this.#client;
    if (client.status === 'wait') await client.connect();
    if (client.status === 'connecting' || client.status === 'connect') await settled(client);
    if (!this.isReady) throw connectionLost();
  }

  call(args: readonly RedisArgument[]): Promise<unknown> {
    if (!this.isReady) return Promise.reject(connectionLost());
    return this.#pending.run(sent(this.#client, args));
  }

  async nodes(): Promise<readonly RedisCall[]> {
    const clients = this.#client.nodes?.('master') ?? [this.#client];
    return clients.map((client) => (args) => sent(client, args));
  }

  async subscribe(channel: string, { onMessage, onResumed }: ChannelListener): Promise<void> {
    // Of what it subscribes by itself nobody hears the end, not even that it failed. A cluster has no such setting.
    const { isCluster } = this.#client;
    const client = isCluster ? this.#client.duplicate() : this.#client.duplicate({ autoResubscribe: false });
    this.#subscriber = client;
    client.on('error', IGNORE);
    client.on('messageBuffer', (_channel: Buffer, message: Buffer) => onMessage(message));
    if (client.status === 'wait') await client.connect();
    try {
      await client.subscribe(channel);
    } catch (error) {
      client.disconnect();
      throw error;
    }
    client.on('ready', () => {
      const again = isCluster ? client.ping() : client.subscribe(channel);
      again.then(onResumed, IGNORE);
    });
  }

  async close(): Promise<void> {
    this.#client.off('close', this.#onEnd);
    this.#subscriber?.disconnect();
    this.#pending.endAll();
  }
}

function sent(client: Client, args: readonly RedisArgument[]): Promise<unknown> {
  const [name, ...rest] = args;
  return client.callBuffer(String(name), rest);
}

/** Waits for the first attempt to connect, however it ends. */
function settled(client: Client): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const name of ['ready', 'close', 'end']) client.off(name, done);
      resolve();
    };
    for (const name of ['ready', 'close', 'end']) client.once(name, done);
  });
}

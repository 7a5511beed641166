import type { ChannelListener, RedisArgument, RedisCall, RedisLink } from '../redis-link.js';
import { connectionLost, PendingCalls } from './pending-calls.js';

/** What is used of a client of node-redis (the package `redis`), or of its cluster. */
export interface NodeRedisClient {
  /** Whether `connect` was called. */
  readonly isOpen: boolean;
  /** Sends any command. */
  sendCommand: unknown;
  /** By this it is told from other clients; since version 5. */
  withTypeMapping: unknown;
  /** Makes another client like it, for the subscription. */
  duplicate: unknown;
}

/** The parts that are used, with their types. */
interface Client {
  readonly isOpen: boolean;
  readonly isReady: boolean;
  connect(): Promise<unknown>;
  destroy(): void;
  on(name: string, listener: (...args: never[]) => void): unknown;
  off(name: string, listener: (...args: never[]) => void): unknown;
  ping(): Promise<unknown>;
  duplicate(): Client;
  sendCommand(args: readonly RedisArgument[], options: object): Promise<unknown>;
  subscribe(channel: string, listener: (message: Buffer) => void, isBuffer: true): Promise<void>;
}

/** The parts of a cluster that are used. */
interface ClusterClient {
  readonly isOpen: boolean;
  readonly masters: readonly object[];
  nodeClient(node: object): Promise<Client> | Client;
  connect(): Promise<unknown>;
  sendCommand(
    firstKey: RedisArgument,
    isReadonly: boolean,
    args: readonly RedisArgument[],
    options: object,
  ): Promise<unknown>;
}

/** Strings as buffers; 36 is `$`, the protocol's mark of them. */
const BUFFERS = { typeMapping: { 36: Buffer } };
const IGNORE = (): void => {};

/** A link over a client of node-redis. */
export function nodeRedisLink(given: NodeRedisClient, isOwn: boolean): RedisLink {
  return 'masters' in given
    ? new ClusterLink(given as unknown as ClusterClient)
    : new NodeRedisLink(given as unknown as Client, isOwn);
}

class NodeRedisLink implements RedisLink {
  readonly #client: Client;
  readonly #isOwn: boolean;
  readonly #pending = new PendingCalls();
  readonly #onEnd = (): void => this.#pending.endAll();
  #subscriber: Client | undefined;

  constructor(client: Client, isOwn: boolean) {
    this.#client = client;
    this.#isOwn = isOwn;
    if (isOwn) client.on('error', IGNORE);
    for (const name of ['reconnecting', 'end', 'error']) client.on(name, this.#onEnd);
  }

  get isReady(): boolean {
    return this.#client.isReady;
  }

  async open(): Promise<void> {
    if (!this.#client.isOpen) await this.#client.connect();
    if (!this.#client.isReady) throw connectionLost();
  }

  call(args: readonly RedisArgument[]): Promise<unknown> {
    if (!this.#client.isReady) return Promise.reject(connectionLost());
    return this.#pending.run(this.#client.sendCommand(args, BUFFERS));
  }

  async nodes(): Promise<readonly RedisCall[]> {
    return [(args) => this.call(args)];
  }

  async subscribe(channel: string, listener: ChannelListener): Promise<void> {
    this.#subscriber = this.#client.duplicate();
    await subscribed(this.#subscriber, channel, listener);
  }

  async close(): Promise<void> {
    for (const name of ['reconnecting', 'end', 'error']) this.#client.off(name, this.#onEnd);
    if (this.#subscriber?.isOpen === true) this.#subscriber.destroy();
    if (this.#isOwn && this.#client.isOpen) this.#client.destroy();
    this.#pending.endAll();
  }
}

class ClusterLink implements RedisLink {
  readonly #cluster: ClusterClient;
  #subscriber: Client | undefined;

  constructor(cluster: ClusterClient) {
    this.#cluster = cluster;
  }

  get isReady(): boolean {
    return this.#cluster.isOpen;
  }

  async open(): Promise<void> {
    if (!this.#cluster.isOpen) await this.#cluster.connect();
  }

  call(args: readonly RedisArgument[]): Promise<unknown> {
    return this.#cluster.sendCommand(firstKeyOf(args), false, args, BUFFERS);
  }

  async nodes(): Promise<readonly RedisCall[]> {
    return Promise.all(
      this.#cluster.masters.map(async (node) => {
        const client = await this.#cluster.nodeClient(node);
        return (args: readonly RedisArgument[]) => client.sendCommand(args, BUFFERS);
      }),
    );
  }

  async subscribe(channel: string, listener: ChannelListener): Promise<void> {
    // Any node hears what is published at any other.
    const [node] = this.#cluster.masters;
    if (node === undefined) throw connectionLost();
    const client = await this.#cluster.nodeClient(node);
    this.#subscriber = client.duplicate();
    await subscribed(this.#subscriber, channel, listener);
  }

  async close(): Promise<void> {
    if (this.#subscriber?.isOpen === true) this.#subscriber.destroy();
  }
}

/** The first key of `EVAL script 1 key` and `MGET key`. */
function firstKeyOf(args: readonly RedisArgument[]): RedisArgument {
  const place = String(args[0]).startsWith('EVAL') ? 3 : 1;
  return args[place] as RedisArgument;
}

async function subscribed(client: Client, channel: string, listener: ChannelListener): Promise<void> {
  client.on('error', IGNORE);
  try {
    await client.connect();
    await client.subscribe(channel, listener.onMessage, true);
  } catch (error) {
    if (client.isOpen) client.destroy();
    throw error;
  }
  client.on('ready', () => {
    // It subscribes anew before it is ready, and an answer to what is asked then comes after that.
    client.ping().then(listener.onResumed, IGNORE);
  });
}

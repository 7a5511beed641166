import {
  expectLimit,
  expectNumber,
  expectString,
  FramerailError,
  systemClock,
  throwIfAborted,
} from '@framerail/lifecycle';
import type { Channel, ChannelOptions, ChannelStats, ChannelWaitOptions } from './channel.js';
import { timeoutError, WaitingLine } from './waiting-line.js';

interface Queued<T> {
  readonly item: T;
  readonly bytes: number;
}

/**
 * Makes a bounded channel.
 *
 * @param options - name, limits, how large an item is, what becomes of items that are never received
 * @throws FramerailError `E_INVALID_ARGUMENT` if a limit is missing or is no integer of 1 or more
 */
export function createChannel<T>(options: ChannelOptions<T>): Channel<T> {
  expectString('name', options.name);
  expectLimit('maxItems', options.maxItems);
  expectLimit('maxBytes', options.maxBytes);
  return new BoundedChannel(options);
}

class BoundedChannel<T> implements Channel<T> {
  readonly name: string;
  readonly #options: ChannelOptions<T>;
  readonly #queue: Queued<T>[] = [];
  readonly #senders: WaitingLine<Queued<T>, void>;
  readonly #receivers: WaitingLine<undefined, IteratorResult<T, undefined>>;
  #closed = false;
  #failure: { error: unknown } | undefined;
  #bytes = 0;
  #highWaterItems = 0;
  #highWaterBytes = 0;
  #received = 0;
  #dropped = 0;

  constructor(options: ChannelOptions<T>) {
    this.name = options.name;
    this.#options = options;
    const { name: channel, clock = systemClock } = options;
    const onLeave = (queued: Queued<T>): void => {
      this.#drop(queued);
      // Those behind a large item that has left may fit now.
      this.#settle();
    };
    this.#senders = new WaitingLine({ channel, side: 'send', clock, onLeave });
    this.#receivers = new WaitingLine({ channel, side: 'receive', clock, onLeave: () => {} });
  }

  async send(item: T, wait: ChannelWaitOptions = {}): Promise<void> {
    const queued = { item, bytes: 0 };
    try {
      queued.bytes = expectNumber('sizeOf(item)', this.#options.sizeOf(item), { min: 0 });
      this.#expectSendable(queued.bytes, wait.signal);
    } catch (error) {
      this.#drop(queued);
      throw error;
    }
    if (this.#senders.size === 0 && this.#fits(queued.bytes)) {
      this.#enqueue(queued);
      return this.#settle();
    }
    if (wait.timeoutMs === 0) {
      this.#drop(queued);
      throw timeoutError(this.name, 'send', 0);
    }
    return this.#senders.join(queued, wait);
  }

  async receive(wait: ChannelWaitOptions = {}): Promise<IteratorResult<T, undefined>> {
    if (this.#failure !== undefined) throw this.#failure.error;
    throwIfAborted(wait.signal, `Receiving on "${this.name}"`);
    const next = this.#receivers.size === 0 ? this.#dequeue() : undefined;
    if (next !== undefined) {
      this.#settle();
      return { done: false, value: next.item };
    }
    if (this.#ended) return { done: true, value: undefined };
    if (wait.timeoutMs === 0) throw timeoutError(this.name, 'receive', 0);
    return this.#receivers.join(undefined, wait);
  }

  close(): void {
    this.#closed = true;
    this.#settle();
  }

  fail(error: unknown): void {
    if (this.#failure !== undefined || this.#ended) return;
    this.#failure = { error };
    for (let waiter = this.#senders.first(); waiter !== undefined; waiter = this.#senders.first()) {
      this.#senders.take(waiter);
      this.#drop(waiter.brought);
      waiter.reject(error);
    }
    for (let waiter = this.#receivers.first(); waiter !== undefined; waiter = this.#receivers.first()) {
      this.#receivers.take(waiter);
      waiter.reject(error);
    }
    for (const queued of this.#queue.splice(0)) this.#drop(queued);
    this.#bytes = 0;
  }

  stats(): ChannelStats {
    return Object.freeze({
      name: this.name,
      state: this.#failure ? 'failed' : this.#ended ? 'ended' : this.#closed ? 'closed' : 'open',
      items: this.#queue.length,
      bytes: this.#bytes,
      highWaterItems: this.#highWaterItems,
      highWaterBytes: this.#highWaterBytes,
      received: this.#received,
      dropped: this.#dropped,
      sendWaitMs: this.#senders.waitedMs,
      receiveWaitMs: this.#receivers.waitedMs,
      sendersWaiting: this.#senders.size,
      receiversWaiting: this.#receivers.size,
    });
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return {
      next: () => this.receive(),
      return: async () => {
        this.fail(this.#closedError('its receiver has left'));
        return { done: true, value: undefined };
      },
    };
  }

  get #ended(): boolean {
    return (
      this.#closed && this.#failure === undefined && this.#queue.length === 0 && this.#senders.size === 0
    );
  }

  #fits(bytes: number): boolean {
    return this.#queue.length < this.#options.maxItems && this.#bytes + bytes <= this.#options.maxBytes;
  }

  #enqueue(queued: Queued<T>): void {
    this.#queue.push(queued);
    this.#bytes += queued.bytes;
    this.#highWaterItems = Math.max(this.#highWaterItems, this.#queue.length);
    this.#highWaterBytes = Math.max(this.#highWaterBytes, this.#bytes);
  }

  #dequeue(): Queued<T> | undefined {
    const next = this.#queue.shift();
    if (next === undefined) return undefined;
    this.#bytes -= next.bytes;
    this.#received += 1;
    return next;
  }

  #drop(queued: Queued<T>): void {
    this.#dropped += 1;
    this.#options.onDrop?.(queued.item);
  }

  /** Lets in the senders for whom there is room, serves the receivers for whom there is an item, and so on. */
  #settle(): void {
    if (this.#failure !== undefined) return;
    for (;;) {
      const sender = this.#senders.first();
      const receiver = this.#receivers.first();
      if (sender !== undefined && this.#fits(sender.brought.bytes)) {
        this.#senders.take(sender);
        this.#enqueue(sender.brought);
        sender.resolve();
      } else if (receiver !== undefined && this.#queue.length > 0) {
        this.#receivers.take(receiver);
        const next = this.#dequeue() as Queued<T>;
        receiver.resolve({ done: false, value: next.item });
      } else if (receiver !== undefined && this.#ended) {
        this.#receivers.take(receiver);
        receiver.resolve({ done: true, value: undefined });
      } else {
        return;
      }
    }
  }

  #expectSendable(bytes: number, signal: AbortSignal | undefined): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#closed) throw this.#closedError('close() was called');
    throwIfAborted(signal, `Sending on "${this.name}"`);
    if (bytes > this.#options.maxBytes) {
      throw new FramerailError({
        code: 'E_CHANNEL_ITEM_TOO_LARGE',
        message: `Expected items of at most ${this.#options.maxBytes} bytes on "${this.name}" but received one of ${bytes}`,
        details: { channel: this.name, maxBytes: this.#options.maxBytes, bytes },
      });
    }
  }

  #closedError(why: string): FramerailError {
    return new FramerailError({
      code: 'E_CHANNEL_CLOSED',
      message: `Expected "${this.name}" to be open but ${why}`,
      details: { channel: this.name },
    });
  }
}

import type { TierEvents } from '../byte-tier.js';
import { type ChangeMessages, EVERYTHING } from './change-messages.js';
import type { ChannelListener } from './redis-link.js';
import type { RedisStore } from './redis-store.js';

/** Times that it is asked what was missed, the wait before each being twice the one before. */
const ATTEMPTS = 6;
const FIRST_WAIT_MS = 20;

/** How much of what others changed is known. */
export interface HeardChanges {
  /** The books in which messages are counted; '': not known. */
  readonly epoch: string;
  /** Messages that were heard. */
  readonly told: number;
}

/**
 * Hears what others changed, in order and without a gap: messages are numbered, and the last ones are kept in Redis. Who
 * missed some asks for them; if they aren't there any more, everything may have changed.
 */
export class ChangeFeed implements ChannelListener {
  readonly #store: Pick<RedisStore, 'since'>;
  readonly #messages: ChangeMessages;
  readonly #onChange: (change: TierEvents['invalidated']) => void;
  /** The books in which messages were counted; '': not known. */
  #epoch = '';
  /** Messages that were heard. */
  #told = 0;
  #catching: Promise<void> | undefined;
  #isBehind = false;

  constructor(
    store: Pick<RedisStore, 'since'>,
    messages: ChangeMessages,
    onChange: (change: TierEvents['invalidated']) => void,
  ) {
    this.#store = store;
    this.#messages = messages;
    this.#onChange = onChange;
  }

  /** What was heard until now: the number of messages, and the books in which they are counted. */
  get heard(): HeardChanges {
    return { epoch: this.#epoch, told: this.#told };
  }

  /** From here on nothing is missed. To be called when the channel is heard. */
  async begin(): Promise<void> {
    const { epoch, told } = await this.#store.since('', 0);
    this.#epoch = epoch;
    this.#told = told;
  }

  readonly onMessage = (numbered: Buffer): void => {
    const space = numbered.indexOf(' ');
    const number = Number(numbered.toString('latin1', 0, space));
    this.#hear(numbered.subarray(space + 1));
    if (this.#catching === undefined && number === this.#told + 1) this.#told = number;
    else this.onResumed();
  };

  readonly onResumed = (): void => {
    this.#isBehind = true;
    this.#catching ??= this.#catchUp().finally(() => {
      this.#catching = undefined;
    });
  };

  async #catchUp(): Promise<void> {
    while (this.#isBehind) {
      this.#isBehind = false;
      const found = await this.#missed();
      if (found?.messages === undefined) this.#onChange(EVERYTHING);
      else for (const message of found.messages) this.#hear(message);
      this.#epoch = found?.epoch ?? '';
      this.#told = found?.told ?? 0;
    }
  }

  /** What was missed; `undefined` if nobody answers. */
  async #missed(): Promise<Awaited<ReturnType<RedisStore['since']>> | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      try {
        return await this.#store.since(this.#epoch, this.#told);
      } catch {
        // The other connection may be back a little later than this one.
        await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS * 2 ** attempt).unref());
      }
    }
    return undefined;
  }

  #hear(message: Buffer): void {
    const change = this.#messages.read(message);
    if (change !== undefined) this.#onChange(change);
  }
}

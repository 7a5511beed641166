import { randomBytes } from 'node:crypto';
import type { TierEvents } from '../byte-tier.js';

// A message: 8 bytes that name the sender, a letter (k: key, t: tag, a: all), and the key or the tag in UTF-16.
const ORIGIN_BYTES = 8;

/** What the processes of a namespace tell each other. Each of them hears its own messages too, and knows them. */
export class ChangeMessages {
  readonly #origin = randomBytes(ORIGIN_BYTES);

  /** An entry was stored or deleted. */
  key(key: string): Buffer {
    return this.#message('k', key);
  }

  /** All entries of a tag were deleted. */
  tag(tag: string): Buffer {
    return this.#message('t', tag);
  }

  /** Everything was deleted. */
  all(): Buffer {
    return this.#message('a', '');
  }

  /** What a message says; `undefined` for one's own. */
  read(message: Buffer): TierEvents['invalidated'] | undefined {
    // One that was too long to be kept.
    if (message.byteLength <= ORIGIN_BYTES) return EVERYTHING;
    if (message.subarray(0, ORIGIN_BYTES).equals(this.#origin)) return undefined;
    const kind = String.fromCharCode(message[ORIGIN_BYTES] as number);
    const text = message.toString('utf16le', ORIGIN_BYTES + 1);
    if (kind === 'k') return { keys: [text] };
    if (kind === 't') return { tags: [text] };
    return EVERYTHING;
  }

  #message(kind: string, text: string): Buffer {
    return Buffer.concat([this.#origin, Buffer.from(kind), Buffer.from(text, 'utf16le')]);
  }
}

/** Nothing that was known before is sure to hold. */
export const EVERYTHING: TierEvents['invalidated'] = Object.freeze({ everything: true });

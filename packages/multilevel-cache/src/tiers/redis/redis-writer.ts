import type { StoredEntry } from '../byte-tier.js';
import { frameHead, readFrame, readFrameHead } from '../framed/entry-frame.js';
import type { HeardChanges } from './change-feed.js';
import type { ChangeMessages } from './change-messages.js';
import { type RedisKey, tagId } from './redis-keys.js';
import type { RedisSettings } from './redis-options.js';
import type { RedisStore } from './redis-store.js';

/** Keys are bytes of the entry's frame, which a head is read from again and again. */
const MAX_KEY_BYTES = 256 * 1024;
/** Times that room is made, or leftovers are swept, for one entry. */
const MAX_TURNS = 10_000;

/** Hears of an entry that was let go; with what it was, if that came along. */
export type OnLetGo = (key: string, entry: StoredEntry | undefined) => void;

/** What became of an entry. */
export type WrittenOutcome = 'stored' | 'tooLarge' | 'rejected' | 'outdated';

const OUTCOMES: readonly string[] = ['stored', 'tooLarge', 'rejected', 'outdated'] satisfies WrittenOutcome[];
const isOutcome = (status: string): status is WrittenOutcome => OUTCOMES.includes(status);

/** Stores entries, and makes room for them a bit at a time, so that nobody else waits for long. */
export class RedisWriter {
  readonly #store: RedisStore;
  readonly #settings: RedisSettings;
  readonly #messages: ChangeMessages;
  readonly #onLetGo: OnLetGo;

  constructor(store: RedisStore, settings: RedisSettings, messages: ChangeMessages, onLetGo: OnLetGo) {
    this.#store = store;
    this.#settings = settings;
    this.#messages = messages;
    this.#onLetGo = onLetGo;
  }

  /**
   * Stores an entry.
   *
   * @param heard - if it is stored only where nobody changed anything of it since then
   * @returns what became of it; if it isn't stored there is none of its key, unless it is `outdated`
   */
  async write(key: RedisKey, entry: StoredEntry, heard: HeardChanges | undefined): Promise<WrittenOutcome> {
    const { maxEntryBytes, handedDownBytes, nowMs } = this.#settings;
    const { expiresAtMs, tags } = entry.meta;
    const message = this.#messages.key(key.text);
    const isTooLarge = entry.bytes.byteLength > maxEntryBytes || key.bytes.byteLength > MAX_KEY_BYTES;
    if (isTooLarge || (expiresAtMs !== undefined && nowMs() >= expiresAtMs)) {
      await this.#store.run('delete', key.id, message);
      return isTooLarge ? 'tooLarge' : 'rejected';
    }
    const frame = Buffer.concat([frameHead(key, entry), entry.bytes]);
    const expires = expiresAtMs === undefined ? '' : String(Math.floor(expiresAtMs));
    const names = tags.map(tagId).join(',');
    const since = heard === undefined ? ['-'] : [heard.epoch, String(heard.told)];
    for (let turn = 0; turn < MAX_TURNS; turn += 1) {
      const now = String(Math.floor(nowMs()));
      const most = String(handedDownBytes);
      const answer = await this.#store.run(
        'set',
        key.id,
        frame,
        message,
        now,
        expires,
        names,
        most,
        ...since,
      );
      const { status } = answer;
      this.#letGo(answer.gone);
      if (isOutcome(status)) return status;
      if (status === 'sweep') await this.#store.sweep();
      else await this.makeRoom(answer.value);
    }
    return 'rejected';
  }

  /** Makes room for so many bytes. */
  async makeRoom(bytes: number): Promise<void> {
    const { nowMs, handedDownBytes } = this.#settings;
    for (let turn = 0; turn < MAX_TURNS; turn += 1) {
      const now = String(Math.floor(nowMs()));
      const answer = await this.#store.run('room', String(bytes), String(handedDownBytes), now);
      this.#letGo(answer.gone);
      if (answer.status === 'done') return;
    }
  }

  #letGo(gone: readonly Buffer[]): void {
    for (const frame of gone) {
      const head = readFrameHead(frame);
      if (head === undefined) continue;
      this.#onLetGo(head.key, frame.byteLength > head.headBytes ? readFrame(frame)?.entry : undefined);
    }
  }
}

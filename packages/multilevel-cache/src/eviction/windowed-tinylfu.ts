import type { EvictionOptions, OnEvict } from './eviction-policy.js';
import { GhostQueue } from './ghost-queue.js';
import { Lots } from './lots.js';
import { SlottedPolicy } from './slotted-policy.js';
import { type KeyKnowledge, type WindowSetting, WORTHY_USES } from './window-setting.js';

/** Share of the main area that is for entries that were used again. */
const PROTECTED_SHARE = 0.8;
/** One in so many candidates used as much as those that would go for them is let in: nobody can freeze what is there. */
const TIES = 16;
/** Uses that are counted by entry. */
const MOST_USES = 3;
/**
 * Share of the main area's bytes that the keys weigh which a queue remembers, if all weigh alike: half is what 2Q's
 * authors advise (Johnson and Shasha, VLDB 1994). Otherwise a few large ones would take the room of many, and it is all.
 */
const REMEMBERED_SHARE = 0.5;

/**
 * A window of new entries in order of use, and a main area that an entry which leaves the window enters only if it is
 * used more than those that would have to go for it, all of them together (Einziger, Friedman, Manes: "TinyLFU", ACM
 * TOS 13:4, 2017; Einziger, Eytan, Friedman, Manes: "Lightweight Robust Size Aware Cache Management", ACM TOS 18:3,
 * 2022). The main area is in order of use too, in two parts: entries used again are protected. Other settings let others
 * enter, see {@link WindowSetting}. An entry that is larger than the window has to be better at once.
 */
export class WindowedTinyLfu<K> extends SlottedPolicy<K> {
  readonly name: string = 'w-tinylfu';
  /** How bytes are divided; may be changed at any time, entries follow when others come. */
  setting: WindowSetting;
  protected readonly knowledge: KeyKnowledge<K>;
  readonly #window = this.list(1);
  readonly #probation = this.list(2);
  readonly #protected = this.list(3);
  readonly #costAware: boolean;
  #costs = new Float64Array(0);
  #costSum = 0;
  #costCount = 0;
  readonly #lots = new Lots();
  /** Entries of a queue, the oldest, that came while there was room and have not had their turn to go since. */
  #untested = 0;
  #lastBytes = -1;
  /** Whether entries weigh differently. */
  #hasSizes = false;
  /** Keys that went from the window, while the setting is a queue. */
  readonly #ghosts = new GhostQueue();

  /**
   * @param options - limits
   * @param knowledge - of keys; shared by policies that see the same keys
   * @param setting - how bytes are divided at first
   * @param costAware - weighs uses by what making the entry again costs
   */
  constructor(
    options: EvictionOptions<K>,
    knowledge: KeyKnowledge<K>,
    setting: WindowSetting,
    costAware: boolean,
  ) {
    super(options, 3);
    this.knowledge = knowledge;
    this.setting = setting;
    this.#costAware = costAware;
  }

  /** What a use of this entry is worth: 1, or its cost over the mean of all. */
  worth(slot: number): number {
    if (!this.#costAware || this.#costCount === 0) return 1;
    const cost = this.#costs[slot] as number;
    return cost === 0 ? 1 : (cost * this.#costCount) / this.#costSum;
  }

  /** What making this entry again costs; 0 if that is unknown or doesn't matter. */
  protected costOf(slot: number): number {
    return this.#costAware ? (this.#costs[slot] as number) : 0;
  }

  override clear(): void {
    super.clear();
    this.#costSum = this.#costCount = 0;
    this.#ghosts.clear();
    [this.#lastBytes, this.#hasSizes, this.#untested] = [-1, false, 0];
  }

  /** Says that entries of the queue came while there was room, and that newcomers are as good as those never used. */
  distrust(): void {
    this.#untested = this.#probation.size;
  }

  /** What an entry weighs. */
  bytesAt(slot: number): number {
    return this.table.bytes[slot] as number;
  }

  /**
   * What entries come to that somebody else doesn't hold.
   *
   * @param holds - whether they hold the entry with this hash
   * @param price - of each that was used since it came, and of each that wasn't; counting ends at `most`
   */
  priceOfMissing(
    holds: (hash: number) => boolean,
    { used, unused, most }: { used: number; unused: number; most: number },
  ): number {
    const { prev, mark, hash } = this.table;
    let price = 0;
    for (const { id } of this.lists) {
      for (let slot = prev[id] as number; slot !== id; slot = prev[slot] as number) {
        if (holds(hash[slot] as number)) continue;
        price += (mark[slot] as number) > 0 || id === this.#protected.id ? used : unused;
        if (price >= most) return price;
      }
    }
    return price;
  }

  protected admit(key: K, bytes: number, cost: number, evict: OnEvict<K>): number {
    this.#hasSizes ||= this.#lastBytes >= 0 && bytes !== this.#lastBytes;
    this.#lastBytes = bytes;
    const slot = this.table.add(key, bytes);
    this.table.hash[slot] = this.knowledge.hash(key);
    this.price(slot, cost);
    const isBack = this.#isQueue && this.#ghosts.take(this.table.hash[slot] as number);
    (isBack ? this.#probation : this.#window).unshift(slot);
    if (!isBack && bytes > this.#windowBytes()) this.#leaveWindow(slot, evict);
    this.#settle(evict);
    return this.table.slots.get(key) === slot ? slot : 0;
  }

  protected used(slot: number): void {
    const { list, mark } = this.table;
    if ((mark[slot] as number) < MOST_USES) mark[slot] = (mark[slot] as number) + 1;
    if (this.#isQueue) return;
    const from = this.list(list[slot] as number);
    if (this.setting.admission === 'always' && from !== this.pinned) {
      from.remove(slot);
      this.#window.unshift(slot);
      return;
    }
    if (from !== this.#probation) {
      from.refresh(slot);
      return;
    }
    from.remove(slot);
    this.#protected.unshift(slot);
    this.#demote();
  }

  protected unpinned(slot: number): void {
    this.#protected.unshift(slot);
    this.#demote();
  }

  protected victim(): number {
    return this.#mainVictim() || this.#window.last();
  }

  /** The window comes after the main area, as it does when a victim is looked for. */
  protected override *slots(): Iterable<number> {
    for (const list of [this.#probation, this.#protected, this.#window, this.pinned]) yield* list.slots();
  }

  protected override costs(slot: number, cost: number): void {
    this.price(slot, cost);
  }

  protected override makeRoom(bytes: number, entries: number, evict: OnEvict<K>): void {
    this.#settle(evict);
    super.makeRoom(bytes, entries, evict);
  }

  #windowBytes(): number {
    // After a `resize` more may be pinned than fits.
    return Math.max(0, Math.floor(this.setting.windowShare * (this.limit - this.pinned.bytes)));
  }

  #mainBytes(): number {
    return this.limit - this.pinned.bytes - this.#windowBytes();
  }

  get #isQueue(): boolean {
    return this.setting.admission === 'queue';
  }

  #mainVictim(): number {
    if (this.#isQueue) return this.#oldestUnused();
    return this.#probation.last() || this.#protected.last();
  }

  /** The oldest of the main area; each use spares an entry once. An earlier setting's protected entries come by too. */
  #oldestUnused(): number {
    const { mark } = this.table;
    for (;;) {
      const moved = this.#protected.last();
      if (moved !== 0) {
        this.#protected.remove(moved);
        this.#probation.unshift(moved);
        mark[moved] = Math.max(1, mark[moved] as number);
      }
      const slot = this.#probation.last();
      if (slot === 0 || mark[slot] === 0) return slot;
      mark[slot] = (mark[slot] as number) - 1;
      this.#untested -= 1;
      this.#probation.refresh(slot);
    }
  }

  /** Lets the window have no more than its share, and all together no more than the limit. */
  #settle(evict: OnEvict<K>): void {
    const windowBytes = this.#windowBytes();
    const window = this.#window;
    while (window.bytes > windowBytes) this.#leaveWindow(window.last(), evict);
    super.makeRoom(0, 0, evict);
  }

  /** An entry of the window goes to the main area, or goes altogether. */
  #leaveWindow(slot: number, evict: OnEvict<K>): void {
    const needed = Math.min(this.bytes - this.limit, this.table.bytes[slot] as number);
    const isFull = needed > 0 || this.size > this.maxEntries;
    if (isFull && !this.#isBetter(slot, needed)) {
      const { hash, bytes } = this.table;
      const remembered = (this.#hasSizes ? 1 : REMEMBERED_SHARE) * this.#mainBytes();
      if (this.#isQueue)
        this.#ghosts.add(hash[slot] as number, bytes[slot] as number, remembered, this.maxEntries);
      this.letGo(slot, evict);
      return;
    }
    if (isFull) {
      const enough = this.bytes - needed;
      do {
        const victim = this.#mainVictim();
        if (victim === 0) break;
        this.#untested -= 1;
        this.letGo(victim, evict);
      } while (this.bytes > enough);
    }
    this.#window.remove(slot);
    this.#probation.unshift(slot);
  }

  /** Whether a candidate is to be kept rather than those of the main area that would go for so many bytes. */
  #isBetter(slot: number, needed: number): boolean {
    const { bytes, prev, hash } = this.table;
    const { admission } = this.setting;
    if (admission === 'queue') return this.#isWorthy(slot);
    if (admission === 'again' && this.knowledge.frequency(hash[slot] as number) < 2) return false;
    const own = this.#merit(slot);
    const mustWin = admission === 'frequency' || admission === 'frequency-over-next';
    const isNextEnough = admission === 'frequency-over-next';
    let [freed, others] = [0, 0];
    for (const { id } of [this.#probation, this.#protected]) {
      for (let rival = prev[id] as number; rival !== id; rival = prev[rival] as number) {
        freed += bytes[rival] as number;
        if (mustWin) {
          if (others === 0 || !isNextEnough) others += this.#merit(rival);
          if (others > own) return false;
        }
        if (freed >= needed) return !mustWin || others < own || this.#lots.draw(TIES);
      }
    }
    return false;
  }

  /** Whether it was used twice in the window. If not, a coin decides between newcomers and who came untested. */
  #isWorthy(slot: number): boolean {
    const { mark, hash } = this.table;
    if ((mark[slot] as number) < WORTHY_USES)
      return this.#untested > 0 && this.knowledge.frequency(hash[slot] as number) <= 1 && this.#lots.draw(2);
    mark[slot] = 0;
    return true;
  }

  #merit(slot: number): number {
    const frequency = this.knowledge.frequency(this.table.hash[slot] as number);
    return this.#costAware ? frequency * this.worth(slot) : frequency;
  }

  /** Takes note of what making an entry again costs. */
  protected price(slot: number, cost: number): void {
    if (!this.#costAware) return;
    if (slot >= this.#costs.length) {
      const grown = new Float64Array(this.table.bytes.length);
      grown.set(this.#costs);
      this.#costs = grown;
    }
    this.#costs[slot] = cost;
    if (cost === 0) return;
    this.#costSum += cost;
    this.#costCount += 1;
  }

  #demote(): void {
    const most = this.#mainBytes() * PROTECTED_SHARE;
    while (this.#protected.bytes > most && this.#protected.size > 1) {
      const slot = this.#protected.last();
      this.#protected.remove(slot);
      this.#probation.unshift(slot);
    }
  }
}

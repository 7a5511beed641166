import { ByteGate } from '../byte-gate.js';
import type { StoredEntry, TierCallOptions } from '../byte-tier.js';
import type { CallOrder } from '../call-order.js';
import { eachOf } from './each-of.js';
import { packIndex, unpackIndex } from './index-blob.js';
import { framePieces, ObjectBlobs, type ObjectKey } from './object-blobs.js';
import { ObjectIndex, type ObjectRow, type RowHead } from './object-index.js';
import type { ObjectSettings } from './object-options.js';

/**
 * Blobs, and the index that says which of them stay. Reading asks the store, so that what others wrote is found; the
 * index counts. Blobs are there only while their weight is counted: what has to go is deleted before anything comes.
 */
export class ObjectShelf {
  readonly #settings: ObjectSettings;
  readonly #order: CallOrder;
  readonly #onEvicted: (key: string | undefined) => void;
  readonly #blobs: ObjectBlobs;
  readonly #index: ObjectIndex;
  readonly #arriving: ByteGate;
  /** Blobs that are to be deleted and couldn't be. Nothing comes before they went. */
  readonly #undeleted = new Set<string>();
  readonly #writing = new Set<string>();
  /** Bytes that were written since the store was listed: others may have done the same. */
  #writtenBytes = 0;
  #refreshing: Promise<void> | undefined;
  #isIndexStale = false;

  constructor(settings: ObjectSettings, order: CallOrder, onEvicted: (key: string | undefined) => void) {
    this.#settings = settings;
    this.#order = order;
    this.#onEvicted = onEvicted;
    this.#blobs = new ObjectBlobs(settings);
    this.#index = new ObjectIndex(settings);
    this.#arriving = new ByteGate(settings.gateBytes);
  }

  get entries(): number {
    return this.#index.rows.size;
  }

  get bytes(): number {
    return this.#index.bytes;
  }

  /** Learns what is there; what is too much goes. */
  async open(): Promise<void> {
    this.#index.clear();
    const packed = await this.#blobs.readIndex();
    const heads = packed === undefined ? new Map<string, RowHead>() : await unpackIndex(packed);
    const rows: [string, ObjectRow, number][] = [];
    for await (const [id, { size, etag, lastModifiedMs }] of this.#blobs.list())
      rows.push([
        id,
        { weight: this.#index.weigh(size), etag, head: heads.get(`${id} ${etag}`) },
        lastModifiedMs,
      ]);
    rows.sort((a, b) => a[2] - b[2]);
    const evicted = new Map<string, ObjectRow>();
    for (const [id, row] of rows) this.#index.set(id, row, evicted);
    await this.#dropAll(evicted);
  }

  /** The entry of a key, as the store has it. A use. */
  async read(key: ObjectKey, options: TierCallOptions): Promise<StoredEntry | 'damaged' | undefined> {
    if (this.#undeleted.has(key.id)) await this.delete(key.id);
    const before = this.#index.rows.get(key.id);
    const read = await this.#blobs.read(key, options);
    this.#index.touch(key.id);
    const row = this.#index.rows.get(key.id);
    // Written, deleted or let go meanwhile: the index knows better.
    if (row !== before || this.#order.isBusy(key.id)) return read === 'damaged' ? read : read?.entry;
    if (read === undefined) this.#index.delete(key.id);
    if (read === 'damaged' || read === undefined) return read;
    const { entry, etag, blobBytes } = read;
    if (row?.etag !== etag) {
      const head = { key: key.text, meta: entry.meta, valueBytes: entry.bytes.byteLength };
      const evicted = new Map<string, ObjectRow>();
      this.#index.set(key.id, { weight: this.#index.weigh(blobBytes), etag, head }, evicted);
      this.#dropAll(evicted).catch(() => {});
    }
    return entry;
  }

  /** What the head of an entry says, as the store has it. */
  async head(id: string): Promise<RowHead | undefined> {
    if (this.#undeleted.has(id)) await this.delete(id);
    return (await this.#blobs.head(id))?.head;
  }

  /**
   * Stores an entry.
   *
   * @returns what became of it; if it isn't stored, or if this throws, there is none of its key
   */
  async write(
    key: ObjectKey,
    entry: StoredEntry,
    options: TierCallOptions,
  ): Promise<'stored' | 'tooLarge' | 'rejected'> {
    const { id } = key;
    const pieces = framePieces(key, entry);
    const weight = this.#index.weigh(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
    if (weight > this.#settings.arrivingBytes) {
      await this.delete(id);
      return 'tooLarge';
    }
    await this.#refreshNowAndThen(weight);
    const head = { key: key.text, meta: entry.meta, valueBytes: entry.bytes.byteLength };
    // What it writes over is there until it has come.
    const most = Math.max(weight, this.#index.rows.get(id)?.weight ?? 0);
    this.#writing.add(id);
    try {
      return await this.#arriving.run(most, () =>
        this.#write(id, pieces, { weight, etag: '', head }, options),
      );
    } catch (error) {
      await this.delete(id).catch(() => {});
      throw error;
    } finally {
      this.#writing.delete(id);
    }
  }

  async #write(
    id: string,
    pieces: readonly Uint8Array[],
    row: ObjectRow,
    options: TierCallOptions,
  ): Promise<'stored' | 'rejected'> {
    await this.#deleteUndeleted();
    const evicted = new Map<string, ObjectRow>();
    this.#index.set(id, row, evicted);
    const isKept = !evicted.delete(id);
    await this.#dropAll(evicted);
    if (isKept) {
      const etag = await this.#blobs.write(id, pieces, options);
      if (this.#index.rows.get(id) === row) {
        this.#index.rows.set(id, { ...row, etag });
        this.#isIndexStale = true;
        return 'stored';
      }
    }
    await this.delete(id);
    return 'rejected';
  }

  /** Deletes an entry. */
  async delete(id: string): Promise<void> {
    this.#index.delete(id);
    this.#isIndexStale = true;
    this.#undeleted.add(id);
    await this.#blobs.delete(id);
    this.#undeleted.delete(id);
  }

  /** Deletes entries whose heads are so. */
  async deleteWhere(matches: (head: RowHead) => boolean): Promise<void> {
    await this.#readHeads();
    const ids = [...this.#index.rows].filter(([, { head }]) => head !== undefined && matches(head));
    await eachOf(ids, this.#settings.concurrency, ([id]) => this.delete(id));
  }

  /** Deletes everything that begins with the prefix. */
  async clear(): Promise<void> {
    this.#index.clear();
    this.#isIndexStale = false;
    await this.#blobs.deleteIndex();
    const ids: string[] = [];
    for await (const [id] of this.#blobs.list()) ids.push(id);
    await eachOf(ids, this.#settings.concurrency, (id) => this.delete(id));
    this.#undeleted.clear();
  }

  /** What the heads of all entries say. */
  async *heads(): AsyncIterable<RowHead> {
    await this.#readHeads();
    for (const { head } of [...this.#index.rows.values()]) if (head !== undefined) yield head;
  }

  /** Learns what others wrote and deleted. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** Writes down what is known, for who opens it next. */
  async saveIndex(): Promise<void> {
    if (!this.#isIndexStale) return;
    const packed = await packIndex(this.#index.rows);
    if (packed.byteLength <= this.#settings.indexBytes) await this.#blobs.writeIndex(packed);
    this.#isIndexStale = false;
  }

  /** Looks at what others wrote before it writes more than they reckon with. */
  async #refreshNowAndThen(weight: number): Promise<void> {
    const { unseenBytes } = this.#settings;
    while (this.#writtenBytes > 0 && this.#writtenBytes + weight > unseenBytes) await this.refresh();
    this.#writtenBytes += weight;
  }

  async #refresh(): Promise<void> {
    const writtenBytes = this.#writtenBytes;
    const { rows } = this.#index;
    const before = new Map(rows);
    const evicted = new Map<string, ObjectRow>();
    const gone = new Map(rows);
    for await (const [id, { size, etag }] of this.#blobs.list()) {
      gone.delete(id);
      const row = rows.get(id);
      if (row?.etag === etag || row !== before.get(id) || this.#isBusy(id, row)) continue;
      this.#index.set(id, { weight: this.#index.weigh(size), etag, head: undefined }, evicted);
      this.#isIndexStale = true;
    }
    for (const [id, row] of gone) if (rows.get(id) === row && !this.#isBusy(id, row)) this.#index.delete(id);
    await this.#dropAll(evicted);
    this.#writtenBytes -= writtenBytes;
  }

  /** Whether an entry is on its way, in or out. */
  #isBusy(id: string, row: ObjectRow | undefined): boolean {
    return row?.etag === '' || this.#undeleted.has(id);
  }

  async #readHeads(): Promise<void> {
    const unread = [...this.#index.rows].filter(([, { head }]) => head === undefined);
    await eachOf(unread, this.#settings.concurrency, async ([id, row]) => {
      const found = await this.#blobs.head(id);
      if (found === undefined || found.etag !== row.etag) return;
      const { key, meta, valueBytes } = found.head;
      row.head = { key, meta, valueBytes };
    });
  }

  async #dropAll(evicted: ReadonlyMap<string, ObjectRow>): Promise<void> {
    for (const [id, { head }] of evicted) {
      this.#undeleted.add(id);
      this.#onEvicted(head?.key);
    }
    await eachOf(evicted.keys(), this.#settings.concurrency, (id) => this.#drop(id));
  }

  /** Deletes what was let go, unless it is being written just now: then whoever writes it sees to it. */
  async #drop(id: string): Promise<void> {
    if (this.#writing.has(id)) this.#undeleted.delete(id);
    else if (this.#order.isBusy(id)) await this.delete(id);
    else await this.#order.write(id, () => this.delete(id));
  }

  async #deleteUndeleted(): Promise<void> {
    const ids = [...this.#undeleted].filter((id) => !this.#order.isBusy(id));
    await eachOf(ids, this.#settings.concurrency, (id) => this.#drop(id));
  }
}

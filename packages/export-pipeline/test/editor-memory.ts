import { type MemoryManager, type MemoryShare, nativeAllocator } from '@framerail/buffer-pool';
import type { Lease } from '@framerail/lifecycle';
import { BT709, type FrameLayout, frameLayout, type RawFrame } from '@framerail/media-types';
import { loadNative } from '@framerail/native';

/** Columns and rows of a thumbnail, RGBA. */
export const THUMBNAIL = { width: 480, height: 270 };
const THUMBNAIL_BYTES = THUMBNAIL.width * THUMBNAIL.height * 4;
const THUMBNAILS = 200;
/** A second of stereo at 48 kHz, as floats. */
const SECOND_OF_SOUND = 48_000 * 2 * 4;
/** Seconds of sound: half of them stay on loan, half lie free. */
const SECONDS = 120;
/** 4K frames that a preview keeps: half of them on loan, to be asked back, half free. */
const PREVIEWS = 8;
/** Pictures of each cache, RGBA of 1080p, and what a byte of it is worth. */
const CACHES = [
  { name: 'waveforms', pictures: 7, valuePerByte: 1 },
  { name: 'title pictures', pictures: 7, valuePerByte: 5 },
];
const CACHED_BYTES = 1920 * 1080 * 4;

/** What an editor's manager may hold: a little more than what {@link openEditor} and an export of 4K take. */
export const EDITOR_BUDGET = {
  maxBytes: 480_000_000,
  budgets: { video: 220_000_000, audio: 60_000_000, thumbnails: 110_000_000 },
};

/** An editor's memory, apart from an export's. */
export interface Editor {
  /** What it does all the time: makes thumbnails that are gone, and asks for a preview. Never waits. */
  work(): Promise<void>;
  /** Throws if anything that it holds isn't what it put there. */
  check(): void;
  /** What is there of it: thumbnails, bytes of free sound, previews on loan, pictures of the caches from the least valuable on. */
  counts(): { thumbnails: number; freeSound: number; previews: number; caches: readonly number[] };
  close(): void;
}

/**
 * Fills an editor's memory: 200 thumbnails, sound, previews of low priority, and two caches of pictures.
 *
 * @param memory - {@link EDITOR_BUDGET}'s
 * @param pictures - RGBA pictures for thumbnails, one after the other
 */
export async function openEditor(memory: MemoryManager, pictures: Uint8Array): Promise<Editor> {
  const count = pictures.byteLength / THUMBNAIL_BYTES;
  const picture = (index: number): Uint8Array =>
    pictures.subarray((index % count) * THUMBNAIL_BYTES, ((index % count) + 1) * THUMBNAIL_BYTES);
  const layout = frameLayout({ format: 'NV12', width: 3840, height: 2160 });
  const sound = await borrow(SECONDS, (index) => fillSound(memory.audio, index));
  for (const lease of sound.splice(0, SECONDS / 2)) lease.release();
  const previews = new Previews(memory.video, layout);
  for (let index = 0; index < PREVIEWS; index++) await previews.add();
  previews.drop(PREVIEWS / 2);
  const caches = CACHES.map((cache) => new PictureCache(cache.name, cache.pictures));
  const unregister = caches.map((cache, index) =>
    memory.register(cache, { valuePerByte: CACHES[index]?.valuePerByte ?? 0, bytes: () => cache.bytes }),
  );
  for (let index = 0; index < THUMBNAILS; index++) memory.thumbnails.set(`${index}`, picture(index));
  let next = 0;
  return {
    async work() {
      for (let done = 0; done < 4; next++) {
        done += 1;
        const key = `${next % THUMBNAILS}`;
        if (!memory.thumbnails.has(key)) memory.thumbnails.set(key, picture(next % THUMBNAILS));
      }
      await previews.add();
    },
    check() {
      for (let index = 0; index < THUMBNAILS; index++) {
        using kept = memory.thumbnails.get(`${index}`);
        if (kept !== undefined && Buffer.compare(kept.bytes, picture(index)) !== 0)
          throw new Error(`Expected thumbnail ${index} as it was put there`);
      }
      for (const [index, lease] of sound.entries()) expectFilled(lease.bytes, SECONDS / 2 + index);
      previews.check();
      for (const cache of caches) cache.check();
    },
    counts: () => ({
      thumbnails: memory.thumbnails.size,
      freeSound: memory.audio.stats().bytesFree,
      previews: previews.size,
      caches: caches.map(({ size }) => size),
    }),
    close() {
      for (const end of unregister) end();
      for (const lease of sound.splice(0)) lease.release();
      previews.drop(PREVIEWS);
      for (const cache of caches) cache.trim();
      memory.thumbnails.clear();
    },
  };
}

async function borrow(count: number, one: (index: number) => Promise<Lease>): Promise<Lease[]> {
  const leases: Lease[] = [];
  for (let index = 0; index < count; index++) leases.push(await one(index));
  return leases;
}

async function fillSound(share: MemoryShare, index: number): Promise<Lease> {
  const lease = await share.acquire(SECOND_OF_SOUND, { owner: 'timeline' });
  lease.bytes.fill(index % 251);
  return lease;
}

function expectFilled(bytes: Uint8Array, index: number): void {
  if (bytes[0] !== index % 251 || bytes.at(-1) !== index % 251 || bytes.some((byte) => byte !== index % 251))
    throw new Error(`Expected ${index % 251} in every byte of buffer ${index}`);
}

/** Frames of low priority that are given back when they are asked for. */
class Previews {
  readonly #frames = new Map<number, RawFrame>();
  readonly #share: MemoryShare;
  readonly #layout: FrameLayout;
  #made = 0;

  constructor(share: MemoryShare, layout: FrameLayout) {
    this.#share = share;
    this.#layout = layout;
  }

  get size(): number {
    return this.#frames.size;
  }

  /** One more frame, if there is room for it now. */
  async add(): Promise<void> {
    if (this.#frames.size >= PREVIEWS) return;
    const index = this.#made++;
    const description = { layout: this.#layout, color: BT709, timestampUs: index, durationUs: 1 };
    try {
      const frame = await this.#share.acquireFrame(description, {
        ...{ priority: -10, owner: 'preview', timeoutMs: 0 },
        onReclaim: () => this.#drop(index),
      });
      frame.data.fill(index % 251);
      this.#frames.set(index, frame);
    } catch (error) {
      if ((error as { code?: string }).code !== 'E_TIMEOUT') throw error;
    }
  }

  drop(count: number): void {
    for (const index of [...this.#frames.keys()].slice(0, count)) this.#drop(index);
  }

  check(): void {
    for (const [index, frame] of this.#frames) expectFilled(frame.data, index);
  }

  #drop(index: number): void {
    this.#frames.get(index)?.[Symbol.dispose]();
    this.#frames.delete(index);
  }
}

/** A cache with memory of its own. */
class PictureCache {
  readonly name: string;
  readonly #pictures = new Map<number, Uint8Array>();
  readonly #allocator = pageAllocator();

  constructor(name: string, pictures: number) {
    this.name = name;
    for (let index = 0; index < pictures; index++)
      this.#pictures.set(index, this.#allocator.allocate(CACHED_BYTES).fill(index));
  }

  get size(): number {
    return this.#pictures.size;
  }

  get bytes(): number {
    return this.size * CACHED_BYTES;
  }

  trim({ bytes = Number.POSITIVE_INFINITY }: { readonly bytes?: number | undefined } = {}): number {
    let freed = 0;
    for (const [index, picture] of this.#pictures) {
      if (freed >= bytes) break;
      this.#pictures.delete(index);
      this.#allocator.free(picture);
      freed += CACHED_BYTES;
    }
    return freed;
  }

  check(): void {
    for (const [index, picture] of this.#pictures) expectFilled(picture, index);
  }
}

function pageAllocator() {
  const native = loadNative();
  return native.available
    ? nativeAllocator({ binding: native.binding })
    : { allocate: (byteLength: number) => new Uint8Array(byteLength), free: () => undefined };
}

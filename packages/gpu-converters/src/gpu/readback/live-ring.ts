import { abortError, type Clock, FramerailError, type Lease, type LeaseSource } from '@framerail/lifecycle';
import type { MapBuffer } from '../buffer-mapping.js';
import { mappingError } from '../gpu-errors.js';
import { GPU_MAP_MODE } from '../gpu-flags.js';
import type { GpuHost } from '../gpu-host.js';
import { createInterrupts } from '../interrupts.js';
import { MappedLender } from './mapped-lease.js';
import type { AcquireSlotOptions, ReadbackRing, ReadbackRingStats, ReadbackSlot } from './readback-ring.js';
import { copyTimeout, type RingSituation, slotTimeout } from './readback-timeout.js';
import { makePlaces, type RingPlace } from './ring-places.js';
import { expectBytes, expectSlots, expectTimeout } from './ring-size.js';
import { type ReadOptions, RingSlot, type SlotOwner } from './ring-slot.js';
import { SlotLine } from './slot-line.js';

/** What a {@link LiveRing} is put together from. */
export interface RingParts {
  readonly host: GpuHost;
  readonly mapBuffer: MapBuffer;
  readonly places: readonly RingPlace[];
  readonly bytes: number;
  readonly hasOutput: boolean;
  readonly label: string;
  readonly timeoutMs: number;
  readonly copies: LeaseSource | undefined;
  readonly clock: Clock;
}

/** Where a place is when it is not in the line. `returning`: given up, but the GPU still writes to it. */
type Whereabouts = 'taken' | 'reading' | 'lent' | 'returning';

/** The ring: places go from the line to a slot, to a read, to a lease and back. */
export class LiveRing implements ReadbackRing, SlotOwner {
  readonly #parts: RingParts;
  readonly #line: SlotLine<RingPlace>;
  readonly #out = new Map<RingPlace, Whereabouts>();
  readonly #lentAtMs = new Map<RingPlace, number>();
  readonly #interrupts = createInterrupts();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #lender = new MappedLender(() => {
    this.#lost += 1;
  });
  readonly #detach: () => void;
  #bytes: number;
  #era = 0;
  /** Places of the present era that have not failed. */
  #alive: number;
  #lastRead: Promise<unknown> = Promise.resolve();
  #resizing: Promise<unknown> = Promise.resolve();
  #ending: FramerailError | undefined;
  #read = 0;
  #copied = 0;
  #failed = 0;
  #lost = 0;

  constructor(parts: RingParts) {
    this.#parts = parts;
    this.#line = new SlotLine(parts.clock);
    this.#bytes = parts.bytes;
    this.#alive = parts.places.length;
    for (const place of parts.places) this.#line.put(place);
    this.#detach = parts.host.attach((error) => {
      this.#end(error);
      this.#interrupts.fire(error);
    });
  }

  get bytes(): number {
    return this.#bytes;
  }

  async acquire(options: AcquireSlotOptions = {}): Promise<ReadbackSlot> {
    const { signal } = options;
    const timeoutMs = expectTimeout(options.timeoutMs ?? this.#parts.timeoutMs, 0);
    const timeoutError = (): FramerailError => slotTimeout(this.#situation(timeoutMs));
    const place = await this.#line.take({ signal, timeoutMs, timeoutError });
    this.#out.set(place, 'taken');
    return new RingSlot(this, place);
  }

  map(place: RingPlace): Promise<void> {
    const mapped = this.#parts.mapBuffer(place.readback, GPU_MAP_MODE.READ);
    mapped.catch(ignore);
    return mapped;
  }

  async read(place: RingPlace, { byteLength, mapped, signal }: ReadOptions): Promise<Lease> {
    const { host } = this.#parts;
    this.#out.set(place, 'reading');
    const before = this.#lastRead;
    const inOrder = Promise.all([mapped, before]);
    const reading = this.#wait(inOrder, signal).then(() => this.#handOut(place, byteLength, signal));
    this.#lastRead = reading.then(ignore, ignore);
    try {
      return await reading;
    } catch (error) {
      this.#failed += 1;
      this.#out.set(place, 'returning');
      const back = mapped.then(
        () => this.#comeBack(place),
        () => this.#retire(place),
      );
      this.#behind(back);
      throw host.gone ?? (error instanceof FramerailError ? error : mappingError(error));
    }
  }

  takeBack(place: RingPlace): void {
    this.#comeBack(place);
  }

  takeOut(place: RingPlace): void {
    this.#retire(place);
  }

  resize({ slots, bytes }: { slots?: number | undefined; bytes?: number | undefined }): Promise<void> {
    const resized = this.#resizing.then(async () => {
      const { host, hasOutput, label } = this.#parts;
      const wanted = {
        slots: expectSlots(slots ?? this.#alive),
        bytes: expectBytes(bytes ?? this.#bytes),
      };
      if (this.#ending !== undefined) throw this.#ending;
      const places = await makePlaces(host, { ...wanted, hasOutput, label, era: this.#era + 1 });
      if (this.#ending !== undefined) {
        for (const place of places) place.destroy();
        throw this.#ending;
      }
      this.#era += 1;
      this.#alive = places.length;
      this.#bytes = wanted.bytes;
      for (const place of this.#line.empty()) place.destroy();
      for (const place of places) this.#line.put(place);
    });
    this.#resizing = resized.catch(ignore);
    return resized;
  }

  stats(): ReadbackRingStats {
    const now = [...this.#out].filter(([{ era }]) => era === this.#era);
    const count = (where: Whereabouts): number => now.filter(([, found]) => found === where).length;
    return Object.freeze({
      slots: this.#alive,
      free: this.#line.free,
      taken: count('taken'),
      reading: count('reading') + count('returning'),
      lent: count('lent'),
      draining: this.#out.size - now.length,
      waiting: this.#line.waiting,
      read: this.#read,
      copied: this.#copied,
      failed: this.#failed,
      lost: this.#lost,
      oldestLeaseMs: this.#leaseAgesMs()[0] ?? 0,
    });
  }

  async close(): Promise<void> {
    this.#end(
      new FramerailError({ code: 'E_CLOSED', message: 'The readback ring is closed; make another one' }),
    );
    // What a lost device has promised may never come.
    while (this.#underWay.size > 0 && this.#parts.host.gone === undefined) {
      const settled = Promise.all(this.#underWay);
      await this.#interrupts.wait(settled, { signal: undefined, what: 'Closing' }).catch(ignore);
    }
    this.#detach();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Waits for a mapping, but not for ever. */
  async #wait(mapped: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
    const { clock, timeoutMs, host } = this.#parts;
    const limit = new AbortController();
    const timedOut = new Promise<never>((_, reject) => {
      limit.signal.addEventListener('abort', () => reject(copyTimeout(this.#situation(timeoutMs))));
    });
    const cancel = clock.setTimer(() => limit.abort(), timeoutMs);
    try {
      const first = Promise.race([mapped, timedOut]);
      this.#behind(first.then(ignore, ignore));
      await this.#interrupts.wait(first, { signal, what: 'Reading a result' });
    } finally {
      cancel();
    }
    if (host.gone !== undefined) throw host.gone;
  }

  async #handOut(place: RingPlace, byteLength: number, signal: AbortSignal | undefined): Promise<Lease> {
    const { host, copies, clock, timeoutMs } = this.#parts;
    const { readback } = place;
    const bytes = new Uint8Array(readback.getMappedRange(), 0, byteLength);
    if (copies !== undefined && this.#lentAtMs.size + 1 >= this.#alive) {
      const lease = await copies.acquire(byteLength, { signal, timeoutMs });
      try {
        if (signal?.aborted) throw abortError(signal, 'Reading a result');
        // Waiting for memory let other things happen: the device may be gone, and its memory with it.
        if (host.gone !== undefined && bytes.byteLength !== byteLength) throw host.gone;
        lease.bytes.set(bytes);
      } catch (error) {
        lease.release();
        throw error;
      }
      this.#copied += 1;
      this.#comeBack(place);
      return lease;
    }
    const letGo = host.guard.holdMapped(readback);
    this.#read += 1;
    this.#out.set(place, 'lent');
    this.#lentAtMs.set(place, clock.now());
    const onRelease = (): void => {
      this.#lentAtMs.delete(place);
      this.#comeBack(place);
      letGo();
    };
    return this.#lender.lend({ bytes, onRelease });
  }

  /** Goes on behind the caller's back; `close` waits for it. */
  #behind(work: Promise<void>): void {
    this.#underWay.add(work);
    work.finally(() => this.#underWay.delete(work));
  }

  #comeBack(place: RingPlace): void {
    this.#out.delete(place);
    if (place.readback.mapState === 'mapped') place.readback.unmap();
    if (this.#ending !== undefined || place.era !== this.#era) place.destroy();
    else this.#line.put(place);
  }

  /** The GPU has something against a place: it is not used again. */
  #retire(place: RingPlace): void {
    this.#out.delete(place);
    place.destroy();
    if (place.era !== this.#era) return;
    this.#alive -= 1;
    if (this.#alive > 0) return;
    this.#end(
      new FramerailError({
        code: 'E_GPU_INTERNAL',
        message: 'The GPU failed in every readback slot; make another ring',
      }),
    );
  }

  #end(error: FramerailError): void {
    this.#ending ??= error;
    this.#line.fail(this.#ending);
    for (const place of this.#line.empty()) place.destroy();
  }

  #leaseAgesMs(): number[] {
    const now = this.#parts.clock.now();
    return [...this.#lentAtMs.values()].map((at) => now - at).sort((a, b) => b - a);
  }

  #situation(timeoutMs: number): RingSituation {
    const { slots, reading, lost } = this.stats();
    return { timeoutMs, slots, reading, lost, leaseAgesMs: this.#leaseAgesMs() };
  }
}

const ignore = (): void => {};

import {
  expectInteger,
  expectLimit,
  expectObject,
  expectString,
  FramerailError,
  invalidArgument,
} from '@framerail/lifecycle';
import type { Allocator } from './allocator.js';
import { detachBuffer } from './detach.js';
import { Extents } from './extents.js';
import { type MemfdFile, type MemfdSource, MOST_FILE_BYTES, openMemfd } from './memfd-source.js';

/** Options of {@link memfdAllocator}. */
export interface MemfdAllocatorOptions {
  /** The addon, or anything with its `Memfd`. */
  readonly binding: MemfdSource;
  /** Bytes that may be allocated at once, 1 to 2^46; each piece counts in whole pages. There is no default. */
  readonly maxBytes: number;
  /** Name in the system's lists, at most 249 bytes; default `framerail`. */
  readonly name?: string | undefined;
  /** Backs memory at once, which fails where there is none instead of ending the process at the first touch; default `false`. */
  readonly prefault?: boolean | undefined;
}

/**
 * Memory of one file without a name, which other processes can map: what lies at `offsetOf(lease.bytes)` there is what the
 * lease shows here.
 */
export interface MemfdAllocator extends Allocator, Disposable {
  /** Descriptor to pass to a child in its `stdio`, where it has the number of its place; -1 after `close`. */
  readonly fd: number;
  /** The same for processes of the same user that are no children, while this process lives and the file isn't closed: `/proc/PID/fd/NUMBER`. */
  readonly path: string;
  /** Bytes that may be allocated at once. */
  readonly maxBytes: number;
  /** Bytes of memory that the file takes now, in whichever processes; 0 after `close`. */
  readonly residentBytes: number;
  /**
   * Where memory begins in the file.
   *
   * @param memory - what `allocate` returned, or a view of it, such as `lease.bytes`
   * @returns bytes, a multiple of the page for memory and leases
   * @throws FramerailError `E_INVALID_ARGUMENT` for other memory
   */
  offsetOf(memory: Uint8Array): number;
  /** Closes the descriptor: nothing more is allocated or inherited. Memory stays, here and where it is mapped, until it is freed. Harmless when called twice. */
  close(): void;
}

/**
 * Page-aligned memory that other processes can map (Linux): with `mapFd` of `@framerail/native`, or `mmap` in any language.
 * Freed memory goes back to the system at once, for all of them, and views of it here become empty; memory whose views were
 * collected comes back by itself. Nobody can change the file's length, so no process can end another by that.
 *
 * The others see what is written here and write what is seen here; leases are this process's to give and to end, and what is
 * at an offset after the lease's end is the next lease's.
 *
 * @param options - the addon's binding and the budget
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`; `E_INVALID_ARGUMENT`; `E_UNSUPPORTED` where the system has no such memory
 */
export function memfdAllocator(options: MemfdAllocatorOptions): MemfdAllocator {
  const { binding } = expectObject('options', options, 'options { binding, maxBytes, name?, prefault? }');
  if (typeof binding?.Memfd !== 'function') {
    throw invalidArgument('binding', 'the binding of @framerail/native', binding);
  }
  const { prefault = false } = options;
  if (typeof prefault !== 'boolean') throw invalidArgument('prefault', 'a boolean', prefault);
  const maxBytes = expectInteger('maxBytes', expectLimit('maxBytes', options.maxBytes), {
    max: MOST_FILE_BYTES,
  });
  const name = expectString('name', options.name ?? 'framerail');
  return new FileAllocator(openMemfd(binding, maxBytes, name), maxBytes, prefault);
}

class FileAllocator implements MemfdAllocator {
  readonly name = 'memfd';
  readonly alignmentBytes: number;
  readonly maxBytes: number;
  readonly #file: MemfdFile;
  readonly #extents: Extents;
  readonly #mapOptions: { readonly prefault: boolean };
  /** Whole pages of what is allocated, by offset. */
  readonly #allocated = new Map<number, number>();

  constructor(file: MemfdFile, maxBytes: number, prefault: boolean) {
    this.#file = file;
    this.#mapOptions = Object.freeze({ prefault });
    this.alignmentBytes = file.pageBytes;
    this.maxBytes = wholePages(maxBytes, file.pageBytes);
    this.#extents = new Extents(file.byteLength);
  }

  get fd(): number {
    return this.#file.fd;
  }

  get path(): string {
    const host = globalThis as { process?: { pid?: number } };
    return `/proc/${host.process?.pid ?? 'self'}/fd/${this.fd}`;
  }

  get residentBytes(): number {
    return this.fd === -1 ? 0 : this.#file.residentBytes();
  }

  allocate(byteLength: number): Uint8Array {
    expectInteger('byteLength', byteLength, { min: 1 });
    this.#takeCollected();
    const bytes = wholePages(byteLength, this.#file.pageBytes);
    const left = this.maxBytes - this.#extents.bytesTaken;
    const offset = bytes > left ? undefined : this.#extents.take(bytes);
    if (offset === undefined) throw noRoom(bytes, left, this.#extents.largestGap);
    try {
      const memory = this.#file.map(offset, byteLength, this.#mapOptions);
      this.#allocated.set(offset, bytes);
      return memory;
    } catch (error) {
      this.#extents.giveBack(offset, bytes);
      throw error;
    }
  }

  free(memory: Uint8Array): void {
    // Who transferred it away has it now; it is found again when they have let go of it.
    if (memory.byteLength === 0) return;
    const offset = this.offsetOf(memory);
    try {
      this.#file.free(memory);
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code !== 'E_BUFFER_BUSY') throw error;
      // Freed too early: a call of the addon still uses it. It comes back as collected memory does, after that call.
      detachBuffer(memory.buffer);
      return;
    }
    this.#giveBack(offset);
  }

  offsetOf(memory: Uint8Array): number {
    try {
      return this.#file.offsetOf(memory);
    } catch {
      throw invalidArgument('memory', 'memory of this allocator that is not freed', memory);
    }
  }

  close(): void {
    this.#file.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #takeCollected(): void {
    for (const offset of this.#file.takeCollected()) this.#giveBack(offset);
  }

  #giveBack(offset: number): void {
    const bytes = this.#allocated.get(offset);
    if (bytes === undefined) return;
    this.#allocated.delete(offset);
    this.#extents.giveBack(offset, bytes);
  }
}

function wholePages(bytes: number, pageBytes: number): number {
  return Math.ceil(bytes / pageBytes) * pageBytes;
}

function noRoom(bytes: number, left: number, largestGap: number): FramerailError {
  const available = Math.min(left, largestGap);
  return new FramerailError({
    code: 'E_OUT_OF_MEMORY',
    message: `Expected at most the ${available} bytes that are left of a memfd's budget but received a request for ${bytes}; free some or raise maxBytes`,
    details: { bytes, available },
  });
}

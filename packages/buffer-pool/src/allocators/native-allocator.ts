import { expectObject, invalidArgument } from '@framerail/lifecycle';
import type { AddressSource } from './aligned-view.js';
import type { Allocator } from './allocator.js';
import { detachBuffer } from './detach.js';
import { heapAllocator } from './heap-allocator.js';

/** What the addon (`binding` of `@framerail/native`) offers to this allocator. */
export interface NativeMemory extends Partial<AddressSource> {
  /**
   * Makes page-aligned memory outside V8's heap, freed when it is collected or detached.
   *
   * @param byteLength - bytes, an integer of 1 or more
   * @throws `E_EXTERNAL_BUFFERS_REFUSED` as `code` where the engine takes no memory from outside
   */
  allocate(byteLength: number, options?: { hugePages?: boolean; prefault?: boolean }): Uint8Array;
  /**
   * Gives such memory back to the system at once and detaches its buffer, where a detached buffer's own memory would
   * wait for a turn of the event loop.
   *
   * @throws `E_INVALID_ARGUMENT` as `code` for memory that it doesn't know
   */
  free?(memory: Uint8Array): void;
}

/** Options of {@link nativeAllocator}. */
export interface NativeAllocatorOptions {
  /** The addon, or anything with its `allocate`. */
  readonly binding: NativeMemory;
  /** Asks for huge pages where the system has them; default `false`. */
  readonly hugePages?: boolean | undefined;
  /** Touches every page at once, so that the first use of the memory doesn't pay for it; default `false`. */
  readonly prefault?: boolean | undefined;
  /**
   * Where memory comes from in an engine that takes none from outside, as Electron's; default {@link heapAllocator}, with
   * this binding if it tells addresses. `false`: from nowhere, allocations throw `E_EXTERNAL_BUFFERS_REFUSED`.
   */
  readonly fallback?: Allocator | false | undefined;
}

/** The smallest page there is; Apple's are larger. */
const PAGE_BYTES = 4096;

/** The addon's way to say that the engine has the rule which Electron switched on with its pointer cage. */
const REFUSED = 'E_EXTERNAL_BUFFERS_REFUSED';

/**
 * Page-aligned memory from the addon: what a frame pipe can splice page by page. Freed memory goes back to the system
 * at once, on a thread of the addon's, and views of it become empty.
 *
 * Whether the engine takes such memory shows at the first allocation and is then settled. Where it doesn't, `name`,
 * `alignmentBytes` and memory are the fallback's, and `fallbackReason` says why.
 *
 * @param options - the addon's binding and how its pages should be
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function nativeAllocator(options: NativeAllocatorOptions): Allocator {
  expectObject('options', options, 'options { binding, hugePages?, prefault?, fallback? }');
  const { binding } = options;
  if (typeof binding?.allocate !== 'function') {
    throw invalidArgument('binding', 'the binding of @framerail/native', binding);
  }
  const { fallback = heapAllocator(tellsAddresses(binding) ? { binding } : {}) } = options;
  if (fallback !== false && typeof fallback?.allocate !== 'function') {
    throw invalidArgument('fallback', 'an allocator or false', fallback);
  }
  const wishes = Object.freeze({
    hugePages: expectFlag('hugePages', options.hugePages ?? false),
    prefault: expectFlag('prefault', options.prefault ?? false),
  });
  const native: Allocator = {
    name: 'native',
    alignmentBytes: PAGE_BYTES,
    allocate: (byteLength) => binding.allocate(byteLength, wishes),
    free: (memory) => giveBack(binding, memory),
  };
  return fallback === false ? Object.freeze(native) : withFallback(native, fallback);
}

/** By the addon, and at a turn of the event loop where that can't be: memory that was in another thread may be unknown to it. */
function giveBack(binding: NativeMemory, memory: Uint8Array): void {
  try {
    binding.free?.(memory);
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code !== 'E_INVALID_ARGUMENT') throw error;
  }
  if (memory.byteLength > 0) detachBuffer(memory.buffer);
}

function tellsAddresses(binding: NativeMemory): binding is NativeMemory & AddressSource {
  return typeof binding.addressOf === 'function';
}

function expectFlag(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw invalidArgument(name, 'a boolean', value);
}

/** Uses the first allocator, or the second if the engine refuses the first one's first memory. */
function withFallback(native: Allocator, fallback: Allocator): Allocator {
  let settled: Allocator | undefined;
  let fallbackReason: string | undefined;
  return Object.freeze({
    get name() {
      return (settled ?? native).name;
    },
    get alignmentBytes() {
      return (settled ?? native).alignmentBytes;
    },
    get fallbackReason() {
      return fallbackReason ?? settled?.fallbackReason;
    },
    allocate(byteLength: number): Uint8Array {
      if (settled !== undefined) return settled.allocate(byteLength);
      try {
        const memory = native.allocate(byteLength);
        settled = native;
        return memory;
      } catch (error) {
        if ((error as { code?: unknown } | null)?.code !== REFUSED) throw error;
        fallbackReason = error instanceof Error ? error.message : String(error);
        settled = fallback;
        return fallback.allocate(byteLength);
      }
    },
    free(memory: Uint8Array): void {
      (settled ?? native).free(memory);
    },
  });
}

import { FramerailError } from '@framerail/lifecycle';
import { roomFor } from './extents.js';

/** A `Memfd` of the addon's, as far as {@link memfdAllocator} needs it. */
export interface MemfdFile {
  /** The descriptor's number; -1 after `close`. */
  readonly fd: number;
  /** Bytes that the file has room for. */
  readonly byteLength: number;
  /** What offsets are multiples of. */
  readonly pageBytes: number;
  /** An array over a range. */
  map(offset: number, byteLength: number, options?: { readonly prefault?: boolean }): Uint8Array;
  /** Gives an array's memory back and detaches its buffer. */
  free(memory: Uint8Array): void;
  /** Where an array begins. */
  offsetOf(memory: Uint8Array): number;
  /** Offsets of arrays that were collected since. */
  takeCollected(): number[];
  /** Bytes of memory that the file takes. */
  residentBytes(): number;
  /** Closes the descriptor. */
  close(): void;
}

/** What the addon (`binding` of `@framerail/native`) offers to {@link memfdAllocator}. */
export interface MemfdSource {
  /** Makes a file in memory. */
  readonly Memfd: new (options: {
    readonly byteLength: number;
    readonly name?: string;
  }) => MemfdFile;
}

/** As the addon limits it: half of the addresses that a program has. */
export const MOST_FILE_BYTES = 2 ** 46;

/**
 * Makes a file with room enough for what comes and goes within the budget. Room costs addresses, not memory; where even
 * those are short (`ulimit -v`), with what there is, down to the budget itself.
 *
 * @throws FramerailError with the addon's code
 */
export function openMemfd({ Memfd }: MemfdSource, maxBytes: number, name: string): MemfdFile {
  // The smallest page there is: the room is large enough for larger ones too.
  const room = roomFor(Math.ceil(maxBytes / 4096) * 4096, 4096);
  for (let byteLength = Math.min(room, MOST_FILE_BYTES); ; byteLength = Math.max(maxBytes, byteLength / 2)) {
    try {
      return new Memfd({ byteLength: Math.ceil(byteLength), name });
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code === 'E_OUT_OF_MEMORY' && byteLength > maxBytes) continue;
      throw failure(error, code);
    }
  }
}

function failure(cause: unknown, code: unknown): FramerailError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new FramerailError({
    code: typeof code === 'string' && code.startsWith('E_') ? (code as `E_${string}`) : 'E_MEMFD_FAILED',
    message,
    cause,
  });
}

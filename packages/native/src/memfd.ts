/** What a {@link Memfd} is made with. */
export interface MemfdOptions {
  /** Bytes that the file has room for, 1 to 2^46; rounded up to whole pages. It takes memory only where it is touched. */
  readonly byteLength: number;
  /** Name in `/proc/PID/fd` and in lists of mappings, at most 249 bytes of UTF-8; it needn't be unique. Default: `framerail`. */
  readonly name?: string;
}

/** How {@link Memfd.map} gets its memory. */
export interface MemfdMapOptions {
  /** Back all of it with memory at once, which fails where there is none instead of ending the process later. Default: false. */
  readonly prefault?: boolean;
}

/** What {@link NativeBinding.mapFd} maps. */
export interface MapFdOptions {
  /** Where it begins in the file, a multiple of the page. */
  readonly offset: number;
  /** Bytes, 1 to 2^33. */
  readonly byteLength: number;
  /**
   * Whether what is written reaches the others. Otherwise it stays in this array, whose pages of 4 KiB no longer show what the
   * others write after that: an array can't refuse to be written. Default: false.
   */
  readonly writable?: boolean;
}

/**
 * Memory that other processes can map: a file of Linux's without a name, in memory only. All of it lies at addresses of this process,
 * and arrays are made over its ranges. No process can change its length, so none can make another crash by it.
 *
 * The memory goes back to the system range by range, and all of it when no process has the descriptor or a mapping any more.
 */
export interface Memfd {
  /** Number of the descriptor, to be passed in `stdio` to a child; -1 after {@link Memfd.close}. Owned by this object. */
  readonly fd: number;
  /** Bytes of the file, whole pages. */
  readonly byteLength: number;
  /** What offsets are multiples of: 4096 on x64, up to 65536 elsewhere. */
  readonly pageBytes: number;
  /**
   * Makes an array over a range. Its content is zeros where nothing was written since it was freed.
   *
   * @param offset - bytes, a multiple of {@link Memfd.pageBytes}; the last page is the array's to its end
   * @param byteLength - bytes, 1 to 2^33
   *
   * Throws with `code`:
   * - `E_INVALID_ARGUMENT`: the range isn't in the file or another array lies on it; or the file is closed.
   * - `E_OUT_OF_MEMORY`: there is no memory for `prefault`.
   * - `E_EXTERNAL_BUFFERS_REFUSED`: the engine takes no memory from outside, as Electron's doesn't.
   */
  map(offset: number, byteLength: number, options?: MemfdMapOptions): Uint8Array<ArrayBuffer>;
  /**
   * Gives an array's memory back to the system at once, for all processes, and detaches its buffer. Others who have the range
   * mapped see zeros, then what the next array there gets. Works after {@link Memfd.close} too.
   *
   * Throws with `code`:
   * - `E_INVALID_ARGUMENT`: it isn't the whole array of a `map`, or was freed.
   * - `E_BUFFER_BUSY`: an unsettled call of the addon uses the memory.
   */
  free(memory: Uint8Array): void;
  /** Where in the file an array over its memory begins, in bytes. Throws `E_INVALID_ARGUMENT` for other memory. */
  offsetOf(array: Uint8Array): number;
  /**
   * Offsets of the arrays that were collected, or detached by others than {@link Memfd.free}, since this was called last, and
   * that no call uses any more. Their memory has gone back and their ranges can be mapped again.
   */
  takeCollected(): number[];
  /** Bytes of memory that the file takes, in whichever processes. Throws `E_INVALID_ARGUMENT` after {@link Memfd.close}. */
  residentBytes(): number;
  /** Closes the descriptor; arrays stay. Calling it again does nothing. */
  close(): void;
}

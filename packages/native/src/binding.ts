import type { NativeColor, NativeImage, NativeInstructionSet } from './image.js';
import type { MapFdOptions, Memfd, MemfdOptions } from './memfd.js';
import type { NativeProgram, NativeProgramOptions } from './program.js';

/** A step between source and target; takes and gives 8-bit RGBA, rounded half up after each. */
export type NativeOperation = NativeScale | NativeColorMatrix | NativeOverlay;

/** Bilinear scale with sample centres aligned, positions and weights in 256ths. */
export interface NativeScale {
  /** Tells the operations apart. */
  readonly type: 'scale';
  /** New width in pixels, 1 to 65535. */
  readonly width: number;
  /** New height in pixels, 1 to 65535. */
  readonly height: number;
}

/** Affine map of R, G and B; alpha stays. */
export interface NativeColorMatrix {
  /** Tells the operations apart. */
  readonly type: 'colorMatrix';
  /** Row-major 3×4 in Q12 (4096 = 1): three coefficients within ±32767 and an offset within ±2^22 for each of R, G and B. */
  readonly coefficients: Int32Array;
}

/** A straight-alpha image laid over the frame. */
export interface NativeOverlay {
  /** Tells the operations apart. */
  readonly type: 'overlay';
  /** In RGBA. */
  readonly image: NativeImage;
  /** Column of the frame at which the image begins, within ±2^20; what lies outside the frame is cut off. */
  readonly x: number;
  /** Row of the frame at which the image begins, within ±2^20. */
  readonly y: number;
  /** Multiplies the image's alpha: 0 to 255, where 255 is 1. */
  readonly opacity: number;
}

/** What {@link NativeBinding.process} does. Formats are those of 8 bits. */
export interface NativeProcessOptions {
  /** Pixels to read. */
  readonly source: NativeImage;
  /** Colour of the source. */
  readonly sourceColor: NativeColor;
  /** In this order; empty for a conversion alone. At most 64. */
  readonly operations: readonly NativeOperation[];
  /** Pixels to write, of the size that the operations give; shares no memory with the source and the overlays. */
  readonly target: NativeImage;
  /** Colour of the target. */
  readonly targetColor: NativeColor;
  /** How chroma of 4:2:0 becomes chroma of every pixel. */
  readonly upsampling: 'nearest' | 'bilinear';
  /** Threads to split the rows over, 1 to 1024; more than the machine runs at once become as many. Default: all of those. */
  readonly threads?: number;
  /** Default: the best that this processor has. */
  readonly instructionSet?: NativeInstructionSet;
}

/** How alike two images are. */
export interface NativeScores {
  /** A score for each of Y, Cb, Cr, or R, G, B, A, in this order whatever the format's. */
  readonly planes: number[];
  /** The score over all samples. */
  readonly mean: number;
}

/** How {@link NativeBinding.allocate} gets its memory. Both change speed only, and are ignored where the system can't. */
export interface NativeAllocateOptions {
  /** Pages of 2 MiB where the system has them (Linux: transparent huge pages). Default: false. */
  readonly hugePages?: boolean;
  /** Back all of it with memory at once instead of at the first touch of each page. Default: false. */
  readonly prefault?: boolean;
}

/** What a {@link FramePipe} is opened with. */
export interface FramePipeOptions {
  /** Bytes that the pipe holds, 4096 to 2^30. Default 1 MiB, the most that Linux gives everybody. The system may give less: see {@link FramePipe.capacityBytes}. */
  readonly capacityBytes?: number;
  /**
   * `auto` splices where the system lets it and writes otherwise; `splice` fails where it doesn't; `write` never
   * splices, for a reader that moves pages on without reading them (`pv`, or anything that itself splices).
   * Default: `auto`.
   */
  readonly mode?: 'auto' | 'splice' | 'write';
}

/** Snapshot of a {@link FramePipe}'s counters. */
export interface FramePipeStats {
  /** Bytes given to `write` that the reader hasn't taken; those of an unfinished write count whole. */
  readonly bytesQueued: number;
  /** Bytes known to be taken by the reader (`splice`) or by the pipe (`write`). */
  readonly bytesTaken: number;
  /** Writes queued so far. */
  readonly writes: number;
  /** Milliseconds spent waiting for the reader while there was something for it. */
  readonly waitingMs: number;
}

/**
 * A pipe whose read end a child process gets, as its stdin or under another number. Ending it is `end` or
 * `abort`; one that is collected without either still sends what is queued, then closes.
 *
 * A pending `write` or `end` keeps the process alive; the pipe itself doesn't.
 */
export interface FramePipe {
  /** Number of the read end, to be passed in `stdio` to the child; -1 after {@link FramePipe.closeReadEnd}. Owned by the pipe. */
  readonly readFd: number;
  /** Bytes that the pipe holds. */
  readonly capacityBytes: number;
  /** How bytes get into the pipe. Becomes `write` at the first write that the system refuses to splice. */
  readonly mode: 'splice' | 'write';
  /** Closes this process's copy of the read end. To be called once the child was spawned: while the copy is open, a reader that dies goes unnoticed. Calling it again does nothing. */
  closeReadEnd(): void;
  /**
   * Queues bytes after all that was queued before; nothing is copied before this returns.
   *
   * In mode `splice` the pipe refers to the memory itself, and the promise settles when the reader has taken the
   * last byte; in mode `write`, when the pipe has. Until then the bytes must stay as they are and the array's
   * buffer must not be transferred; calls of the addon that would write there are refused. After it, the memory is
   * the caller's again, whether it resolved or rejected.
   *
   * Rejects with `code`:
   * - `EPIPE`: the reader closed its end before it had taken all.
   * - `ECANCELED`: {@link FramePipe.abort} came first.
   * - `E_PIPE_ENDED`: it was called after {@link FramePipe.end}.
   * - `E_BUFFER_BUSY`: an unsettled call of the addon writes to this memory.
   * - `E_UNSUPPORTED`: the system refuses to splice and the mode is `splice`.
   * - `E_INVALID_ARGUMENT`: it isn't a Uint8Array, or its buffer is resizable.
   * - `E_PIPE_FAILED`: any other answer of the system.
   */
  write(data: Uint8Array): Promise<void>;
  /**
   * Closes the write end once all that is queued was taken, which the reader sees as the end of its input; resolves
   * after that. Calling it again waits for the same. Rejects with `EPIPE` or `ECANCELED` if a write did.
   */
  end(): Promise<void>;
  /**
   * Closes the write end at once; what is queued and not taken rejects with `ECANCELED`. The reader may still get
   * what the pipe holds, and in mode `splice` that is whatever its memory contains by then: stop the reader, or
   * throw away what it makes of it.
   */
  abort(): void;
  /** Snapshot of the counters. */
  stats(): FramePipeStats;
}

/** What a {@link FrameReader} is opened with. */
export interface FrameReaderOptions {
  /** Bytes that the pipe holds, 4096 to 2^30. Default 1 MiB. The system may give less. */
  readonly capacityBytes?: number;
}

/** Snapshot of a {@link FrameReader}'s counters. */
export interface FrameReaderStats {
  /** Bytes put into targets. */
  readonly bytesRead: number;
  /** Reads queued so far. */
  readonly reads: number;
  /** Milliseconds spent waiting for the writer while there was a target for it. */
  readonly waitingMs: number;
}

/**
 * A pipe whose write end a child process gets, as its stdout or under another number. A pending `read` keeps the
 * process alive; the reader itself doesn't.
 */
export interface FrameReader {
  /** Number of the write end, to be passed in `stdio` to the child; -1 after {@link FrameReader.closeWriteEnd}. Owned by the reader. */
  readonly writeFd: number;
  /** Bytes that the pipe holds. */
  readonly capacityBytes: number;
  /** Closes this process's copy of the write end. To be called once the child was spawned: while the copy is open, the stream has no end. Calling it again does nothing. */
  closeWriteEnd(): void;
  /**
   * Fills memory off the event loop, after all reads that were queued before. Resolves with the number of bytes: all
   * of the target, fewer only at the end of the stream, 0 after it. Until then the memory is the reader's.
   *
   * Rejects with `code`:
   * - `ECANCELED`: {@link FrameReader.close} came first.
   * - `E_BUFFER_BUSY`: an unsettled call of the addon uses this memory.
   * - `E_INVALID_ARGUMENT`: it isn't a Uint8Array, or its buffer is resizable.
   * - `E_PIPE_FAILED`: any other answer of the system.
   */
  read(target: Uint8Array): Promise<number>;
  /** Closes the read end at once; queued reads reject with `ECANCELED`, and a child that goes on writing gets EPIPE. */
  close(): void;
  /** Snapshot of the counters. */
  stats(): FrameReaderStats;
}

/**
 * What the addon gives, as it gives it. Failures are plain `Error`s with a `code`; what returns a promise throws
 * nothing but rejects. Every function checks its arguments, sizes and layouts included.
 */
export interface NativeBinding {
  /** Raised with every change of this interface; the loader refuses another than its own. */
  readonly abiVersion: number;
  /** Version of the addon. */
  readonly version: string;
  /** What this processor has, best first; ends with `scalar`. */
  instructionSets(): NativeInstructionSet[];
  /**
   * Checks a conversion between any two formats and copies its tables, for any number of frames. The pictures of
   * overlays and mixes are not copied.
   *
   * Throws `E_INVALID_ARGUMENT` where anything doesn't fit: nothing is left to fail but a frame's memory.
   */
  prepare(options: NativeProgramOptions): NativeProgram;
  /**
   * Converts and edits an 8-bit frame on threads of the addon's: neither the event loop nor libuv's pool is occupied.
   * Buffers aren't copied: until it settles, source and overlays must stay as they are and the target is the
   * addon's. No byte outside the rows of the target's planes is written.
   *
   * Rejects with `code`:
   * - `E_INVALID_ARGUMENT`: an option isn't what it should be, a plane isn't inside its data, the sizes don't fit, or
   *   the target shares memory with what is read.
   * - `E_BUFFER_BUSY`: an unsettled call of the addon uses the memory.
   * - `E_UNSUPPORTED`: the processor lacks the instruction set.
   * - `E_THREADS`: the system starts no threads.
   */
  process(options: NativeProcessOptions): Promise<void>;
  /** As {@link NativeBinding.process}, before it returns; throws what that rejects with. With `threads: 1` it works on the calling thread. */
  processSync(options: NativeProcessOptions): void;
  /** Peak signal-to-noise ratio in dB of two images of the same format and size (8-bit RGB, or 8-bit Y′CbCr in planes), infinite for equal samples; as FFmpeg's `psnr` filter. Off the event loop. */
  psnr(a: NativeImage, b: NativeImage): Promise<NativeScores>;
  /** Structural similarity of two images of the same format and size, 1 for equal samples; as FFmpeg's `ssim` filter. Off the event loop. */
  ssim(a: NativeImage, b: NativeImage): Promise<NativeScores>;
  /**
   * Zeroed memory on a page's boundary, outside JavaScript's heap, freed when its ArrayBuffer is collected and
   * counted in `process.memoryUsage().external`.
   *
   * Throws with `code`:
   * - `E_INVALID_ARGUMENT`: `byteLength` isn't an integer from 1 to 2^33, or an option isn't a boolean.
   * - `E_OUT_OF_MEMORY`: the system refuses.
   * - `E_EXTERNAL_BUFFERS_REFUSED`: the engine takes no memory from outside, as Electron's doesn't.
   */
  allocate(byteLength: number, options?: NativeAllocateOptions): Uint8Array<ArrayBuffer>;
  /**
   * Gives memory of {@link NativeBinding.allocate} back to the system at once, off the event loop, and detaches its
   * buffer: every view of it has length 0. Without it memory goes back when the buffer is collected, or at a turn of the
   * event loop after it was detached. A call of the addon that still uses the memory keeps it until it settles.
   *
   * Throws `E_INVALID_ARGUMENT`: it isn't the whole memory of an `allocate` or a `mapFd`, or was freed.
   */
  free(memory: Uint8Array): void;
  /**
   * Where the first byte lies in the process's memory, for telling alignment: an integer, 0 for an array of no bytes.
   * An array's memory doesn't move.
   *
   * Throws `E_INVALID_ARGUMENT`: it isn't a Uint8Array, or its buffer is resizable.
   */
  addressOf(array: Uint8Array): number;
  /**
   * Makes memory that other processes can map. Linux only.
   *
   * Throws with `code`:
   * - `E_UNSUPPORTED`: it isn't Linux, or the system makes no memfd.
   * - `E_INVALID_ARGUMENT`: an option isn't what it should be.
   * - `E_OUT_OF_MEMORY`: there are not so many addresses left, or files may not be so large (`ulimit -f`).
   * - `E_MEMFD_FAILED`: any other answer of the system.
   */
  readonly Memfd: new (
    options: MemfdOptions,
  ) => Memfd;
  /**
   * Maps a part of a {@link Memfd} of another process, or of this one. It takes only files that are sealed against
   * becoming shorter, since touching what is gone would end the process. Freed by {@link NativeBinding.free}, or when it is collected. Linux only.
   *
   * @param file - number of a descriptor that this process has, as a child gets it through `stdio`, or a path such as
   *   `/proc/PID/fd/NUMBER`, for processes of the same user while the one that made it lives
   *
   * Throws with `code`:
   * - `E_INVALID_ARGUMENT`: it isn't such a file, may not be written though `writable` asks for it, or has no such range.
   * - `E_OUT_OF_MEMORY`: there are not so many addresses left.
   * - `E_EXTERNAL_BUFFERS_REFUSED`: as {@link NativeBinding.allocate}.
   * - `E_MEMFD_FAILED`: any other answer of the system, such as no file at the path.
   * - `E_UNSUPPORTED`: it isn't Linux.
   */
  mapFd(file: number | string, options: MapFdOptions): Uint8Array<ArrayBuffer>;
  /** Opens a pipe that a child reads. Throws `E_UNSUPPORTED` on Windows, `E_PIPE_FAILED` when the system has no descriptors left. */
  readonly FramePipe: new (
    options?: FramePipeOptions,
  ) => FramePipe;
  /** Opens a pipe that a child writes. Throws as {@link NativeBinding.FramePipe}. */
  readonly FrameReader: new (
    options?: FrameReaderOptions,
  ) => FrameReader;
}

import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expectInteger, expectLimit, expectObject, expectString, FramerailError } from '@framerail/lifecycle';
import { TRACE_HEADER } from '../trace/formats/framerail.js';
import type { TraceSink } from './trace-sink.js';

/** Options of {@link traceFile}. */
export interface TraceFileOptions {
  /** The file; its folder is made. One that is there is moved to `PATH.1` and so on. */
  readonly path: string;
  /** Bytes that a file has at most, but for the lines that come at once; an integer of 1 or more. No default. */
  readonly maxBytes: number;
  /** Files that are kept, the current one among them; 1 or more, default 4. */
  readonly maxFiles?: number | undefined;
}

/**
 * Writes a trace to a file, and begins another one when it is full: `PATH` is the latest, `PATH.1` the one before. Each is
 * a trace by itself.
 *
 * @param options - where, and how much
 * @returns a sink for one recording
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_UNBOUNDED`; its `write` rejects with `E_OUTPUT_UNWRITABLE`
 */
export function traceFile(options: TraceFileOptions): TraceSink {
  const { path, maxBytes, maxFiles = 4 } = expectObject('options', options, 'options { path, maxBytes }');
  expectString('path', path);
  expectLimit('maxBytes', maxBytes);
  expectInteger('maxFiles', maxFiles, { min: 1, max: 1000 });
  return new TraceFile(path, maxBytes, maxFiles);
}

class TraceFile implements TraceSink {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #maxFiles: number;
  #file: FileHandle | undefined;
  #bytes = 0;
  #hasFailed = false;

  constructor(path: string, maxBytes: number, maxFiles: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#maxFiles = maxFiles;
  }

  async write(lines: string): Promise<void> {
    const bytes = Buffer.byteLength(lines);
    try {
      if (this.#file === undefined || this.#bytes + bytes > this.#maxBytes) await this.#begin();
      await this.#file?.appendFile(lines);
      this.#bytes += bytes;
      this.#hasFailed = false;
    } catch (cause) {
      this.#hasFailed = true;
      throw new FramerailError({
        code: 'E_OUTPUT_UNWRITABLE',
        message: `Expected a file that can be written at ${this.#path}: ${cause instanceof Error ? cause.message : String(cause)}`,
        cause,
      });
    }
  }

  async close(): Promise<void> {
    // A recording of nothing is a trace too, and no earlier one is taken for it.
    if (this.#file === undefined && !this.#hasFailed) await this.write('');
    await this.#end();
  }

  async #end(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async #begin(): Promise<void> {
    await this.#end();
    await mkdir(dirname(this.#path), { recursive: true });
    for (let index = this.#maxFiles - 1; index > 0; index -= 1)
      await rename(this.#name(index - 1), this.#name(index)).catch(unlessMissing);
    this.#file = await open(this.#path, 'w');
    const header = `${TRACE_HEADER}\n`;
    await this.#file.appendFile(header);
    this.#bytes = header.length;
  }

  #name(index: number): string {
    return index === 0 ? this.#path : `${this.#path}.${index}`;
  }
}

function unlessMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

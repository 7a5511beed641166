import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { expectOneOf, expectString, throwIfAborted } from '@framerail/lifecycle';
import type { TraceFormat } from './formats/trace-format.js';
import { invalidTrace, unreadableTrace } from './trace-errors.js';
import type { TraceBatches } from './trace-event.js';
import { recognizeFormat, TRACE_FORMATS, type TraceFormatName } from './trace-formats.js';
import { peek, unpacked } from './unpacked.js';

/** Enough of a file to tell its format. */
const START_BYTES = 4096;

/** What to read. */
export interface ReadTraceOptions {
  /** Path of the file: plain, gzip or zstd, which its first bytes tell. */
  readonly path: string;
  /** Its format; default: told by what it begins with. */
  readonly format?: TraceFormatName | undefined;
  /** Ends the reading with `E_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

/** A trace that is being read. */
export interface TraceReading {
  /** Its format. */
  readonly format: TraceFormatName;
  /** Whether its entries have sizes in bytes; otherwise each counts as one. */
  readonly hasSizes: boolean;
  /** Its events, to be read once; in bounded memory, however long it is. Throws as {@link readTrace} does. */
  readonly batches: TraceBatches;
}

/**
 * Opens a trace of requests to a cache.
 *
 * @param options - which file
 * @returns the trace, of which nothing but the start has been read
 * @throws FramerailError `E_INPUT_NOT_FOUND`, `E_INPUT_UNREADABLE` if it can't be opened, `E_INPUT_TRACE_INVALID` if it
 *   is damaged or of no known format, `E_ABORTED`
 */
export async function readTrace(options: ReadTraceOptions): Promise<TraceReading> {
  const { signal } = options;
  const path = expectString('path', options.path);
  throwIfAborted(signal);
  const source = createReadStream(path);
  try {
    const { start, whole } = await peek(unpacked(source), START_BYTES);
    const name = basename(path).replace(/\.(gz|zst)$/i, '');
    const format = chosenFormat(options.format) ?? recognizeFormat(start, name);
    if (start.length === 0) throw invalidTrace(path, 'it is empty');
    if (format === undefined)
      throw invalidTrace(
        path,
        `it begins like none of ${Object.keys(TRACE_FORMATS).join(', ')}; name its format`,
      );
    return {
      format: format.name as TraceFormatName,
      hasSizes: format.hasSizes,
      batches: batchesOf(path, format, whole, signal),
    };
  } catch (error) {
    source.destroy();
    throw readingError(path, error);
  }
}

function chosenFormat(name: TraceFormatName | undefined): TraceFormat | undefined {
  const names = Object.keys(TRACE_FORMATS) as TraceFormatName[];
  return name === undefined ? undefined : TRACE_FORMATS[expectOneOf('format', name, names)];
}

async function* batchesOf(
  path: string,
  format: TraceFormat,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): TraceBatches {
  const refuse = (problem: string): never => {
    throw invalidTrace(path, problem);
  };
  try {
    for await (const batch of format.read(chunks, refuse)) {
      throwIfAborted(signal);
      if (batch.length > 0) yield batch;
    }
  } catch (error) {
    throw readingError(path, error);
  }
}

/** Errors of the unpackers say what is wrong with the file, those of the system that it can't be read. */
function readingError(path: string, error: unknown): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string' || code.startsWith('E_')) return error;
  const isUnpacker = code.startsWith('Z_') || code.startsWith('ZSTD_') || code.startsWith('ERR_');
  return isUnpacker ? invalidTrace(path, (error as Error).message, error) : unreadableTrace(path, error);
}

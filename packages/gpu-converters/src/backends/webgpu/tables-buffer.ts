import { invalidArgument } from '@framerail/lifecycle';
import { gpuError, withErrorScopes } from '../../gpu/gpu-errors.js';
import { GPU_USAGE } from '../../gpu/gpu-flags.js';
import type { GpuHost } from '../../gpu/gpu-host.js';
import type { TableContents } from './tables.js';

/** A pass' tables on the GPU. It knows what it holds, so that only what differs is sent there. */
export interface TablesBuffer {
  /** Where the contents are; another one once they have outgrown it. */
  readonly buffer: GPUBuffer;
  /**
   * What has to be done for other contents of the same shape; `undefined` if they are there already. The writes take
   * effect between the submissions before and those after, and nothing else may be written in between.
   *
   * @returns does it; throws FramerailError `E_GPU_BUDGET`, `E_GPU_OUT_OF_MEMORY`, `E_GPU_VALIDATION`,
   *   `E_GPU_INTERNAL` if there is no room for more, and `E_INVALID_ARGUMENT` for pictures whose memory is gone; then
   *   what was there is there still
   */
  changeTo(contents: TableContents): (() => Promise<void>) | undefined;
  destroy(): void;
}

/** What {@link createTablesBuffer} takes. */
export interface TablesBufferOptions {
  readonly host: GpuHost;
  readonly label: string;
  readonly contents: TableContents;
}

/** A part as it lies on the GPU. */
interface WrittenPart {
  /** Weak, lest pictures live as long as pipelines. */
  readonly key: WeakRef<object> | string;
  readonly start: number;
  readonly length: number;
  /** Its words, where they had to be made: parts of another key may differ in few of them. */
  readonly words: Uint32Array<ArrayBuffer> | undefined;
}

interface Written {
  readonly head: Int32Array;
  readonly parts: readonly WrittenPart[];
}

/** Bytes for a place in the buffer. */
interface Change {
  readonly offset: number;
  /** The caller's memory, where it is a picture: it may be given away until it is sent. */
  readonly bytes: Uint8Array;
  readonly byteLength: number;
}

const NOTHING: Written = { head: new Int32Array(), parts: [] };

/**
 * Makes a buffer for tables and writes them.
 *
 * @throws FramerailError as {@link TablesBuffer.changeTo}'s writing
 */
export async function createTablesBuffer({
  host,
  label,
  contents,
}: TablesBufferOptions): Promise<TablesBuffer> {
  const { queue } = host.device;
  const make = async (size: number): Promise<GPUBuffer> => {
    const usage = GPU_USAGE.STORAGE | GPU_USAGE.COPY_DST;
    const { value, error } = withErrorScopes(host.device, ['validation', 'out-of-memory', 'internal'], () =>
      host.createBuffer({ label: `${label}: tables`, size, usage }),
    );
    const refusal = await error;
    if (refusal === undefined) return value;
    value.destroy();
    throw gpuError(refusal, `the tables of ${label}`);
  };
  const send = (target: GPUBuffer, changes: readonly Change[]): void => {
    for (const { bytes, byteLength } of changes)
      if (bytes.byteLength < byteLength)
        throw invalidArgument('picture', `the ${byteLength} bytes it was planned with`, bytes.byteLength);
    for (const { offset, bytes, byteLength } of changes)
      queue.writeBuffer(target, offset, bytes as Uint8Array<ArrayBuffer>, 0, byteLength);
  };

  let buffer = await make(contents.byteLength);
  let isDestroyed = false;
  let written: Written;

  const grow = async (asked: TableContents): Promise<void> => {
    const { next, changes } = compare(NOTHING, asked);
    const larger = await make(asked.byteLength);
    if (isDestroyed) {
      larger.destroy();
      return;
    }
    send(larger, changes);
    buffer.destroy();
    buffer = larger;
    written = next;
  };

  try {
    const { next, changes } = compare(NOTHING, contents);
    send(buffer, changes);
    written = next;
  } catch (error) {
    buffer.destroy();
    throw error;
  }
  return {
    get buffer() {
      return buffer;
    },
    changeTo(asked) {
      if (asked.byteLength > buffer.size) return () => grow(asked);
      const { next, changes } = compare(written, asked);
      if (changes.length === 0) {
        written = next;
        return undefined;
      }
      return async () => {
        send(buffer, changes);
        written = next;
      };
    },
    destroy() {
      isDestroyed = true;
      buffer.destroy();
    },
  };
}

/** What differs, and what is there once it is written. */
function compare(before: Written, { head, parts }: TableContents): { next: Written; changes: Change[] } {
  const changes: Change[] = [];
  const add = (offset: number, bytes: Uint8Array, byteLength = bytes.byteLength): void =>
    void changes.push({ offset, bytes, byteLength });
  const range = changedRange(before.head, head);
  if (range !== undefined) add(4 * range[0], bytesOf(head.subarray(...range)));
  const next = parts.map((part): WrittenPart => {
    const { key, start, length } = part;
    const old = before.parts.find((one) => one.start === start && one.length === length);
    if (old !== undefined && part.stays && keyOf(old) === key) return old;
    const known = { key: typeof key === 'string' ? key : new WeakRef(key), start, length };
    const offset = 4 * (head.length + start);
    if (part.bytes !== undefined) {
      add(offset, part.bytes, 4 * length);
      return { ...known, words: undefined };
    }
    const words = new Uint32Array(length);
    part.write(words);
    const changed = changedRange(old?.words ?? new Uint32Array(), words);
    if (changed !== undefined) add(offset + 4 * changed[0], bytesOf(words.subarray(...changed)));
    return { ...known, words };
  });
  return { next: { head, parts: next }, changes };
}

const keyOf = ({ key }: WrittenPart): object | string | undefined =>
  typeof key === 'string' ? key : key.deref();

/** From the first word that differs to behind the last; all of them where lengths do. */
function changedRange(
  before: Int32Array | Uint32Array,
  after: Int32Array | Uint32Array,
): [number, number] | undefined {
  if (before.length !== after.length) return [0, after.length];
  let first = 0;
  while (first < after.length && before[first] === after[first]) first += 1;
  if (first === after.length) return undefined;
  let end = after.length;
  while (before[end - 1] === after[end - 1]) end -= 1;
  return [first, end];
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array | Uint32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

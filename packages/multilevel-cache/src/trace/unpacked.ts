import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

/** What packed files begin with. */
const PACKINGS = [
  { magic: [0x1f, 0x8b], unpack: createGunzip },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], unpack: createZstdDecompress },
] as const;

/**
 * Unpacks a stream that is gzip or zstd by its first bytes, and hands on any other as it is.
 *
 * @param source - the bytes; ended when the reader stops
 */
export async function* unpacked(source: Readable): AsyncIterable<Uint8Array> {
  const { start, whole } = await peek(source, 4);
  const packing = PACKINGS.find(({ magic }) => magic.every((byte, index) => start[index] === byte));
  if (packing === undefined) {
    yield* whole;
    return;
  }
  const unpack = packing.unpack();
  const input = Readable.from(whole);
  input.on('error', (error) => unpack.destroy(error));
  try {
    yield* input.pipe(unpack);
  } finally {
    input.destroy();
    unpack.destroy();
  }
}

/**
 * Looks at the first bytes of a stream.
 *
 * @param chunks - the stream
 * @param bytes - how many to look at
 * @returns them, fewer if there are no more, and the stream from its start
 */
export async function peek(
  chunks: AsyncIterable<Uint8Array>,
  bytes: number,
): Promise<{ start: Uint8Array; whole: AsyncIterable<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let length = 0;
  while (length < bytes) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    first.push(value);
    length += value.length;
  }
  const start = Buffer.concat(first);
  async function* whole(): AsyncIterable<Uint8Array> {
    try {
      yield start;
      for (;;) {
        const { done, value } = await iterator.next();
        if (done === true) return;
        yield value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { start, whole: whole() };
}

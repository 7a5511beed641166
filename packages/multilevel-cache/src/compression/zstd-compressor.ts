import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { expectInteger, FramerailError, invalidArgument } from '@framerail/lifecycle';
import type { Compressor } from './compressor.js';

/** Options of {@link zstd}. */
export interface ZstdOptions {
  /** From 1, quick, to 22, small; default 3. */
  readonly level?: number | undefined;
  /**
   * Bytes that values of this cache are like, such as some of them in a row: makes small similar values much smaller.
   * What was packed with a dictionary can be read with that one only. Needs Node 24.6 or newer.
   */
  readonly dictionary?: Uint8Array | undefined;
}

/**
 * Packs with Zstandard, which Node has built in, on Node's thread pool.
 *
 * @param options - level and dictionary
 * @throws FramerailError `E_INVALID_ARGUMENT`; `E_UNSUPPORTED` for a dictionary where Node takes none
 */
export function zstd(options: ZstdOptions = {}): Compressor {
  const { level = 3, dictionary } = options;
  expectInteger('level', level, { min: 1, max: 22 });
  if (dictionary !== undefined) expectDictionary(dictionary);
  const shared = dictionary === undefined ? {} : { dictionary };
  const params = { [zlib.constants.ZSTD_c_compressionLevel]: level };
  return Object.freeze({
    name: 'zstd' as const,
    compress: (bytes: Uint8Array) => compress(bytes, { ...shared, params }),
    async decompress(packed: Uint8Array, rawBytes: number) {
      // At least one: Node takes no limit of 0.
      const raw = await decompress(packed, { ...shared, maxOutputLength: Math.max(1, rawBytes) });
      if (raw.byteLength === rawBytes) return raw;
      throw new FramerailError({
        code: 'E_CACHE_CORRUPT',
        message: `Expected ${rawBytes} bytes of what was packed but received ${raw.byteLength}`,
      });
    },
  });
}

const compress: (bytes: Uint8Array, options: zlib.ZstdOptions) => Promise<Uint8Array> = promisify(
  zlib.zstdCompress,
);
const decompress: (bytes: Uint8Array, options: zlib.ZstdOptions) => Promise<Uint8Array> = promisify(
  zlib.zstdDecompress,
);

function expectDictionary(dictionary: unknown): void {
  if (!(dictionary instanceof Uint8Array) || dictionary.byteLength < 8)
    throw invalidArgument('dictionary', 'a Uint8Array of 8 bytes or more', dictionary);
  // An older Node ignores the option: what it packs can then be unpacked without.
  const sample = Uint8Array.from({ length: 256 }, (_, index) => (index * 167) ^ (index >> 3));
  const probe = zlib.zstdCompressSync(sample, { dictionary: sample } as zlib.ZstdOptions);
  try {
    zlib.zstdDecompressSync(probe);
  } catch {
    return;
  }
  throw new FramerailError({
    code: 'E_UNSUPPORTED',
    message: `Expected a Node whose zlib takes dictionaries for Zstandard (24.6 or newer) but this is ${process.version}`,
  });
}

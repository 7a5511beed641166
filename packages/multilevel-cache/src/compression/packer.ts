import { expectInteger, expectObject, invalidArgument } from '@framerail/lifecycle';
import { expectShare } from '../cache/lifetime.js';
import type { StoredEntry } from '../tiers/byte-tier.js';
import type { CompressionOptions, Compressor } from './compressor.js';

/** Values of at least so many bytes are tried by a sample first. */
const SAMPLED_FROM = 65_536;
const SAMPLES = 4;
const SAMPLE_BYTES = 4096;

/** What a packer did. */
export interface PackerStats {
  /** Values that were packed. */
  readonly packed: number;
  /** Values that a sample showed not to shrink, which were left as they are. */
  readonly skipped: number;
  /** Values that were packed and hadn't shrunk enough, which were kept as they are. */
  readonly incompressible: number;
  /** Bytes of the packed values before. */
  readonly rawBytes: number;
  /** Bytes of the packed values after. */
  readonly packedBytes: number;
}

/** Packs what shrinks. Most of a video editor's bytes (encoded video) don't, so that is tried on a sample first. */
export class Packer {
  readonly #compressor: Compressor;
  readonly #minBytes: number;
  readonly #maxRatio: number;
  readonly #counts = { packed: 0, skipped: 0, incompressible: 0, rawBytes: 0, packedBytes: 0 };

  /** @throws FramerailError `E_INVALID_ARGUMENT` */
  constructor(options: CompressionOptions) {
    const { with: compressor, minBytes = 1024, maxRatio = 0.9 } = expectObject('compression', options);
    if (typeof compressor?.compress !== 'function')
      throw invalidArgument('compression.with', 'a compressor, such as zstd()', compressor);
    this.#compressor = compressor;
    this.#minBytes = expectInteger('compression.minBytes', minBytes, { min: 0 });
    this.#maxRatio = expectShare('compression.maxRatio', maxRatio);
  }

  /** Packs an entry if that makes it smaller. */
  async pack(entry: StoredEntry): Promise<StoredEntry> {
    const { bytes, meta } = entry;
    if (bytes.byteLength < this.#minBytes) return entry;
    if (bytes.byteLength >= SAMPLED_FROM && !(await this.#shrinks(sampleOf(bytes)))) {
      this.#counts.skipped += 1;
      return entry;
    }
    const packed = await this.#compressor.compress(bytes);
    if (packed.byteLength > bytes.byteLength * this.#maxRatio) {
      this.#counts.incompressible += 1;
      return entry;
    }
    this.#counts.packed += 1;
    this.#counts.rawBytes += bytes.byteLength;
    this.#counts.packedBytes += packed.byteLength;
    return { bytes: packed, meta: { ...meta, compression: this.#compressor.name } };
  }

  /** Unpacks an entry. @throws for bytes that aren't what was packed */
  async unpack(entry: StoredEntry): Promise<StoredEntry> {
    const { bytes, meta } = entry;
    if (meta.compression === 'none') return entry;
    const raw = await this.#compressor.decompress(bytes, meta.rawBytes);
    return { bytes: raw, meta: { ...meta, compression: 'none' } };
  }

  /** What it did until now. */
  stats(): PackerStats {
    return Object.freeze({ ...this.#counts });
  }

  async #shrinks(sample: Uint8Array): Promise<boolean> {
    const packed = await this.#compressor.compress(sample);
    return packed.byteLength <= sample.byteLength * this.#maxRatio;
  }
}

/** Pieces from all over the value, since headers shrink where the rest doesn't. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  const sample = new Uint8Array(SAMPLES * SAMPLE_BYTES);
  const step = (bytes.byteLength - SAMPLE_BYTES) / (SAMPLES - 1);
  for (let index = 0; index < SAMPLES; index += 1) {
    const from = Math.floor(index * step);
    sample.set(bytes.subarray(from, from + SAMPLE_BYTES), index * SAMPLE_BYTES);
  }
  return sample;
}

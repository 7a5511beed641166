import type { CompressionOptions } from '../compression/compressor.js';
import { Packer, type PackerStats } from '../compression/packer.js';
import type { StoredEntry } from '../tiers/byte-tier.js';

/** Packs what goes to a tier, if it was told how, and unpacks what comes from it. */
export class LanePacking {
  readonly #packer: Packer | undefined;
  readonly #onFailure: (error: unknown) => void;

  /**
   * @param options - `undefined`: nothing is packed
   * @param onFailure - hears of a compressor that failed
   */
  constructor(options: CompressionOptions | undefined, onFailure: (error: unknown) => void) {
    this.#packer = options === undefined ? undefined : new Packer(options);
    this.#onFailure = onFailure;
  }

  /** Whether entries may have to be unpacked. */
  get isOn(): boolean {
    return this.#packer !== undefined;
  }

  /** The entry as the tier gets it; as it is where packing it failed. */
  async pack(entry: StoredEntry): Promise<StoredEntry> {
    try {
      return this.#packer === undefined ? entry : await this.#packer.pack(entry);
    } catch (error) {
      this.#onFailure(error);
      return entry;
    }
  }

  /**
   * An entry as it was before it was packed.
   *
   * @param stored - what the tier has
   * @param onCorrupt - called when its bytes aren't what was packed
   * @returns `undefined` if that can't be had; also when it was packed by a cache that had a compressor, and this one has none
   */
  async unpack(stored: StoredEntry, onCorrupt?: () => void): Promise<StoredEntry | undefined> {
    if (stored.meta.compression === 'none') return stored;
    try {
      return await this.#packer?.unpack(stored);
    } catch (error) {
      if (onCorrupt === undefined) return undefined;
      this.#onFailure(error);
      onCorrupt();
      return undefined;
    }
  }

  /** What it did until now; `undefined` if nothing is packed. */
  stats(): PackerStats | undefined {
    return this.#packer?.stats();
  }
}

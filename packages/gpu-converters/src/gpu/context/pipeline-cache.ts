import { compileShader, type ShaderSource } from '../compile-shader.js';
import type { PipelineCacheStats } from './gpu-context.js';

/** Keeps the pipelines of one device, found by the text of their shaders; the one not used for longest goes first. */
export class PipelineCache {
  readonly #maxSize: number;
  // The order of a Map is the order of use: a hit is put in again at the end.
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();
  #hits = 0;
  #misses = 0;
  #evictions = 0;

  /** @param maxSize - pipelines, 1 or more */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** Gives a pipeline, compiling it unless it is there or on its way. Failures are not kept. */
  get(device: GPUDevice, source: ShaderSource): Promise<GPUComputePipeline> {
    const key = `${source.entryPoint ?? 'main'}\n${source.code}`;
    const known = this.#pipelines.get(key);
    if (known !== undefined) {
      this.#hits += 1;
      this.#pipelines.delete(key);
      this.#pipelines.set(key, known);
      return known;
    }
    this.#misses += 1;
    const made = compileShader(device, source);
    this.#pipelines.set(key, made);
    made.catch(() => {
      if (this.#pipelines.get(key) === made) this.#pipelines.delete(key);
    });
    if (this.#pipelines.size > this.#maxSize) {
      const [oldest] = this.#pipelines.keys();
      this.#pipelines.delete(oldest as string);
      this.#evictions += 1;
    }
    return made;
  }

  /** Forgets all: they are of no use on another device. */
  clear(): void {
    this.#pipelines.clear();
  }

  /** An immutable snapshot. */
  stats(): PipelineCacheStats {
    return Object.freeze({
      size: this.#pipelines.size,
      maxSize: this.#maxSize,
      hits: this.#hits,
      misses: this.#misses,
      evictions: this.#evictions,
    });
  }
}

import { abortable } from '@framerail/lifecycle';
import type { BackendPlan } from '../backends/backend.js';
import { planShape } from '../plan/plan-shape.js';
import type { CompiledShape } from './compiled-shape.js';

/** What a {@link ShapeCache} is made of. */
export interface ShapeCacheOptions {
  /** Shapes that are kept, 1 or more. */
  readonly maxShapes: number;
  /** Bytes that they may keep, together. */
  readonly maxBytes: number;
  /** Compiles a plan's shape. */
  readonly compile: (plan: BackendPlan) => Promise<CompiledShape>;
}

interface Place {
  readonly made: Promise<CompiledShape>;
  /** Set when it is made. */
  shape: CompiledShape | undefined;
  /** That it keeps: pictures may be larger than the first frame's. */
  bytes: number;
  /** Frames that use it; it isn't closed meanwhile. */
  users: number;
  /** Whether it is to be closed when nobody uses it any more. */
  isForgotten: boolean;
}

/**
 * Compiled work by shape, the least recently used given up first. One more than the limits allow is there only while
 * frames use all of them, and the latest one stays whatever its size.
 */
export class ShapeCache {
  readonly #options: ShapeCacheOptions;
  /** In the order of their last use. */
  readonly #places = new Map<string, Place>();
  readonly #closing = new Set<Promise<void>>();
  #hits = 0;
  #misses = 0;
  #evictions = 0;

  constructor(options: ShapeCacheOptions) {
    this.#options = options;
  }

  /** Has work done with a plan's shape, compiled first if need be. Others may use the same shape meanwhile. */
  async use<T>(
    plan: BackendPlan,
    signal: AbortSignal,
    work: (shape: CompiledShape) => Promise<T>,
  ): Promise<T> {
    const place = this.#place(planShape(plan), plan);
    place.users += 1;
    try {
      const shape = await abortable(place.made, signal, 'Waiting for the compiling of a shape');
      place.bytes = Math.max(place.bytes, shape.bytesFor(plan));
      return await work(shape);
    } finally {
      place.users -= 1;
      if (place.isForgotten && place.users === 0) this.#close(place);
      this.#evict();
    }
  }

  /** The shape of a plan if it is compiled; doesn't count as a use. */
  peek(plan: BackendPlan): CompiledShape | undefined {
    return this.#places.get(planShape(plan))?.shape;
  }

  /** All compiled shapes, the least recently used first. */
  shapes(): readonly CompiledShape[] {
    return [...this.#places.values()].flatMap(({ shape }) => (shape === undefined ? [] : [shape]));
  }

  /** That all compiled shapes keep. */
  get bytes(): number {
    return [...this.#places.values()].reduce((sum, place) => sum + place.bytes, 0);
  }

  stats(): { readonly hits: number; readonly misses: number; readonly evictions: number } {
    return { hits: this.#hits, misses: this.#misses, evictions: this.#evictions };
  }

  /** Has every shape compiled anew when it is next needed; frames under way end with what they began with. */
  forget(): void {
    for (const [key, place] of this.#places) {
      this.#places.delete(key);
      if (place.users === 0) this.#close(place);
      else place.isForgotten = true;
    }
  }

  /** Gives everything up; call it when nothing is in use. */
  async close(): Promise<void> {
    for (const [key, place] of this.#places) this.#giveUp(key, place);
    await Promise.all(this.#closing);
  }

  #place(key: string, plan: BackendPlan): Place {
    const known = this.#places.get(key);
    if (known !== undefined) {
      this.#hits += 1;
      this.#places.delete(key);
      this.#places.set(key, known);
      return known;
    }
    this.#misses += 1;
    const place: Place = {
      made: this.#options.compile(plan),
      shape: undefined,
      bytes: 0,
      users: 0,
      isForgotten: false,
    };
    this.#places.set(key, place);
    place.made.then(
      (shape) => {
        place.shape = shape;
        place.bytes = shape.bytesFor(plan);
      },
      () => {
        // The next frame tries again.
        if (this.#places.get(key) === place) this.#places.delete(key);
      },
    );
    return place;
  }

  #evict(): void {
    const { maxShapes, maxBytes } = this.#options;
    let count = this.#places.size;
    let { bytes } = this;
    for (const [key, place] of [...this.#places].slice(0, -1)) {
      if (count <= maxShapes && bytes <= maxBytes) return;
      if (place.users > 0) continue;
      count -= 1;
      bytes -= place.bytes;
      this.#evictions += 1;
      this.#giveUp(key, place);
    }
  }

  #giveUp(key: string, place: Place): void {
    this.#places.delete(key);
    this.#close(place);
  }

  #close(place: Place): void {
    const closing = place.made.then(
      ({ line }) => line.close(),
      () => {},
    );
    this.#closing.add(closing);
    closing.finally(() => this.#closing.delete(closing)).catch(() => {});
  }
}

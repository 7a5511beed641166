import { type FrameLayout, frameLayout, PIXEL_FORMATS, type PixelFormat } from '@framerail/media-types';
import { exactClassBytes, MIN_EXACT_BYTES, sizeClassBytes } from './size-class.js';

/** 720p, 1080p, UHD, DCI 4K, 8K. */
const STANDARD_SIDES = [
  [1280, 720],
  [1920, 1080],
  [3840, 2160],
  [4096, 2160],
  [7680, 4320],
] as const;

/** Layouts that a pool learns while it runs; the one learnt first is forgotten for one more. */
const MAX_LEARNT = 1024;

/** Classes of frames that are usual: tightly packed, in every format. */
const STANDARD_CLASSES: ReadonlySet<number> = /* @__PURE__ */ standardClasses();

/** The classes of a pool: four a doubling, and one for each size of frame that is usual, registered or was asked for. */
export class FrameClasses {
  readonly #registered: ReadonlySet<number>;
  readonly #learnt = new Set<number>();
  readonly #maxBytes: number;
  #lastBytes = 0;
  #lastIsFrame = false;
  #lastClass = 0;

  /**
   * @param layouts - frames that get classes of their own
   * @param maxBytes - the largest block there can be
   */
  constructor(layouts: readonly FrameLayout[], maxBytes: number) {
    this.#registered = new Set(layouts.map(({ byteLength }) => exactClassBytes(byteLength)));
    this.#maxBytes = maxBytes;
  }

  /**
   * Bytes of the block that a request takes.
   *
   * @param byteLength - bytes, 1 to `maxBytes`
   * @param isFrame - whether the size is a frame's, which gets a class of its own; others of the same size use it too
   */
  classBytes(byteLength: number, isFrame: boolean): number {
    if (byteLength === this.#lastBytes && isFrame === this.#lastIsFrame) return this.#lastClass;
    const classBytes = this.#find(byteLength, isFrame);
    this.#lastBytes = byteLength;
    this.#lastIsFrame = isFrame;
    this.#lastClass = classBytes;
    return classBytes;
  }

  #find(byteLength: number, isFrame: boolean): number {
    if (byteLength >= MIN_EXACT_BYTES) {
      const exactBytes = exactClassBytes(byteLength);
      if (exactBytes <= this.#maxBytes && (this.#knows(exactBytes) || (isFrame && this.#learn(exactBytes))))
        return exactBytes;
    }
    const classBytes = sizeClassBytes(byteLength);
    // The last class may reach beyond the budget though the request doesn't.
    return classBytes <= this.#maxBytes ? classBytes : byteLength;
  }

  #knows(exactBytes: number): boolean {
    return (
      STANDARD_CLASSES.has(exactBytes) || this.#registered.has(exactBytes) || this.#learnt.has(exactBytes)
    );
  }

  #learn(exactBytes: number): true {
    const [first] = this.#learnt;
    if (first !== undefined && this.#learnt.size >= MAX_LEARNT) this.#learnt.delete(first);
    this.#learnt.add(exactBytes);
    return true;
  }
}

function standardClasses(): ReadonlySet<number> {
  const formats = Object.keys(PIXEL_FORMATS) as PixelFormat[];
  return new Set(
    STANDARD_SIDES.flatMap(([width, height]) =>
      formats.map((format) => exactClassBytes(frameLayout({ format, width, height }).byteLength)),
    ),
  );
}

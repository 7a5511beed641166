import type { ColorSpace, TransferCharacteristics } from '@framerail/media-types';
import { isIdentity } from './curve-tables.js';
import { isIdentityPlace, mergePlaces, type Size } from './place.js';
import type { PreparedOperation, PreparedPlace, WorkDepth } from './prepared-operation.js';

/** What codes mean while operations work on them. */
export interface WorkingColor {
  /** For operations on light. */
  readonly transfer: TransferCharacteristics;
  /** Whose luma weighs R, G and B. */
  readonly matrix: Exclude<ColorSpace['matrix'], 'rgb'>;
}

/** What a {@link Chain} starts with. */
export interface ChainStart extends Size {
  readonly depth: WorkDepth;
  readonly color: WorkingColor;
}

/** Prepared steps in the making: knows the size and depth after them, drops what changes nothing, merges places. */
export class Chain {
  /** Of the codes that operations work on. */
  readonly color: WorkingColor;
  readonly #start: ChainStart;
  #steps: PreparedOperation[] = [];
  /** Size before each step. */
  #sizes: Size[] = [];
  #size: Size;
  #depth: WorkDepth;

  constructor(start: ChainStart) {
    this.#start = start;
    this.#size = { width: start.width, height: start.height };
    this.#depth = start.depth;
    this.color = start.color;
  }

  /** Columns after the steps so far. */
  get width(): number {
    return this.#size.width;
  }

  /** Rows after the steps so far. */
  get height(): number {
    return this.#size.height;
  }

  /** Bits of a channel after the steps so far. */
  get depth(): WorkDepth {
    return this.#depth;
  }

  /** What has been pushed, less what was dropped or merged. */
  get steps(): readonly PreparedOperation[] {
    return this.#steps;
  }

  /** Adds steps. */
  push(...steps: readonly PreparedOperation[]): void {
    for (const step of steps) this.#add(step);
  }

  /** Forgets all pixels so far: the step that comes gives every one of them anew. */
  replacePixels(makeStep: (depth: WorkDepth) => PreparedPlace): void {
    const [size, depth] = [this.#start, this.#start.depth];
    this.#steps = [];
    this.#sizes = [];
    this.#size = { width: size.width, height: size.height };
    this.#depth = depth;
    this.#append(makeStep(depth));
  }

  #add(step: PreparedOperation): void {
    if (step.type === 'place') this.#addPlace(step);
    else if (step.type !== 'curves') this.#append(step);
    else if (!isIdentity(step)) {
      this.#append(step);
      this.#depth = step.to;
    }
  }

  #addPlace(step: PreparedPlace): void {
    const last = this.#steps.at(-1);
    const before = this.#sizes.at(-1);
    const merged =
      last?.type === 'place' && before !== undefined ? mergePlaces(last, step, before) : undefined;
    if (merged === undefined || before === undefined) {
      if (!isIdentityPlace(step, this.#size)) this.#append(step);
      return;
    }
    this.#steps.pop();
    this.#sizes.pop();
    this.#size = before;
    if (!isIdentityPlace(merged, before)) this.#append(merged);
  }

  #append(step: PreparedOperation): void {
    this.#steps.push(step);
    this.#sizes.push(this.#size);
    if ('width' in step) this.#size = { width: step.width, height: step.height };
  }
}

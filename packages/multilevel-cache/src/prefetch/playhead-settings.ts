import { expectInteger, expectNumber, expectObject, invalidArgument } from '@framerail/lifecycle';
import type { LoopRange, PlayheadOptions } from './playhead-options.js';

const DEFAULT_WINDOW = 240;
const DEFAULT_CONCURRENCY = 8;
const MAX_CONCURRENCY = 1024;

/** The options of a playhead, checked. */
export interface PlayheadSettings<K, V> {
  readonly length: number;
  readonly keyAt: (position: number) => K | undefined;
  readonly loader: PlayheadOptions<K, V>['loader'];
  readonly window: number;
  readonly concurrency: number;
  /** `Infinity`: as many as playheads may have. */
  readonly maxBytes: number;
  /** As the user gave them. */
  readonly given: PlayheadOptions<K, V>;
}

/** @throws FramerailError `E_INVALID_ARGUMENT` */
export function playheadSettings<K, V>(options: PlayheadOptions<K, V>): PlayheadSettings<K, V> {
  expectObject('options', options, 'options { length, keyAt, loader, … }');
  const { length, keyAt, loader, maxBytes } = options;
  const { window = DEFAULT_WINDOW, concurrency = DEFAULT_CONCURRENCY } = options;
  if (typeof keyAt !== 'function') throw invalidArgument('keyAt', 'a function', keyAt);
  if (typeof loader !== 'function') throw invalidArgument('loader', 'a function', loader);
  return {
    length: expectInteger('length', length, { min: 1 }),
    keyAt,
    loader,
    window: expectInteger('window', window, { min: 1 }),
    concurrency: expectInteger('concurrency', concurrency, { min: 1, max: MAX_CONCURRENCY }),
    maxBytes:
      maxBytes === undefined ? Number.POSITIVE_INFINITY : expectInteger('maxBytes', maxBytes, { min: 1 }),
    given: options,
  };
}

/** Takes a position into the film. @throws FramerailError `E_INVALID_ARGUMENT` */
export function expectPosition(position: unknown, length: number): number {
  const number = expectNumber('position', position);
  return Math.min(
    Math.max(0, number),
    Number.isInteger(number) ? length - 1 : length - Number.EPSILON * length,
  );
}

/** @throws FramerailError `E_INVALID_ARGUMENT` */
export function expectLoop(loop: LoopRange | null, length: number): LoopRange | undefined {
  if (loop === null) return undefined;
  const { start, end } = expectObject('loop', loop, 'a loop { start, end }, or null');
  expectInteger('loop.start', start, { min: 0, max: length - 1 });
  expectInteger('loop.end', end, { min: start, max: length - 1 });
  return { start, end };
}

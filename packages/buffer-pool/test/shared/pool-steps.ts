import fc from 'fast-check';

/** What is done to a pool that three threads use. */
export type Step =
  | {
      readonly kind: 'acquire';
      readonly by: number;
      readonly pages: number;
      readonly priority: number;
      readonly timeoutMs: number;
    }
  | { readonly kind: 'tryAcquire'; readonly by: number; readonly pages: number; readonly priority: number }
  | { readonly kind: 'release' | 'retain' | 'abort'; readonly which: number }
  | { readonly kind: 'advance'; readonly byMs: number }
  | { readonly kind: 'limit'; readonly pages: number }
  | { readonly kind: 'trim' | 'flush' | 'die' | 'detach'; readonly by: number };

/** What a pool cuts its memory into. */
export const PAGE_BYTES = 4096;
/** Pages of the pool that the steps are for. */
export const PAGES = 40;
/** Threads that use it. */
export const MEMBERS = 3;
/** Milliseconds of waiting that count as 1 of priority. */
export const AGING_MS = 10;

const by = fc.nat(MEMBERS - 1);
// Sizes of classes, so that the model needs no classes.
const pages = fc.oneof(
  fc.constantFrom(1, 2, 3, 4, 5, 6),
  fc.constantFrom(7, 8, 10, 12, 14, 16, 20, 24, 28, 32, PAGES),
);
const priority = fc.integer({ min: -3, max: 3 });

/** Any step. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('acquire' as const),
      by,
      pages,
      priority,
      timeoutMs: fc.constantFrom(0, 5, 20, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('tryAcquire' as const), by, pages, priority }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'release' as const,
        'release' as const,
        'release' as const,
        'retain' as const,
        'abort' as const,
      ),
      which: fc.nat(20),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), byMs: fc.integer({ min: 1, max: 15 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('limit' as const), pages: fc.nat(PAGES) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('trim' as const, 'flush' as const, 'die' as const, 'detach' as const),
      by,
    }),
  },
);

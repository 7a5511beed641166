import { expectInteger, expectObject, invalidArgument, throwIfAborted } from '@framerail/lifecycle';
import type { MemoryTier } from '../tiers/memory/memory-tier.js';
import type { PlayheadHost } from './playhead-host.js';
import type { PrefetchLoader, PrefetchOptions, PrefetchOutcome } from './prefetch-options.js';

const DEFAULT_CONCURRENCY = 8;
const MAX_CONCURRENCY = 1024;

/** What prefetching needs of its cache. */
export interface PrefetchParts<K, V> extends Pick<PlayheadHost<K, V>, 'nameOf' | 'isLoading' | 'bring'> {
  readonly memory: MemoryTier<V> | undefined;
  /** Brings what a tier below has to memory. @returns whether one has it */
  readonly raise: (name: string) => Promise<boolean>;
}

/**
 * Brings keys to memory, in order, some at once.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_ABORTED`, and what `keys` throws
 */
export async function prefetchKeys<K, V>(
  parts: PrefetchParts<K, V>,
  keys: Iterable<K> | AsyncIterable<K>,
  loader: PrefetchLoader<K, V> | undefined,
  options: PrefetchOptions,
): Promise<PrefetchOutcome> {
  const { memory, nameOf, isLoading } = parts;
  const { concurrency = DEFAULT_CONCURRENCY, maxBytes, signal } = expectObject('options', options);
  expectInteger('concurrency', concurrency, { min: 1, max: MAX_CONCURRENCY });
  if (loader !== undefined && typeof loader !== 'function')
    throw invalidArgument('loader', 'a function', loader);
  const most =
    maxBytes === undefined
      ? (memory?.maxBytes ?? Number.POSITIVE_INFINITY) / 2
      : expectInteger('maxBytes', maxBytes, { min: 1 });
  throwIfAborted(signal, 'Prefetching');
  const counts = { present: 0, fetched: 0, failed: 0, isCutShort: false };
  const source = iteratorOf(keys);
  let bytes = 0;
  let isOver = false;
  const work = async (): Promise<void> => {
    while (!isOver) {
      const next = await source.next();
      throwIfAborted(signal, 'Prefetching');
      if (next.done === true || isOver) return;
      if (bytes >= most) {
        counts.isCutShort = true;
        return;
      }
      const key = next.value;
      const name = nameOf(key);
      if (memory?.find(name) !== undefined || isLoading(name)) {
        counts.present += 1;
        continue;
      }
      const isFetched = await bring(parts, key, name, loader, options);
      throwIfAborted(signal, 'Prefetching');
      counts[isFetched ? 'fetched' : 'failed'] += 1;
      bytes += memory?.find(name)?.bytes ?? 0;
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, work));
  } finally {
    isOver = true;
    await source.return?.();
  }
  return Object.freeze(counts);
}

async function bring<K, V>(
  { bring: load, raise }: PrefetchParts<K, V>,
  key: K,
  name: string,
  loader: PrefetchLoader<K, V> | undefined,
  options: PrefetchOptions,
): Promise<boolean> {
  try {
    if (loader === undefined) return await raise(name);
    await load(key, name, loader, options);
    return true;
  } catch {
    return false;
  }
}

function iteratorOf<K>(keys: Iterable<K> | AsyncIterable<K>): AsyncIterator<K> | Iterator<K> {
  const given = keys as Partial<Iterable<K> & AsyncIterable<K>> | undefined;
  const iterator = given?.[Symbol.asyncIterator]?.() ?? given?.[Symbol.iterator]?.();
  if (iterator === undefined || typeof keys === 'string')
    throw invalidArgument('keys', 'a list of keys, or something else to go through', keys);
  return iterator;
}

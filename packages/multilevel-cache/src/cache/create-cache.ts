import {
  createEmitter,
  expectInteger,
  expectObject,
  invalidArgument,
  systemClock,
} from '@framerail/lifecycle';
import { ClassBook } from '../analytics/class-book.js';
import { KeyLog } from '../analytics/key-log.js';
import { bytesCodec } from '../codecs/bytes.js';
import type { Codec } from '../codecs/codec.js';
import { wTinyLfu } from '../eviction/w-tinylfu.js';
import { Failures } from '../flight/failures.js';
import { checkReaderOptions } from '../prefetch/readers.js';
import { PromotionRules } from '../promotion/promotion-rule.js';
import type { ByteTier } from '../tiers/byte-tier.js';
import type { MemoryTierSpec } from '../tiers/memory/memory-options.js';
import { MemoryTier } from '../tiers/memory/memory-tier.js';
import { TierLane } from '../write/tier-lane.js';
import { type TierOptions, tierSettings } from '../write/tier-options.js';
import type { Cache, CacheEvents } from './cache.js';
import { CacheTime } from './cache-time.js';
import type { CacheOptions } from './create-options.js';
import { expectDuration, expectShare } from './lifetime.js';
import { MultilevelCache } from './multilevel-cache.js';
import { TierStack } from './tier-stack.js';

/**
 * Makes a cache of several tiers. They are opened at the first call that needs them, or by `open`.
 *
 * @param options - the tiers, and how values and keys are kept
 * @throws FramerailError `E_INVALID_ARGUMENT` for options that are wrong
 */
export function createCache<K = string, V = Uint8Array>(options: CacheOptions<K, V>): Cache<K, V> {
  expectObject('options', options, 'options { tiers, … }');
  const { name = 'cache', clock = systemClock, wallClock = Date.now, random = Math.random, keys } = options;
  const { codec = bytesCodec() as unknown as Codec<V>, promotion = 'always', classOf } = options;
  const { jitter = 0, loadTimeoutMs = 300_000, failureTtlMs = 0, trackedKeys = 16_384 } = options;
  const [spec, lower] = splitTiers(options.tiers);
  expectDuration('ttlMs', options.ttlMs);
  expectDuration('staleMs', options.staleMs, 0);
  expectShare('jitter', jitter);
  expectInteger('trackedKeys', trackedKeys, { min: 0, max: 2 ** 24 });
  if (typeof codec?.encode !== 'function' || typeof codec.decode !== 'function')
    throw invalidArgument('codec', 'a codec { name, encode, decode, sizeOf }', codec);
  if (keys !== undefined && typeof keys?.encode !== 'function')
    throw invalidArgument('keys', 'a codec { encode, decode }', keys);
  if (spec?.options.pool !== undefined && codec.name !== 'bytes')
    throw invalidArgument('codec', 'bytesCodec(), since the memory tier has a pool', codec);
  if (options.prefetch !== undefined) checkReaderOptions(options.prefetch, spec !== undefined);

  const time = new CacheTime(clock, wallClock);
  const log = new KeyLog(trackedKeys, () => time.now());
  const events = createEmitter<CacheEvents<K>>();
  const lanes = lower.map(
    (given, index) =>
      new TierLane(tierSettings(`tiers[${index + (spec === undefined ? 0 : 1)}]`, given), {
        clock,
        time,
        random,
        onFailure: (tier, error) => events.emit('tierError', { tier, error }),
        onState: (tier, state, error) => events.emit('tier', { tier, state, error }),
      }),
  );
  const rules = new PromotionRules(promotion, lanes.length + (spec === undefined ? 0 : 1));
  const { policy = wTinyLfu, maxBytes = 1, maxEntries } = spec?.options ?? {};
  const memory =
    spec &&
    new MemoryTier<V>({
      policy: policy({ maxBytes, maxEntries }),
      time,
      clock,
      onEvict: (key, entry) => stack.demoteFromMemory(key, entry),
      onGone: (key, _entry, uses) => log.add(key, uses),
    });
  const stack = new TierStack<V>({
    codec,
    memory: memory && spec && { tier: memory, options: spec.options },
    lanes,
    rules,
    time,
    random,
    log,
  });
  return new MultilevelCache<K, V>({
    name,
    codec,
    keys,
    memory,
    lanes,
    stack,
    rules,
    log,
    classes: classOf && new ClassBook(classOf),
    failures: new Failures(failureTtlMs === 0 ? 0 : expectDuration('failureTtlMs', failureTtlMs), () =>
      clock.now(),
    ),
    clock,
    time,
    random,
    lifetime: { ttlMs: options.ttlMs, staleMs: options.staleMs },
    jitter,
    readers: options.prefetch,
    loadTimeoutMs: expectDuration('loadTimeoutMs', loadTimeoutMs),
    events,
  });
}

function splitTiers(
  tiers: CacheOptions<never, never>['tiers'],
): [MemoryTierSpec | undefined, (ByteTier | TierOptions)[]] {
  if (!Array.isArray(tiers) || tiers.length === 0)
    throw invalidArgument('tiers', 'a list of at least one tier, such as memory({ maxBytes })', tiers);
  const [first, ...others] = tiers as CacheOptions<never, never>['tiers'];
  if (others.some(isMemory))
    throw invalidArgument(
      'tiers',
      'memory() only as the first tier; packedMemory() may stand below it',
      tiers,
    );
  return first !== undefined && isMemory(first)
    ? [first, others as (ByteTier | TierOptions)[]]
    : [undefined, tiers as (ByteTier | TierOptions)[]];
}

function isMemory(tier: MemoryTierSpec | ByteTier | TierOptions): tier is MemoryTierSpec {
  return typeof tier === 'object' && tier !== null && 'kind' in tier && tier.kind === 'memory';
}

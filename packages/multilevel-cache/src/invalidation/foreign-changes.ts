import type { KeyLog } from '../analytics/key-log.js';
import type { Flights } from '../flight/flights.js';
import type { TierEvents } from '../tiers/byte-tier.js';
import type { MemoryTier } from '../tiers/memory/memory-tier.js';
import type { TierLane } from '../write/tier-lane.js';

/** What may still have what others changed. */
export interface ForeignChangeParts<V> {
  readonly memory: MemoryTier<V> | undefined;
  readonly lanes: readonly TierLane[];
  readonly flights: Flights<V>;
  readonly log: KeyLog;
}

/**
 * Listens to tiers that hear of other processes: what these change goes from memory and from the tiers above, and what is
 * being looked for or loaded meanwhile is handed out but not kept, since it may be from before.
 */
export function followForeignChanges<V>(parts: ForeignChangeParts<V>): void {
  for (const [index, lane] of parts.lanes.entries())
    lane.tier.on('invalidated', (change) => {
      apply(change, parts, parts.lanes.slice(0, index));
      outdate(change, parts.lanes.slice(index));
    });
}

/** What was made of what was known before goes neither into the tier that told of the change nor into those below. */
function outdate(
  { keys = [], tags = [], everything }: TierEvents['invalidated'],
  lanes: readonly TierLane[],
): void {
  for (const [index, lane] of lanes.entries()) {
    const tagged = everything ? lane.pendingKeys() : tags.flatMap((tag) => lane.pendingKeys(tag));
    for (const key of [...keys, ...tagged]) {
      // The tier that tells of changes looks after itself.
      if (lane.outdate(key) && index > 0) void lane.write(key, undefined);
    }
  }
}

function apply<V>(
  { keys = [], tags = [], everything = false }: TierEvents['invalidated'],
  { memory, flights, log }: ForeignChangeParts<V>,
  above: readonly TierLane[],
): void {
  if (everything) {
    flights.disownAll();
    memory?.clear();
    for (const lane of above) void lane.clear();
    return;
  }
  for (const key of keys) {
    flights.disown(key);
    memory?.delete(key);
    for (const lane of above) void lane.write(key, undefined);
    log.note(key, 'changed by another process');
  }
  for (const tag of tags) {
    flights.disownTag(tag);
    memory?.deleteByTag(tag);
    for (const lane of above) void lane.deleteByTag(tag);
  }
}

import { demand } from '@framerail/lifecycle/testing';
import type { EvictionPolicy, OnEvict } from '../eviction/eviction-policy.js';

/** A policy under test, and beside it what it must hold by all that was said to it and by it. */
export interface EvictionLedger {
  /** The policy itself. */
  readonly policy: EvictionPolicy<string>;
  /** What it must hold: weights and slots by key. */
  readonly held: ReadonlyMap<string, { readonly bytes: number; readonly slot: number }>;
  /** Keys that it let go, in order. */
  readonly gone: readonly string[];
  /** Calls `set`, and demands that its answer and what it let go agree. @returns whether it is kept */
  set(key: string, bytes: number, cost?: number): boolean;
  /** Calls `touch`, and `set` if the entry isn't there. @returns whether it was there */
  use(key: string, bytes: number): boolean;
  /** Calls `delete`, and demands its answer. */
  delete(key: string): void;
  /** Calls `pin`, and demands its answer. */
  pin(key: string): void;
  /** Calls `unpin`. */
  unpin(key: string): void;
  /** Calls `resize`. */
  resize(maxBytes: number): void;
  /** Calls `clear`. */
  clear(): void;
  /** Demands that the policy holds what it must, and no more than it may. */
  check(): void;
}

/** Opens a ledger over an empty policy. */
export function openLedger(policy: EvictionPolicy<string>): EvictionLedger {
  const held = new Map<string, { bytes: number; slot: number }>();
  const pins = new Map<string, number>();
  const gone: string[] = [];
  /** The key that is being set, which may be let go without having been held. */
  let arriving: string | undefined;

  const evict: OnEvict<string> = (key, bytes, slot) => {
    const entry = held.get(key);
    gone.push(key);
    if (key === arriving) arriving = undefined;
    else {
      demand(entry !== undefined, `only entries to be let go that were held, not ${JSON.stringify(key)}`);
      demand(!pins.has(key), `no pinned entry to be let go, not ${JSON.stringify(key)}`);
      demand(entry.bytes === bytes, `${key} to be let go with its ${entry.bytes} bytes, not ${bytes}`);
      demand(entry.slot === slot, `${key} to be let go from its slot ${entry.slot}, not ${slot}`);
    }
    held.delete(key);
    pins.delete(key);
  };

  return {
    policy,
    held,
    gone,
    set(key, bytes, cost = 0) {
      arriving = key;
      const slot = policy.set(key, bytes, cost, evict);
      const isRefused = arriving === undefined;
      arriving = undefined;
      demand((slot === 0) === isRefused, `the answer ${slot} of set(${key}) and its call of evict to agree`);
      if (slot !== 0) held.set(key, { bytes, slot });
      return slot !== 0;
    },
    use(key, bytes) {
      const slot = policy.touch(key);
      demand(
        slot === (held.get(key)?.slot ?? 0),
        `touch(${key}) to give ${held.get(key)?.slot ?? 0}, not ${slot}`,
      );
      if (slot === 0) this.set(key, bytes);
      return slot !== 0;
    },
    delete(key) {
      const slot = held.get(key)?.slot ?? 0;
      demand(policy.delete(key) === slot, `delete(${key}) to give the slot it had, ${slot}`);
      held.delete(key);
      pins.delete(key);
    },
    pin(key) {
      demand(policy.pin(key) === held.has(key), `pin(${key}) to say whether the entry is there`);
      if (held.has(key)) pins.set(key, (pins.get(key) ?? 0) + 1);
    },
    unpin(key) {
      const count = pins.get(key) ?? 0;
      if (count > 1) pins.set(key, count - 1);
      else pins.delete(key);
      policy.unpin(key, evict);
    },
    resize: (maxBytes) => policy.resize(maxBytes, evict),
    clear() {
      policy.clear();
      held.clear();
      pins.clear();
    },
    check() {
      const { bytes, size, maxBytes, maxEntries } = policy;
      const sum = [...held.values()].reduce((total, entry) => total + entry.bytes, 0);
      demand(bytes === sum, `${sum} bytes to be held, not ${bytes}`);
      demand(size === held.size, `${held.size} entries to be held, not ${size}`);
      demand(bytes <= maxBytes, `at most ${maxBytes} bytes to be held, not ${bytes}`);
      demand(size <= maxEntries, `at most ${maxEntries} entries to be held, not ${size}`);
      const keys = [...policy.keys()];
      demand(
        keys.length === held.size && new Set(keys).size === keys.length && keys.every((key) => held.has(key)),
        `keys() to name each entry once, not ${keys.join(', ')}`,
      );
      const slots = new Set([...held.values()].map(({ slot }) => slot));
      demand(slots.size === held.size, 'every entry to have a slot of its own');
      for (const [key, { slot }] of held) {
        demand(policy.has(key) && policy.find(key) === slot, `${key} to be found in its slot ${slot}`);
        demand(Number.isInteger(slot) && slot >= 1, `a slot of 1 or more, not ${slot}`);
      }
    },
  };
}

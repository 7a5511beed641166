import { demand } from '@framerail/lifecycle/testing';
import type { ObjectStore } from '../store/object-store.js';

/** What the cases of the contract are given. */
export interface StoreCase {
  readonly name: string;
  run(store: ObjectStore, limits: ContractLimits): Promise<void>;
}

/** How far the cases go. */
interface ContractLimits {
  /** Bytes of the largest blob; enough for the driver to do with it what it does with large ones. */
  readonly largeBytes: number;
  /** Picks contents and ranges. */
  readonly seed: number;
}

/** Demands that two things are written alike as JSON. */
export function demandSame(received: unknown, expected: unknown, what: string): void {
  const [one, other] = [JSON.stringify(received), JSON.stringify(expected)];
  demand(one === other, `${what} to be ${other}, not ${one}`);
}

/** Demands that bytes are the same. */
export function demandBytes(received: Uint8Array, expected: Uint8Array, what: string): void {
  demand(
    received.byteLength === expected.byteLength,
    `${what} to have ${expected.byteLength} bytes, not ${received.byteLength}`,
  );
  const at = Buffer.compare(received, expected) === 0 ? -1 : received.findIndex((b, i) => b !== expected[i]);
  demand(at === -1, `byte ${at} of ${what} to be ${expected[at]}, not ${received[at]}`);
}

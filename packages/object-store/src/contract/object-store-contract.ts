import type { ContractCase } from '@framerail/lifecycle/testing';
import type { ObjectStore } from '../store/object-store.js';
import { conditionCases } from './condition-cases.js';
import { failureCases } from './failure-cases.js';
import { infoCases } from './info-cases.js';
import { keyCases, nestedKeyCase } from './key-cases.js';
import { readingCases } from './reading-cases.js';

/** What {@link objectStoreContract} needs to know of a store. */
export interface ObjectStoreContractOptions {
  /** Makes an empty store, anew for each case; the case closes it. */
  createStore(): ObjectStore | Promise<ObjectStore>;
  /** Bytes of the largest blob, 600,000 or more: enough for the driver to do with it what it does with large ones. Default 12 MB. */
  readonly largeBytes?: number | undefined;
  /**
   * Whether `a` and `a/b` can be there at once, default true. S3-compatible servers that keep blobs as files of the keys'
   * own names can't do it, unless names are flat.
   */
  readonly nestedKeys?: boolean | undefined;
  /** Picks contents and ranges; default 1. */
  readonly seed?: number | undefined;
}

/**
 * What every {@link ObjectStore} must do, as cases for the test runner at hand:
 * `for (const { name, run } of objectStoreContract({ createStore })) test(name, run)`.
 *
 * @param options - how to make a store
 */
export function objectStoreContract(options: ObjectStoreContractOptions): readonly ContractCase[] {
  const { createStore, largeBytes = 12_000_000, nestedKeys = true, seed = 1 } = options;
  const cases = [...infoCases, ...readingCases, ...keyCases, ...conditionCases, ...failureCases];
  if (nestedKeys) cases.push(nestedKeyCase);
  return cases.map(({ name, run }) => ({
    name,
    async run() {
      await using store = await createStore();
      await run(store, { largeBytes, seed });
    },
  }));
}

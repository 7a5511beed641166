import type { ContractCase } from '@framerail/lifecycle/testing';
import type { TaskEngine } from '../engines/task-engine.js';
import { addingCases } from './engine-adding-cases.js';
import { askingCases } from './engine-asking-cases.js';
import { leaseCases } from './engine-lease-cases.js';
import { orderCases } from './engine-order-cases.js';
import { settlingCases } from './engine-settling-cases.js';
import { sharedCases } from './engine-shared-cases.js';

/** What {@link taskEngineContract} needs to know. */
export interface TaskEngineContractOptions {
  /** Makes an engine over an empty store of its own, anew for each case; the case opens and closes it. */
  createEngine(): TaskEngine | Promise<TaskEngine>;
  /** Makes two engines over one empty store, where the engine `isShared`; cases open and close both. */
  createPair?(): Promise<readonly [TaskEngine, TaskEngine]>;
}

/**
 * What every {@link TaskEngine} must do, as cases for the test runner at hand:
 * `for (const { name, run } of taskEngineContract({ createEngine })) test(name, run)`.
 *
 * @param options - how to make engines
 */
export function taskEngineContract(options: TaskEngineContractOptions): readonly ContractCase[] {
  const open = async (): Promise<TaskEngine> => {
    const engine = await options.createEngine();
    await engine.open();
    return engine;
  };
  const { createPair } = options;
  const openPair = async (): Promise<readonly [TaskEngine, TaskEngine]> => {
    const pair = await (createPair as NonNullable<typeof createPair>)();
    await Promise.all(pair.map((engine) => engine.open()));
    return pair;
  };
  return [
    ...addingCases(open),
    ...orderCases(open),
    ...settlingCases(open),
    ...leaseCases(open),
    ...askingCases(open),
    ...(createPair === undefined ? [] : sharedCases(openPair)),
  ];
}

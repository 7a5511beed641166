import type { ContractCase } from '@framerail/lifecycle/testing';
import type { TaskRunner } from '../workers/task-runner.js';
import { runnerEndCases } from './runner-end-cases.js';
import { runnerResourceCases } from './runner-resource-cases.js';
import { runnerResultCases } from './runner-result-cases.js';
import type { WithRunner } from './runner-samples.js';

/** What {@link taskRunnerContract} needs to know. */
export interface TaskRunnerContractOptions {
  /**
   * Makes a runner of `taskRunnerHandlers()`, anew for each case, which closes it. `workers`: how many it may have, where it has any;
   * `graceMs`: as its option.
   */
  createRunner(settings: {
    readonly workers: number;
    readonly graceMs: number;
  }): TaskRunner | Promise<TaskRunner>;
  /** Whether it can end a handler that doesn't heed its signal: `E_TASK_ENDED` rather than `E_TASK_ABANDONED`. */
  readonly endsHandlers: boolean;
}

/**
 * What every {@link TaskRunner} must do, as cases for the test runner at hand:
 * `for (const { name, run } of taskRunnerContract({ createRunner, endsHandlers })) test(name, run)`.
 *
 * @param options - how to make runners
 */
export function taskRunnerContract(options: TaskRunnerContractOptions): readonly ContractCase[] {
  const { createRunner, endsHandlers } = options;
  const withRunner: WithRunner =
    (test, { workers = 1, graceMs = 5000 } = {}) =>
    async () => {
      const runner = await createRunner({ workers, graceMs });
      try {
        await test(runner);
      } finally {
        await runner.close();
      }
    };
  return [
    ...runnerResultCases(withRunner),
    ...runnerResourceCases(withRunner),
    ...runnerEndCases(withRunner, endsHandlers),
  ];
}

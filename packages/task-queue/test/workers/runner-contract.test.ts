import { afterAll, beforeAll, describe, test } from 'vitest';
import { children } from '../../src/children.js';
import { inProcess } from '../../src/index.js';
import { taskRunnerContract, taskRunnerHandlers } from '../../src/testing.js';
import { threads } from '../../src/threads.js';
import { type WorkerFiles, workerFiles } from './worker-files.js';

let files: WorkerFiles;
let module = '';

beforeAll(async () => {
  files = await workerFiles();
  module = await files.bundle('contract-handlers');
});

afterAll(() => files[Symbol.asyncDispose]());

describe('in the process', () => {
  for (const { name, run } of taskRunnerContract({
    createRunner: ({ graceMs }) => inProcess(taskRunnerHandlers(), { graceMs }),
    endsHandlers: false,
  }))
    test(name, run);
});

describe('in threads', () => {
  for (const { name, run } of taskRunnerContract({
    createRunner: (settings) => threads({ module, ...files.program, ...settings }),
    endsHandlers: true,
  }))
    test(name, run);
});

describe('in child processes', () => {
  for (const { name, run } of taskRunnerContract({
    createRunner: (settings) => children({ module, ...files.program, ...settings }),
    endsHandlers: true,
  }))
    test(name, run);
});

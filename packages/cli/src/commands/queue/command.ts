import { Command } from 'commander';
import type { Run } from '../../command-line/run.js';
import { cancelCommand, retryCommand } from './change.js';
import { drainCommand } from './drain.js';
import { listCommand } from './list.js';
import { statusCommand } from './status.js';

/** `framerail queue`. */
export function queueCommand(run: Run): Command {
  const queue = new Command('queue').description('Looks into a task queue in a file, and steers it');
  for (const command of [statusCommand, listCommand, retryCommand, cancelCommand, drainCommand])
    queue.addCommand(withQueueOptions(command(run)).exitOverride());
  return queue;
}

/** What all of them take. */
function withQueueOptions(command: Command): Command {
  return command
    .requiredOption('--db <file>', 'file of the queue; others may be working with it')
    .option('--json', 'print one object on stdout')
    .option('--quiet', 'print nothing but errors and the result');
}

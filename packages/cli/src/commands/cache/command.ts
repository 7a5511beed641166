import { Command } from 'commander';
import type { Run } from '../../command-line/run.js';
import { simulateCommand } from './simulate.js';

/** `framerail cache`. */
export function cacheCommand(run: Run): Command {
  return new Command('cache')
    .description('Finds out what a cache would do')
    .addCommand(simulateCommand(run).exitOverride());
}

import { loadTrace, simulate, type TraceFormatName } from '@framerail/multilevel-cache/simulator';
import { Command } from 'commander';
import type { CommandContext, Outcome } from '../../command-line/context.js';
import { choiceParser } from '../../command-line/option-parsers.js';
import type { Run } from '../../command-line/run.js';
import { outcomeText } from './outcome-text.js';
import { parseSizes } from './sizes.js';

const FORMATS: readonly TraceFormatName[] = ['framerail', 'lirs', 'arc', 'oracleGeneral'];

interface SimulateArguments {
  readonly size: readonly number[];
  readonly format?: TraceFormatName;
  readonly ignoreSizes?: boolean;
}

/** `framerail cache simulate`. */
export function simulateCommand(run: Run): Command {
  return new Command('simulate')
    .description('Replays a trace with every eviction policy, beside one that knows the future')
    .argument('<trace>', `file of requests, plain, gz or zst: ${FORMATS.join(', ')}`)
    .requiredOption(
      '--size <sizes>',
      'sizes of the cache, such as 512MiB,1GiB; entries if those of the trace have no sizes',
      parseSizes,
    )
    .option(
      '--format <format>',
      'format of the trace, if its start does not tell',
      choiceParser('--format', FORMATS),
    )
    .option('--ignore-sizes', 'let every entry count as one')
    .option('--json', 'print one object on stdout')
    .option('--quiet', 'print nothing but errors and the result')
    .action(run(simulateTrace));
}

async function simulateTrace(
  { signal, say }: CommandContext,
  path: string,
  { size, format, ignoreSizes }: SimulateArguments,
): Promise<Outcome> {
  const trace = await loadTrace({ path, format, ignoreSizes, signal });
  say(`${trace.requests} requests of ${trace.entries} entries`);
  const outcome = await simulate({ trace, sizes: size, signal });
  return { json: outcome, text: outcomeText(outcome) };
}

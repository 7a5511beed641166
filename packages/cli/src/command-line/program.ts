import { FramerailError } from '@framerail/lifecycle';
import { Command, CommanderError } from 'commander';
import { cacheCommand } from '../commands/cache/command.js';
import { convertCommand } from '../commands/convert/command.js';
import { doctorCommand } from '../commands/doctor/command.js';
import { exportCommand } from '../commands/export/command.js';
import { probeCommand } from '../commands/probe/command.js';
import { queueCommand } from '../commands/queue/command.js';
import { EXIT_CODE_MEANINGS } from '../exit/exit-codes.js';
import { VERSION } from '../version.js';
import type { CommandContext, Outcome } from './context.js';
import type { Run } from './run.js';

/**
 * Parses the arguments, runs the command they name, and gives what it has to say.
 *
 * @param args - arguments after the program's name
 * @param context - streams, signals and environment
 * @returns the command's outcome; for help and version their text
 * @throws FramerailError `E_INVALID_ARGUMENT` for what can't be parsed, else what the command throws
 */
export async function runProgram(args: readonly string[], context: CommandContext): Promise<Outcome> {
  let outcome: Outcome | undefined;
  let printed = '';
  const program = new Command('framerail')
    .description('Exports, converts and inspects video')
    .version(VERSION, '-v, --version')
    .exitOverride()
    // Everything that commander would print becomes the outcome or the error, so that the caller prints once.
    .configureOutput({
      writeOut: (text) => (printed += text),
      writeErr: (text) => (printed += text),
      outputError: () => {},
    })
    .addHelpText('after', `\n${exitCodesHelp()}`);
  const run: Run =
    (action) =>
    async (...rest) => {
      outcome = await action(context, ...rest);
    };
  const commands = [exportCommand, convertCommand, probeCommand, cacheCommand, queueCommand, doctorCommand];
  for (const command of commands) adopt(program, command(run));
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { json: undefined, text: printed };
    throw usageError(error, printed);
  }
  return outcome ?? { json: undefined, text: printed };
}

/** A command inherits how errors are reported, and so do those below it. */
function adopt(parent: Command, command: Command): void {
  command.exitOverride().copyInheritedSettings(parent);
  for (const below of command.commands) below.copyInheritedSettings(command);
  parent.addCommand(command);
}

function usageError(error: CommanderError, printed: string): FramerailError {
  const isHelp = error.code === 'commander.help';
  const message = isHelp
    ? `Expected a command but received none\n\n${printed}`
    : `${error.message.replace(/^error: /, '')}; see framerail --help`;
  return new FramerailError({ code: 'E_INVALID_ARGUMENT', message, details: { reason: error.code } });
}

function exitCodesHelp(): string {
  const rows = EXIT_CODE_MEANINGS.map(({ code, meaning }) => `  ${String(code).padEnd(4)} ${meaning}`);
  return ['Exit codes:', ...rows].join('\n');
}

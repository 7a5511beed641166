import { isFramerailError } from '@framerail/lifecycle';
import { runProgram } from './command-line/program.js';
import { EXIT_CODES, exitCodeFor } from './exit/exit-codes.js';
import { watchSignals } from './exit/signals.js';
import { errorReport, errorText } from './output/error-text.js';
import { textStream } from './output/text-stream.js';

/**
 * Runs the command `framerail` in this process, with its arguments, streams and signals, and ends the process
 * with one of {@link EXIT_CODES}.
 *
 * @param args - arguments after the program's name; default: the process's
 */
export async function main(args: readonly string[] = process.argv.slice(2)): Promise<never> {
  const exitCode = await run(args);
  // Ends here although something may still be open: a GPU's driver keeps threads that nobody can close.
  process.exit(exitCode);
}

async function run(args: readonly string[]): Promise<number> {
  const [stdout, stderr] = [textStream(process.stdout), textStream(process.stderr)];
  const [json, quiet] = [args.includes('--json'), args.includes('--quiet')];
  const say = (line: string): void => void stderr.write(`${line}\n`);
  using signals = watchSignals((line) => say(`framerail: ${line}`));
  try {
    const outcome = await runProgram(args, {
      env: process.env,
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      signal: signals.signal,
      say: quiet ? () => {} : say,
    });
    const isData = json && outcome.json !== undefined;
    await stdout.write(isData ? `${JSON.stringify(outcome.json)}\n` : outcome.text);
    return outcome.exitCode ?? EXIT_CODES.ok;
  } catch (error) {
    if (json) await stdout.write(`${JSON.stringify({ error: errorReport(error) })}\n`);
    await stderr.write(errorText(error));
    return (isFramerailError(error, 'E_ABORTED') ? signals.exitCode : undefined) ?? exitCodeFor(error);
  }
}

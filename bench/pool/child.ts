// Programs of this folder in processes of their own, so that one's heap is not another's.
import { fork } from 'node:child_process';
import { join } from 'node:path';

/**
 * Runs a program of this folder and gives what it sends.
 *
 * @param program its file's name
 * @param args what it takes
 * @param execArgv options of Node's
 */
export function runChild<Report>(
  program: string,
  args: readonly string[],
  execArgv: readonly string[] = [],
): Promise<Report> {
  const child = fork(join(import.meta.dirname, program), [...args], {
    execArgv: [...execArgv],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    let report: Report | undefined;
    child.on('message', (message) => (report = message as Report));
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      report === undefined
        ? reject(new Error(`${program} ${args.join(' ')} ended with ${signal ?? code} and no report`))
        : resolve(report),
    );
  });
}

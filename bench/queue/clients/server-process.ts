import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../examples/queue-server/queue-server.mjs', import.meta.url));

/** The example's server as a process. */
export interface ServerProcess extends AsyncDisposable {
  /** Such as `http://127.0.0.1:40000`. */
  readonly base: string;
  /** Asks it to end, as Ctrl-C does. @returns its exit code */
  stop(): Promise<number | null>;
  /** Ends it without a chance to clean up. */
  kill(): Promise<void>;
}

/** Starts the server on any free port, with its queue in a file. */
export async function startServer(db: string): Promise<ServerProcess> {
  const child = spawn(process.execPath, [PROGRAM, '--port', '0', '--db', db], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const said = once(createInterface(child.stdout), 'line') as Promise<[string]>;
  const line = await Promise.race([said.then(([text]) => text), exited.then(() => '')]);
  const base = /http:\/\/[\d.:]+/.exec(line)?.[0];
  if (base === undefined) throw new Error(`Expected the server to listen but it ended: ${line}`);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return (await exited)[0];
  };
  return {
    base,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
    [Symbol.asyncDispose]: async () => void (await end('SIGTERM')),
  };
}

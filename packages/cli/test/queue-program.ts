import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./queue-program.mjs', import.meta.url));

/** What the program says. */
interface QueueProgramEvent {
  readonly what: 'added' | 'began' | 'counted' | 'failed' | 'cancelled';
  readonly id?: string;
  readonly ids?: readonly string[];
}

/** What the program is told. */
export interface QueueProgramOptions {
  readonly path: string;
  readonly tasks: readonly { readonly name: string; readonly options?: object }[];
  /** Whether it does tasks; otherwise it only adds them. */
  readonly works: boolean;
  /** Lanes that it pauses before. */
  readonly paused?: readonly string[];
}

/** A process that runs a queue. */
export interface QueueProgram extends AsyncDisposable {
  /** Ids of the tasks that it added. */
  readonly ids: readonly string[];
  /** Waits until it said something so many times. */
  said(what: QueueProgramEvent['what'], times?: number): Promise<readonly QueueProgramEvent[]>;
  /** Ends it without a chance to clean up. */
  kill(): Promise<void>;
}

/** Starts a process that runs a queue in a file, and waits until its tasks are added. */
export async function startQueueProgram(options: QueueProgramOptions): Promise<QueueProgram> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const events: QueueProgramEvent[] = [];
  let wake = (): void => {};
  createInterface(child.stdout).on('line', (line) => {
    events.push(JSON.parse(line));
    wake();
  });
  let hasExited = false;
  void exited.then(() => {
    hasExited = true;
    wake();
  });
  const said = async (what: QueueProgramEvent['what'], times = 1) => {
    for (;;) {
      const found = events.filter((event) => event.what === what);
      if (found.length >= times) return found;
      if (hasExited) throw new Error(`The program ended before it said ${what}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const [{ ids = [] } = { ids: [] }] = await said('added');
  return {
    ids,
    said,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}

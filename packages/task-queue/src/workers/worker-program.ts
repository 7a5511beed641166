// The program of a thread or a child: importing it is all that it takes. Anywhere else it does nothing.
import { isMainThread, parentPort, Worker as WatchThread, workerData } from 'node:worker_threads';
import { CHILD_MARK, THREAD_MARK, type WorkerOrder, type WorkerSettings } from './worker-messages.js';
import { WorkerServer } from './worker-server.js';

/** Whether this thread or process is a worker of a task queue. */
export const isTaskWorker: boolean = serveThread() || serveChild();

function serveThread(): boolean {
  const settings = (workerData as Record<string, WorkerSettings> | null | undefined)?.[THREAD_MARK];
  const port = parentPort;
  if (isMainThread || settings === undefined || port === null) return false;
  const server = new WorkerServer(
    {
      send: (report) => port.postMessage(report),
      listen: (listener) => port.on('message', listener),
      exit: () => process.exit(0),
    },
    settings,
  );
  void server.start();
  return true;
}

function serveChild(): boolean {
  const [, , mark, text] = process.argv;
  if (!isMainThread || mark !== CHILD_MARK || text === undefined || process.send === undefined) return false;
  // Programs that the handlers start don't take themselves for workers.
  process.argv.splice(2);
  const settings: WorkerSettings = JSON.parse(text);
  const parent = process.ppid;
  const server = new WorkerServer(
    {
      // The pool may be gone; `disconnect` tells.
      send: (report) => void (process.connected && process.send?.(report, undefined, {}, () => {})),
      listen: (listener) => process.on('message', (order) => listener(order as WorkerOrder)),
      exit() {
        // The pool ends the programs that are left; without it, they end here, and the process with them.
        if (!process.connected) endGroup(process.pid);
        process.exit(0);
      },
    },
    settings,
  );
  process.on('disconnect', () => void server.end());
  watchParent(parent, settings.graceMs);
  void server.start();
  return true;
}

/** Ends the process after its parent, although a handler may keep its event loop busy for ever. */
function watchParent(parent: number, graceMs: number): void {
  const watch = new WatchThread(
    `const { workerData: { parent, graceMs } } = require('node:worker_threads');
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      setTimeout(() => (${endGroup})(process.pid), graceMs);
    }, 1000);`,
    {
      eval: true,
      workerData: { parent, graceMs },
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
    },
  );
  watch.unref();
}

/** Ends a process and the programs that its handlers started; self-contained, as its text goes to the watching thread. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It leads no group, as on Windows.
    process.kill(pid, 'SIGKILL');
  }
}

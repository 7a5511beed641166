import type { End, QueuePort } from './queue-port.ts';

/** What clients saw. */
export interface ClientNotes {
  /** Milliseconds of each status query. */
  readonly statusMs: number[];
  /** Queries that were answered: of states, lists and counts. */
  queries: number;
  /** Tasks that were acknowledged, and the end that was told. */
  readonly ends: Map<string, End>;
  /** Tasks of which a cancel said that they are cancelled. */
  readonly cancelled: Set<string>;
  /** What must not be: sentences. */
  readonly wrong: string[];
}

/** How a client behaves. */
export interface ClientOptions {
  readonly port: QueuePort;
  readonly name: string;
  readonly random: () => number;
  /** By `performance.now()`. */
  readonly untilMs: number;
  /** Milliseconds between its calls; 0: each as soon as the one before was answered. */
  readonly restMs: number;
  readonly notes: ClientNotes;
}

/** Tasks that a client has waiting at most. */
const MAX_OPEN = 10;
const FINAL: ReadonlySet<string> = new Set(['completed', 'cancelled', 'failed']);

/** A client: adds, watches, cancels and asks until its time is over, then waits for the ends of its tasks. */
export async function runClient(options: ClientOptions): Promise<void> {
  const { port, name, random, untilMs, restMs, notes } = options;
  const own: string[] = [];
  const open = new Set<string>();
  const pending: Promise<unknown>[] = [];
  const add = async (): Promise<void> => {
    const id = await port.add(name, Math.floor(random() * 15));
    own.push(id);
    open.add(id);
    pending.push(
      port.end(id).then((end) => {
        open.delete(id);
        notes.ends.set(id, end);
      }),
    );
    if (random() < 0.25) pending.push(watch(options, id));
  };
  const some = (): string => own[Math.floor(random() * own.length)] as string;
  await add();
  while (performance.now() < untilMs) {
    const choice = random();
    if (choice < 0.1 && open.size < MAX_OPEN) await add();
    else if (choice < 0.13) await cancel(options, some());
    else if (choice < 0.2) await list(options, own);
    else if (choice < 0.21) await count(options);
    else await askStatus(options, some());
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs * (0.5 + random())));
  }
  await Promise.all(pending);
}

async function askStatus({ port, notes }: ClientOptions, id: string): Promise<void> {
  const known = notes.ends.get(id);
  const startedMs = performance.now();
  const state = await port.status(id);
  notes.statusMs.push(performance.now() - startedMs);
  notes.queries += 1;
  if (known !== undefined && known !== state) notes.wrong.push(`${id} had ended ${known} and is ${state}`);
}

async function list({ port, name, notes }: ClientOptions, own: readonly string[]): Promise<void> {
  const known = own.slice(0, 20).join();
  const page = await port.list(name);
  notes.queries += 1;
  if (page.slice(0, known === '' ? 0 : known.split(',').length).join() !== known)
    notes.wrong.push(`${name} has ${known} and was told ${page.join()}`);
}

async function count({ port, notes }: ClientOptions): Promise<void> {
  const least = notes.ends.size;
  const found = await port.count();
  notes.queries += 1;
  if (found < least) notes.wrong.push(`There are ${least} tasks and ${found} were told`);
}

async function cancel({ port, notes }: ClientOptions, id: string): Promise<void> {
  const state = await port.cancel(id);
  if (state === 'cancelled') notes.cancelled.add(id);
  else if (state !== 'active' && !FINAL.has(state)) notes.wrong.push(`${id} was cancelled and is ${state}`);
}

async function watch({ port, notes }: ClientOptions, id: string): Promise<void> {
  const values = await port.watch(id);
  const end = await port.end(id);
  // Each handler tells its beginning; one that came before the reader did is kept for it.
  if (end === 'completed' && values === 0) notes.wrong.push(`${id} was done and nobody told`);
}

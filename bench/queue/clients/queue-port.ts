import type { TaskQueue } from '@framerail/task-queue';

/** How a task ended. */
export type End = 'completed' | 'cancelled' | 'failed';

/** What a client may do with a queue, in whichever way it reaches it. */
export interface QueuePort {
  /** Adds a task of a client. @returns its id */
  add(client: string, ms: number): Promise<string>;
  /** Its state. */
  status(id: string): Promise<string>;
  /** A page of the client's tasks: ids. */
  list(client: string): Promise<readonly string[]>;
  /** How many tasks there are. */
  count(): Promise<number>;
  /** Cancels. @returns the state then */
  cancel(id: string): Promise<string>;
  /** Reads progress until the task's end. @returns how many values came */
  watch(id: string): Promise<number>;
  /** Waits for the end. */
  end(id: string): Promise<End>;
  /** All tasks: states by id. */
  states(): Promise<ReadonlyMap<string, string>>;
}

/** A queue in the same process. */
export function inProcessPort(queue: TaskQueue): QueuePort {
  return {
    add: async (client, ms) => (await queue.add('work', { client, ms }, { group: client })).id,
    status: async (id) => (await queue.status(id)).state,
    list: async (client) => (await queue.list({ group: client, limit: 20 })).map(({ id }) => id),
    async count() {
      const { counts } = await queue.stats();
      return Object.values(counts).reduce((sum, one) => sum + one, 0);
    },
    cancel: async (id) => (await queue.cancel(id))[0] ?? 'unknown',
    async watch(id) {
      let count = 0;
      for await (const _ of queue.handle(id).progress) count += 1;
      return count;
    },
    end: (id) =>
      queue.handle(id).result.then(
        () => 'completed' as const,
        ({ code }: { code?: string }) => (code === 'E_TASK_CANCELLED' ? 'cancelled' : 'failed'),
      ),
    async states() {
      const states = new Map<string, string>();
      for (let afterId: string | undefined; ; ) {
        const page = await queue.list({ limit: 1000, afterId });
        for (const { id, state } of page) states.set(id, state);
        afterId = page.at(-1)?.id;
        if (page.length < 1000) return states;
      }
    },
  };
}

// What tasks do while processes are killed: they say that they began, and take a little time.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineHandlers } from '@framerail/task-queue';
import { WITNESS } from './order.ts';

/** The handlers, for this process or for others. */
export default defineHandlers({
  async work({ task, data }: { task: { id: string; attempt: number }; data: number }) {
    const witness = process.env[WITNESS] ?? '';
    // Whole lines in one write: what is written outlives the process.
    appendFileSync(witness, `begin ${task.id} ${task.attempt} ${Date.now()} ${process.pid}\n`);
    await sleep(data);
    return data;
  },
});

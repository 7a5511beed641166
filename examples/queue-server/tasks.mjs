// What the server does: the handlers, with how often they may run at once and what they take.
import { rename, rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { locateFfmpeg, runFfmpeg } from '@framerail/ffmpeg';

/**
 * @typedef {import('@framerail/task-queue').TaskQueue} TaskQueue
 * @typedef {{ input: string, output: string }} Files
 */

/** @param {TaskQueue} queue */
export function defineTasks(queue) {
  queue.define(
    'thumbnail',
    (/** @type {import('@framerail/task-queue').TaskContext<Files>} */ context) =>
      encode(context, ['-frames:v', '1', '-vf', 'scale=320:-2', '-f', 'image2']),
    { lane: 'thumbnail', timeoutMs: 60_000, retries: 1 },
  );
  queue.define(
    'proxy',
    (/** @type {import('@framerail/task-queue').TaskContext<Files>} */ context) =>
      encode(context, [
        '-vf',
        'scale=-2:540',
        '-c:v',
        'libx264',
        '-preset',
        'veryfast',
        '-c:a',
        'aac',
        '-f',
        'mp4',
      ]),
    { lane: 'proxy', timeoutMs: 3_600_000, retries: 2 },
  );
  // Takes no file: for a try.
  queue.define(
    'wait',
    async (
      /** @type {import('@framerail/task-queue').TaskContext<{ ms: number }>} */ { data, signal, progress },
    ) => {
      for (const stage of ['read', 'work', 'write']) {
        progress({ stage });
        await wait(data.ms / 3, undefined, { signal });
      }
    },
    { lane: 'waiting', retries: 1 },
  );
}

/**
 * The output appears under its name when it is whole: a task may begin more than once.
 *
 * @param {import('@framerail/task-queue').TaskContext<Files>} context
 * @param {readonly string[]} options ffmpeg's
 */
async function encode({ task, data: { input, output }, signal, progress }, options) {
  const binaries = await locateFfmpeg({ signal });
  const partial = `${output}.${task.id}.partial`;
  try {
    const onProgress = (/** @type {{ frame: number }} */ { frame }) => progress({ frame });
    const args = ['-i', `file:${input}`, ...options, '-y', `file:${partial}`];
    await runFfmpeg({ binaries, args, output: partial, signal, onProgress }).result;
    await rename(partial, output);
  } finally {
    await rm(partial, { force: true });
  }
  return { output };
}

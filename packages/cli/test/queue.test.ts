import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { framerail, framerailJson, inFolder } from './command.js';
import { startQueueProgram } from './queue-program.js';

/** A path of a queue in a folder that goes away. */
function withPath<T>(use: (path: string) => Promise<T>): Promise<T> {
  return inFolder((folder) => use(join(folder, 'queue.db')));
}

const tasks = (name: string, count: number, options: object = {}) =>
  Array.from({ length: count }, () => ({ name, options }));

describe('framerail queue, while another process runs it', () => {
  it('counts, lists, cancels what runs and what waits, retries what failed, and waits for the end', async () => {
    await withPath(async (path) => {
      await using program = await startQueueProgram({
        path,
        works: true,
        tasks: [...tasks('wait', 2, { group: 'anna' }), ...tasks('fail', 1), ...tasks('wait', 6)],
      });
      await program.said('began', 4);
      const queue = (...args: string[]) => framerailJson(['queue', ...args, '--db', path]);

      await program.said('failed');
      const status = await queue('status');
      expect(status.code).toBe(0);
      expect(status.json).toEqual({
        path,
        isPaused: false,
        counts: { blocked: 0, delayed: 0, waiting: 4, active: 4, completed: 0, failed: 1, cancelled: 0 },
        lanes: [{ lane: 'default', isPaused: false, counts: status.json.counts }],
        groups: expect.arrayContaining([
          { lane: 'default', group: 'anna', counts: expect.objectContaining({ active: 2 }) },
        ]),
        processes: [{ owner: expect.any(String), state: 'alive' }],
        schedules: [],
      });

      const dead = await queue('list', '--state', 'failed');
      expect(dead.json.tasks).toMatchObject([
        { id: program.ids[2], name: 'fail', data: { of: 'fail' }, failures: [{ message: 'no such clip' }] },
      ]);
      const annas = await queue('cancel', '--group', 'anna');
      expect(annas.json.tasks.map(({ id }: { id: string }) => id)).toEqual(program.ids.slice(0, 2));
      await program.said('cancelled', 2);
      const rest = await queue('cancel', '--all');
      expect(rest).toMatchObject({ code: 0, json: { changed: 6 } });
      expect((await queue('drain')).json.counts).toMatchObject({ cancelled: 8, failed: 1 });
      const again = await queue('retry', program.ids[2] as string);
      expect(again).toMatchObject({ code: 0, json: { changed: 1 } });
      await program.said('failed', 2);

      const drained = await queue('drain', '--timeout', '30');
      expect(drained).toMatchObject({ code: 0, json: { lane: null, counts: { cancelled: 8, failed: 1 } } });
    });
  });

  it('waits for a lane alone, and gives up when it is told to', async () => {
    await withPath(async (path) => {
      await using program = await startQueueProgram({
        path,
        works: true,
        tasks: [...tasks('wait', 1, { lane: 'slow' }), ...tasks('count', 3)],
      });
      await program.said('began');
      const lane = await framerailJson(['queue', 'drain', '--db', path, '--lane', 'default']);
      expect(lane).toMatchObject({ code: 0, json: { lane: 'default', counts: { completed: 3 } } });
      const all = await framerailJson(['queue', 'drain', '--db', path, '--timeout', '0.3']);
      expect(all).toMatchObject({ code: 6, json: { error: { code: 'E_TIMEOUT' } } });
      expect(all.stderr).toContain('1 active');
    });
  });

  it('ends when it is interrupted', async () => {
    await withPath(async (path) => {
      await using program = await startQueueProgram({ path, works: false, tasks: tasks('count', 1) });
      const run = await framerail(['queue', 'drain', '--db', path], {
        onStart: (child) => child.stderr?.once('data', () => child.kill('SIGINT')),
      });
      expect([program.ids.length, run.code]).toEqual([1, 130]);
    });
  });
});

describe('framerail queue, with nobody at work', () => {
  it('reads what a killed process left, and changes it', async () => {
    await withPath(async (path) => {
      await using program = await startQueueProgram({
        path,
        works: true,
        paused: ['slow'],
        tasks: [...tasks('wait', 4, { attempts: 2 }), ...tasks('count', 250, { lane: 'slow' })],
      });
      await program.said('began', 4);
      await program.kill();
      const { json } = await framerailJson(['queue', 'status', '--db', path]);
      expect(json.processes).toEqual([{ owner: expect.any(String), state: 'dead' }]);
      expect(json.counts).toMatchObject({ active: 4, waiting: 250 });
      const { stdout } = await framerail(['queue', 'status', '--db', path]);
      expect(stdout.toString()).toMatch(/^slow \(paused\) +0 +0 +250 /m);
      expect(stdout.toString()).toMatch(/^process \d+ works: dead$/m);

      const pages: string[] = [];
      for (let after: string | null = ''; after !== null; ) {
        const more: string[] = after === '' ? [] : ['--after', after];
        const page = await framerailJson(['queue', 'list', '--db', path, '--limit', '100', ...more]);
        pages.push(...page.json.tasks.map(({ id }: { id: string }) => id));
        after = page.json.next;
      }
      expect(pages).toEqual(program.ids);

      const cancelled = await framerailJson(['queue', 'cancel', '--db', path, '--name', 'count']);
      expect(cancelled.json.changed).toBe(250);
      await using next = await startQueueProgram({ path, works: true, tasks: [] });
      const began = await next.said('began', 4);
      expect(began.map(({ id }) => id).sort()).toEqual(program.ids.slice(0, 4));
    });
  });

  it('prints tables for people', async () => {
    await withPath(async (path) => {
      await using program = await startQueueProgram({ path, works: true, tasks: tasks('fail', 1) });
      await program.said('failed');
      const { stdout } = await framerail(['queue', 'list', '--db', path]);
      expect(stdout.toString()).toMatch(/^id +state +name +lane +group +attempts +last failure$/m);
      expect(stdout.toString()).toMatch(
        /^\d{16} +failed +fail +default +1\/1 +E_TASK_FAILED: no such clip$/m,
      );
    });
  });

  it('tells of tasks that it can’t change', async () => {
    await withPath(async (path) => {
      await using program = await startQueueProgram({ path, works: false, tasks: tasks('count', 1) });
      const [id = ''] = program.ids;
      const retried = await framerail(['queue', 'retry', id, '--db', path]);
      expect([retried.code, retried.stdout.toString()]).toEqual([
        3,
        `0 tasks to begin anew\n${id} is waiting, and was left as it is\n`,
      ]);
      const cancelled = await framerailJson(['queue', 'cancel', id, 'x', '--db', path]);
      expect(cancelled).toMatchObject({ code: 3, json: { changed: 1 } });
      expect(cancelled.json.tasks).toEqual([
        { id, state: 'cancelled', isChanged: true },
        { id: 'x', state: null, isChanged: false },
      ]);
      expect(existsSync(path)).toBe(true);
    });
  });
});

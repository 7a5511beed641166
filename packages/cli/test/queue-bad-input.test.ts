import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { framerailJson, inFolder } from './command.js';
import { startQueueProgram } from './queue-program.js';

const COMMANDS = [['status'], ['list'], ['drain'], ['cancel', '--all'], ['retry', '--all']];

/** Runs a command on a file, and demands that nothing in its folder is any other than before. */
async function refuse(folder: string, command: readonly string[], exitCode: number, code: string) {
  const read = async () => {
    const names = (await readdir(folder)).sort();
    return Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))]));
  };
  const before = await read();
  const path = join(folder, 'queue.db');
  const { code: ended, json } = await framerailJson(['queue', ...command, '--db', path]);
  expect([ended, json.error.code]).toEqual([exitCode, code]);
  expect(await read()).toEqual(before);
}

describe.each(COMMANDS)('framerail queue %s', (...command) => {
  it('refuses a file that isn’t there, and makes none', async () => {
    await inFolder((folder) => refuse(folder, command, 3, 'E_QUEUE_NOT_FOUND'));
  });

  it('refuses what is no queue, and leaves it as it is', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'queue.db');
      await writeFile(path, 'no database at all\n'.repeat(500));
      await refuse(folder, command, 3, 'E_QUEUE_CORRUPT');
      await writeFile(path, '');
      await refuse(folder, command, 3, 'E_QUEUE_NOT_FOUND');
      const other = new DatabaseSync(path);
      other.exec('CREATE TABLE songs (name)');
      other.close();
      await refuse(folder, command, 3, 'E_QUEUE_FOREIGN');
    });
  });

  it('refuses a queue of another version, and leaves it as it is', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'queue.db');
      {
        await using _ = await startQueueProgram({ path, works: false, tasks: [{ name: 'count' }] });
      }
      const database = new DatabaseSync(path);
      database.exec('PRAGMA user_version = 2; PRAGMA journal_mode = DELETE');
      database.close();
      await refuse(folder, command, 3, 'E_QUEUE_VERSION');
    });
  });
});

it.each([
  [['cancel']],
  [['retry']],
  [['cancel', '0000000000000001', '--all']],
  [['cancel', '--all', '--lane', 'proxy']],
  [['cancel', '--state', 'completed']],
  [['retry', '--state', 'waiting']],
  [['list', '--state', 'lost']],
  [['list', '--limit', '0']],
  [['list', '--limit', '5000']],
  [['drain', '--timeout', '-1']],
  [['drain', '--timeout', 'soon']],
])('framerail queue %j is refused before the file is looked at', async (args) => {
  const { code, json } = await framerailJson(['queue', ...args, '--db', '/nonexistent/queue.db']);
  expect([code, json.error.code]).toEqual([2, 'E_INVALID_ARGUMENT']);
});

it('needs a file', async () => {
  const { code, json } = await framerailJson(['queue', 'status']);
  expect([code, json.error.code]).toEqual([2, 'E_INVALID_ARGUMENT']);
  const folder = await framerailJson(['queue', 'status', '--db', '/tmp']);
  expect([folder.code, folder.json.error.code]).toEqual([3, 'E_QUEUE_PATH']);
});

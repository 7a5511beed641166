import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for what the tests of a file share. */
export function temporaryFolder() {
  let folder = '';
  return {
    make: async () => {
      folder = await mkdtemp(join(tmpdir(), 'framerail-cli-'));
    },
    path: (name: string) => join(folder, name),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

// Where the S3-compatible server is that the tests of the object store start. Node 18 runs this: built-ins alone.
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './packages.mjs';

/** The version that the set-up installs; the tests know its words for what goes wrong. */
export const VERSITYGW_VERSION = 'v1.8.0';

/** The folder that the set-up installs it to: one for each version. */
export const VERSITYGW_FOLDER = join(ROOT, '.cache/go', `versitygw-${VERSITYGW_VERSION}`);

/**
 * The server's file: what `FRAMERAIL_VERSITYGW` names, else what the set-up installed.
 * @returns {string | undefined}
 */
export function findVersitygw(env = process.env) {
  const name = process.platform === 'win32' ? 'versitygw.exe' : 'versitygw';
  const path = env['FRAMERAIL_VERSITYGW'] || join(VERSITYGW_FOLDER, name);
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}

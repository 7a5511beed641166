// Vitest's global set-up: gives the run a file for what is left out, and lists it at the end. Under
// scripts/test.mjs the file is there already, and that script lists it after all of its runners.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeLeftOut, LEFT_OUT_VARIABLE, readLeftOut } from './left-out.js';

export default function setup(): (() => void) | undefined {
  if (process.env[LEFT_OUT_VARIABLE]) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'framerail-left-out-'));
  const path = join(folder, 'left-out.jsonl');
  process.env[LEFT_OUT_VARIABLE] = path;
  return () => {
    for (const entry of readLeftOut(path)) console.log(describeLeftOut(entry));
    rmSync(folder, { recursive: true, force: true });
    delete process.env[LEFT_OUT_VARIABLE];
  };
}

import { expect, test } from 'vitest';
import { builtLibrary } from '../setup/addon.mjs';
import { run } from '../setup/command.mjs';
import { PROGRAMS } from '../setup/programs.mjs';
import { createReport } from '../setup/report.mjs';
import { findVersitygw } from '../workspace/versitygw.mjs';

test('a command that fails gives the end of what it said, one that hangs is ended', async () => {
  const failed = await run(process.execPath, ['-e', 'console.error("why"); process.exit(3)']);
  expect(failed).toMatchObject({ ok: false, timedOut: false, tail: 'why' });
  const hung = await run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 300 });
  expect(hung).toMatchObject({ ok: false, timedOut: true });
  const missing = await run('framerail-no-such-command', []);
  expect(missing.ok).toBe(false);
  expect(missing.tail).toContain('framerail-no-such-command');
});

test("the addon's library is found in what cargo says", () => {
  const artifact = (kind: string, file: string) =>
    JSON.stringify({ reason: 'compiler-artifact', target: { kind: [kind] }, filenames: [file] });
  const messages = [
    artifact('lib', '/t/libkernels.rlib'),
    'noise',
    artifact('cdylib', '/t/libframerail_addon.so'),
  ];
  expect(builtLibrary(messages.join('\n'))).toBe('/t/libframerail_addon.so');
  expect(builtLibrary(messages.slice(0, 2).join('\n'))).toBeUndefined();
});

test('a quiet report speaks of what is done, not of what was there', () => {
  const written: string[] = [];
  const report = createReport({ quiet: true, write: (text) => written.push(text) });
  report.done('packages', 'up to date');
  report.begin('addon', 'building');
  report.done('addon', 'built');
  report.done('build', 'up to date');
  expect(written.map((line) => line.trim().replace(/ +/, ' '))).toEqual(['addon building …', 'addon built']);
});

test('ffmpeg and ffprobe are needed for everything', () => {
  for (const name of ['ffmpeg', 'ffprobe']) {
    expect(PROGRAMS.find((program) => program.name === name)?.purposes).toEqual([
      'demo',
      'test',
      'bench',
      'everything',
    ]);
  }
});

test('a server that speaks S3 is what the environment names, if that can be run', () => {
  expect(findVersitygw({ FRAMERAIL_VERSITYGW: process.execPath })).toBe(process.execPath);
  expect(findVersitygw({ FRAMERAIL_VERSITYGW: import.meta.filename })).toBeUndefined();
  expect(PROGRAMS.find((program) => program.name === 'go')?.purposes).toEqual(['test', 'everything']);
});

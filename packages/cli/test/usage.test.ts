import { describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { EXIT_CODE_MEANINGS } from '../src/index.js';
import { framerail, framerailJson } from './command.js';

describe('framerail', () => {
  it('prints its version', async () => {
    const run = await framerail(['--version']);
    expect([run.code, run.stdout.toString(), run.stderr]).toEqual([0, `${manifest.version}\n`, '']);
  });

  it('explains itself, and every exit code', async () => {
    const { code, stdout } = await framerail(['--help']);
    expect(code).toBe(0);
    for (const command of ['export', 'convert', 'probe', 'cache', 'doctor'])
      expect(stdout.toString()).toContain(`  ${command}`);
    for (const { code: exitCode, meaning } of EXIT_CODE_MEANINGS)
      expect(stdout.toString()).toContain(`  ${String(exitCode).padEnd(4)} ${meaning}`);
  });

  it.each(['export', 'convert', 'probe', 'cache simulate', 'doctor'])('explains %s', async (command) => {
    const { code, stdout } = await framerail([...command.split(' '), '--help']);
    expect(code).toBe(0);
    expect(stdout.toString()).toContain('--json');
  });

  it.each([
    [[]],
    [['nothing']],
    [['--what']],
    [['export']],
    [['export', 'a.mp4']],
    [['probe']],
    [['probe', 'a', 'b']],
    [['cache']],
    [['cache', 'simulate', 'a']],
    [['cache', 'simulate', '--size', '5']],
  ])('refuses %j with code 2 and prints nothing on stdout', async (args) => {
    const run = await framerail(args);
    expect([run.code, run.stdout.toString()]).toEqual([2, '']);
    expect(run.stderr).toContain('E_INVALID_ARGUMENT');
  });

  it('prints a usage error as one object too', async () => {
    const { code, json } = await framerailJson(['export', 'a.mp4', '-o', 'b.mp4', '--crf', '99']);
    expect(code).toBe(2);
    expect(json).toEqual({
      error: {
        code: 'E_INVALID_ARGUMENT',
        message: 'Expected a number from 0 to 51 for --crf but received "99"',
        details: { name: '--crf', expected: 'a number from 0 to 51' },
      },
    });
  });

  it('takes it well when its reader closes the pipe', async () => {
    const run = await framerail(['--help'], { onStart: (child) => child.stdout?.destroy() });
    expect([run.code, run.stderr]).toEqual([0, '']);
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedisServer } from '../../../scripts/testing/redis-server.js';
import { requireProgram } from '../../../scripts/testing/require.js';

const SLOW_MS = 60_000;

describe.runIf(requireProgram('redis-server'))('callers of one key in several processes', () => {
  let server: RedisServer;
  let folder: string;
  let program: string;
  beforeAll(async () => {
    server = await startRedisServer();
    folder = mkdtempSync(join(tmpdir(), 'framerail-stampede-'));
    program = join(folder, 'stampede.mjs');
    await build({
      entryPoints: [fileURLToPath(new URL('redis/stampede.ts', import.meta.url))],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node22',
      // The client's library is CommonJS, and asks for modules of Node by `require`.
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      logLevel: 'error',
    });
  }, SLOW_MS);
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await server?.[Symbol.asyncDispose]();
  });

  function start(namespace: string, callers: number): { child: ChildProcess; lines: AsyncIterator<string> } {
    const child = spawn(process.execPath, [program, server.url, namespace, String(callers)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
  }

  test('1,000 of them in two processes run the loader at most twice', { timeout: SLOW_MS }, async () => {
    for (let round = 0; round < 3; round += 1) {
      const programs = [start(`stampede/${round}`, 500), start(`stampede/${round}`, 500)];
      for (const { lines } of programs) expect((await lines.next()).value).toBe('ready');
      for (const { child } of programs) child.stdin?.write('go\n');
      const answers = await Promise.all(
        programs.map(async ({ lines }) => JSON.parse((await lines.next()).value)),
      );
      await Promise.all(programs.map(({ child }) => child.exitCode ?? once(child, 'exit')));
      const loads = answers.reduce((sum: number, answer) => sum + answer.loads, 0);
      expect(loads).toBeGreaterThan(0);
      expect(loads).toBeLessThanOrEqual(2);
      expect(new Set(answers.flatMap(({ values }) => values)).size).toBeLessThanOrEqual(loads);
    }
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

test.runIf(process.platform === 'linux')('a server ends with whoever started it, killed or not', async () => {
  const built = await build({
    entryPoints: [fileURLToPath(new URL('spawn-mortal.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
  });
  const start = `
    const server = spawnMortal('sleep', ['1000'], { stdio: ['ignore', 'inherit', 'inherit'] });
    server.once('spawn', () => console.log(server.pid));`;
  const program = `${built.outputFiles[0]?.text ?? ''}\n${start}`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(parent.stdout);
  const [pid] = await once(lines, 'line');
  expect(Number(pid)).toBeGreaterThan(1);
  // The server has the other end of the pipe too: it ends when both did.
  const ended = once(parent.stdout, 'close');
  parent.kill('SIGKILL');
  await ended;
});

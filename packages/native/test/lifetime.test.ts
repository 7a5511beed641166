import { describe, expect, test } from 'vitest';
import { addonFile, hasAddon } from './addon.js';
import { type Child, spawnScript } from './child.js';

/** What every script begins with. */
const prelude = () => `
  const addon = require(${JSON.stringify(hasAddon ? addonFile() : '')});
  const { readdirSync } = require('node:fs');
  const turn = () => new Promise((resolve) => setTimeout(resolve, 2));
  const files = () => readdirSync('/proc/self/fd').length;
  const threads = () => readdirSync('/proc/self/task').length;
  const image = (format, width, height) => ({
    data: new Uint8Array(width * height * 4), format, width, height,
    planes: format === 'RGBA' ? [{ offset: 0, stride: width * 4 }]
      : [{ offset: 0, stride: width }, { offset: width * height, stride: width }],
  });
  const color = { matrix: 'bt709', fullRange: false, chromaLocation: 'left' };
  const convert = (side) => addon.process({
    source: image('RGBA', side, side), target: image('NV12', side, side), operations: [],
    sourceColor: color, targetColor: color, upsampling: 'bilinear', instructionSet: 'scalar',
  });
`;

/** How a child ended. */
async function endOf(child: Child): Promise<{ output: string; code: number | null; signal: string | null }> {
  const output = String(await child.output);
  return { output, code: child.process.exitCode, signal: child.process.signalCode };
}

const CLEAN = { code: 0, signal: null };

describe.runIf(hasAddon)('lifetime', () => {
  test('pipes that are dropped without an end are collected with all they have', async () => {
    const script = `${prelude()}
      (() => { for (let index = 0; index < 50; index += 1) { new addon.FramePipe(); new addon.FrameReader(); } })();
      (async () => {
        const many = files();
        // Garbage may be found one round later than it became garbage.
        while (files() > many - 200) { gc(); await turn(); }
        console.log('collected');
      })();
    `;
    await using child = spawnScript(script, ['--expose-gc']);
    expect(await endOf(child)).toEqual({ ...CLEAN, output: 'collected\n' });
  });

  test('a pipe that is dropped with writes under way answers them', async () => {
    const script = `${prelude()}
      const answers = [];
      (() => {
        for (let index = 0; index < 20; index += 1)
          new addon.FramePipe().write(new Uint8Array(2_000_000)).catch((error) => answers.push(error.code));
      })();
      (async () => {
        while (answers.length < 20) { gc(); await turn(); }
        console.log([...new Set(answers)].join());
      })();
    `;
    await using child = spawnScript(script, ['--expose-gc']);
    expect(await endOf(child)).toEqual({ ...CLEAN, output: 'EPIPE\n' });
  });

  test('idle pipes and finished calls keep no process alive; pending ones do', async () => {
    const idle = `${prelude()}
      globalThis.kept = [new addon.FramePipe(), new addon.FrameReader()];
      convert(16).then(() => console.log('converted'));
    `;
    await using ends = spawnScript(idle);
    expect(await endOf(ends)).toEqual({ ...CLEAN, output: 'converted\n' });

    const pending = `${prelude()}
      const { spawn } = require('node:child_process');
      const pipe = new addon.FramePipe();
      const reader = spawn('sh', ['-c', 'sleep 0.3; cat >/dev/null'], { stdio: [pipe.readFd, 'ignore', 'ignore'] });
      reader.unref();
      pipe.closeReadEnd();
      pipe.write(new Uint8Array(3_000_000)).then(() => console.log('taken'));
    `;
    await using waits = spawnScript(pending);
    expect(await endOf(waits)).toEqual({ ...CLEAN, output: 'taken\n' });
  });

  test('memory that is thrown away under a call stays until the call is done', async () => {
    const script = `${prelude()}
      (async () => {
        const side = 2000;
        const own = (image) => ({ ...image, data: addon.allocate(image.data.length, { prefault: true }) });
        const calls = Array.from({ length: 8 }, () => {
          const [source, target] = [own(image('RGBA', side, side)), own(image('NV12', side, side))];
          const call = addon.process({
            source, target, operations: [], sourceColor: color, targetColor: color,
            upsampling: 'bilinear', instructionSet: 'scalar', threads: 1,
          });
          for (const { data } of [source, target]) data.buffer.transfer(0);
          return call;
        });
        const pipe = new addon.FramePipe();
        const frame = addon.allocate(3_000_000);
        const write = pipe.write(frame).catch(() => {});
        frame.buffer.transfer(0);
        await turn();
        pipe.abort();
        await Promise.all([...calls, write]);
        console.log('done');
      })();
    `;
    await using child = spawnScript(script);
    expect(await endOf(child)).toEqual({ ...CLEAN, output: 'done\n' });
  });

  test('leaving in the middle of everything is no crash', async () => {
    for (let round = 0; round < 5; round += 1) {
      const script = `${prelude()}
        for (let index = 0; index < 6; index += 1) convert(1500);
        globalThis.kept = [new addon.FramePipe(), new addon.FrameReader()];
        kept[0].write(addon.allocate(3_000_000));
        kept[1].read(addon.allocate(1000));
        setTimeout(() => process.exit(0), ${round * 3});
      `;
      await using child = spawnScript(script);
      expect(await endOf(child)).toEqual({ ...CLEAN, output: '' });
    }
  });

  test('workers that are terminated in the middle of everything take nothing along', async () => {
    const script = `${prelude()}
      const { Worker } = require('node:worker_threads');
      const body = ${JSON.stringify(prelude())} + \`
        setInterval(() => {
          convert(900).catch(() => {});
          const pipe = new addon.FramePipe();
          pipe.write(addon.allocate(2_000_000)).catch(() => {});
          new addon.FrameReader().read(new Uint8Array(100)).catch(() => {});
        }, 1);
      \`;
      (async () => {
        const before = files();
        for (let round = 0; round < 12; round += 1) {
          const worker = new Worker(body, { eval: true });
          await new Promise((resolve) => worker.once('online', resolve));
          for (let wait = 0; wait < 5 + round * 2; wait += 1) await turn();
          await worker.terminate();
        }
        await convert(64);
        while (files() > before + 20) await turn();
        console.log('alive');
        process.exit(0);
      })();
    `;
    await using child = spawnScript(script);
    expect(await endOf(child)).toEqual({ ...CLEAN, output: 'alive\n' });
  });
});

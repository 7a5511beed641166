import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { bundleSources, type OwnProcess } from './own-process.js';

/** A context, and a backend that has converted some frames. */
const SETUP = `
  const { BT709, SRGB, frameLayout, planConversion, createGpuContext, createGpuScheduler, createWebgpuBackend } = framerail;
  const size = { width: 640, height: 360 };
  const plan = planConversion(
    { layout: frameLayout({ format: 'RGBA', ...size }), color: SRGB },
    { layout: frameLayout({ format: 'NV12', ...size }), color: BT709 },
  );
  const data = new Uint8Array(plan.source.layout.byteLength).fill(128);
  const frame = { ...plan.source, data, timestampUs: 0, durationUs: 1, [Symbol.dispose]() {} };
  const context = await createGpuContext({ maxBytes: 1 << 28 });
  const backend = await createWebgpuBackend({ plan, context });
  for (let count = 0; count < 20; count += 1) (await backend.process(frame))[Symbol.dispose]();
`;

/** Milliseconds that are looked at. */
const IDLE_MS = 2000;
const MEASURE = `
  await new Promise((resolve) => setTimeout(resolve, 200));
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, ${IDLE_MS}));
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ cpuMs: (user + system) / 1000 }));
`;
/** A poll on every turn of the event loop takes all of a core, two turns a millisecond some tenths. */
const MOST_CPU_SHARE = 0.1;

describe.runIf(requireProgram('webgpu'))('in a process of its own', () => {
  let own: OwnProcess;
  beforeAll(async () => {
    own = await bundleSources();
  });
  afterAll(() => own.remove());

  describe('an idle device costs no processor time', () => {
    test.each<[string, string]>([
      ['after some conversions', 'context.stats();'],
      ['with a result out', 'const out = await backend.process(frame); context.out = out;'],
      [
        'with a scheduler that has worked',
        `const scheduler = createGpuScheduler({ context, maxInFlight: 2, maxInFlightBytes: 1 << 28 });
         const other = await createWebgpuBackend({ plan, scheduler });
         for (let count = 0; count < 20; count += 1) (await other.process(frame))[Symbol.dispose]();`,
      ],
      ['once it is disposed', 'await backend.close(); context.dispose();'],
    ])('%s', async (_, script) => {
      const { cpuMs } = (await own.run(`${SETUP} ${script} ${MEASURE} context.dispose();`)) as {
        cpuMs: number;
      };
      expect(cpuMs / IDLE_MS).toBeLessThan(MOST_CPU_SHARE);
    });
  });

  describe('it ends by itself after dispose()', () => {
    const print = "console.log(JSON.stringify('end'));";
    test.each<[string, string]>([
      [
        'of a context that was never used',
        `(await framerail.createGpuContext({ maxBytes: 1 })).dispose(); ${print}`,
      ],
      ['when everything was closed before', `${SETUP} await backend.close(); context.dispose(); ${print}`],
      ['when the backend was left open', `${SETUP} context.dispose(); ${print}`],
      [
        'when it is called twice',
        `${SETUP} context.dispose(); await backend.close(); context.dispose(); ${print}`,
      ],
      [
        'with results out, which stay readable',
        `${SETUP} const out = await backend.process(frame); context.dispose();
         if (out.data[0] === 0) throw new Error('no data'); globalThis.out = out; ${print}`,
      ],
      [
        'with frames on their way',
        `${SETUP} const late = [1, 2, 3, 4].map(() => backend.process(frame));
         await new Promise((resolve) => setImmediate(resolve)); context.dispose();
         const codes = (await Promise.allSettled(late)).map(({ reason }) => reason?.code ?? 'done');
         if (!codes.includes('E_GPU_DEVICE_LOST')) throw new Error(codes.join()); ${print}`,
      ],
      [
        'with tasks that wait for their turn',
        `${SETUP} const scheduler = createGpuScheduler({ context, maxInFlight: 1, maxInFlightBytes: 1000, admit: () => 'wait' });
         const analysis = { bytesRead: 1, bytesWritten: 1, passes: 1 };
         const task = scheduler.schedule({ queue: 'render', client: 'one', analysis, encode() {} });
         task.catch(({ code }) => console.log(JSON.stringify(code === 'E_GPU_DEVICE_LOST' ? 'end' : code)));
         context.dispose();`,
      ],
      [
        'while a lost device is replaced',
        `${SETUP} context.device.destroy(); await new Promise((resolve) => setImmediate(resolve)); context.dispose(); ${print}`,
      ],
      [
        "of a context on the caller's device, which the caller destroys",
        `const gpu = await framerail.openGpuDevice();
         const context = await framerail.createGpuContext({ device: gpu.device, maxBytes: 1 << 20 });
         await context.allocateBuffer({ size: 64, usage: 8 });
         context.dispose(); gpu.close(); ${print}`,
      ],
    ])('%s', async (_, script) => {
      expect(await own.run(script)).toBe('end');
    });
  });
});

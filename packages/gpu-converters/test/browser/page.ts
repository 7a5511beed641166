import { createWebgpuBackend, openGpuDevice } from '@framerail/gpu-converters';
import { backendContract } from '@framerail/gpu-converters/testing';
import { colorBarCases } from './color-bars.js';
import type { PageCase, PageReport } from './page-case.js';
import { pictureCases } from './pictures.js';
import { servedCases } from './served-bundles.js';
import { videoFrameCases } from './video-frames.js';

/** Everything, one after the other, on the browser's own device. */
async function runAll(): Promise<PageReport> {
  const gpu = await openGpuDevice();
  const { device } = gpu;
  const notes = new Set<string>();
  const note = (text: string): void => void notes.add(text);
  const { bars } = (await (await fetch('/color-bars.json')).json()) as {
    bars: Parameters<typeof colorBarCases>[0];
  };
  // The same plans with the same random numbers as in Node.
  const contract = backendContract({
    createBackend: (plan) => createWebgpuBackend({ plan, device }),
    plans: 60,
    seed: 'webgpu',
  });
  const all: PageCase[] = [
    ...videoFrameCases(device, note),
    ...pictureCases(device, note),
    ...servedCases(),
    ...colorBarCases(bars, device),
    ...contract,
  ];
  const cases: { name: string; failure: string }[] = [];
  for (const { name, run } of all) {
    const failure = await Promise.resolve()
      .then(run)
      .then(
        () => '',
        (error: unknown) => String(error),
      );
    cases.push({ name, failure });
  }
  gpu.close();
  const adapter = `${gpu.adapterInfo.vendor} ${gpu.adapterInfo.architecture}`.trim();
  return { adapter, cases, notes: [...notes] };
}

const report = await runAll().catch(
  (error: unknown): PageReport => ({
    adapter: '',
    cases: [{ name: 'opens a device', failure: String(error) }],
    notes: [],
  }),
);
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });

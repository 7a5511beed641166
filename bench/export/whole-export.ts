// Exports a file in a process of its own and sends its memory and its event loop's figures to the parent.
//   node whole-export.ts INPUT OUTPUT
import { exportVideo } from '@framerail/export-pipeline';
import { watchLoop } from './blocked-loop.ts';

const [input = '', output = ''] = process.argv.slice(2);
// Loading the modules is not the export's doing.
await new Promise((resolve) => setTimeout(resolve, 100));
const stop = watchLoop();
const report = await exportVideo({
  input,
  output,
  codec: 'libx264',
  preset: 'ultrafast',
  crf: 23,
  contrast: 1.05,
  audio: 'none',
});
const loop = stop();
const { frames, fps, buffer, transport, backend, peakRssBytes } = report;
process.send?.({
  ...{ frames, fps, buffer, transport, loop },
  backend: backend?.backend,
  peakRssMb: peakRssBytes.process / 1e6,
});

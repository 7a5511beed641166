#!/usr/bin/env node
// Exports a video at 3840×2160 with a picture laid over it and its colours adjusted, then checks the file.
//   npm run demo [-- path/to/video]        npx framerail-export-4k [path/to/video]
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createProgressBar,
  exportVideo,
  reportText,
  verificationText,
  verifyExport,
} from '@framerail/export-pipeline';
import { locateFfmpeg, runFfmpeg } from '@framerail/ffmpeg';

const OUT = 'out';
/** Enough to judge a film by; comparing every frame with ffmpeg's would take longer than the export. */
const FRAMES_TO_COMPARE = 30;

const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort('SIGINT'));
const { signal } = interruption;

try {
  process.exitCode = (await main(process.argv[2])) ? 0 : 1;
} catch (error) {
  // A failure of Framerail has a stable code and says what to do; anything else is a defect.
  const { code } = /** @type {{ code?: string }} */ (error);
  console.error(code === undefined ? error : `\n${code}: ${/** @type {Error} */ (error).message}`);
  process.exitCode = signal.aborted ? 130 : 1;
}

/** @param {string | undefined} video a file of yours; without one, a source is made */
async function main(video) {
  const binaries = await locateFfmpeg({ signal });
  await mkdir(OUT, { recursive: true });
  const input = video ?? (await makeSource(binaries));

  /** @type {import('@framerail/export-pipeline').ExportOptions} */
  const options = {
    input,
    output: join(OUT, 'demo.mp4'),
    width: 3840,
    height: 2160,
    brightness: 0.02,
    contrast: 1.08,
    saturation: 1.15,
    overlay: { image: makeBadge(960, 240), x: 120, y: 1800, opacity: 0.85 },
    binaries,
    signal,
  };

  console.log(`Exporting ${input} to ${options.output}`);
  const report = await exportWithProgress(options);
  console.log(`\n${reportText(report)}`);

  console.log('Checking the file against the same edit done wholly by ffmpeg …');
  const everyNthFrame = Math.max(1, Math.ceil(report.frames / FRAMES_TO_COMPARE));
  const verification = await verifyExport({ ...options, everyNthFrame });
  console.log(`\n${verificationText(verification)}`);
  return verification.ok;
}

/** @param {import('@framerail/export-pipeline').ExportOptions} options */
async function exportWithProgress(options) {
  const bar = createProgressBar({ stream: process.stderr });
  try {
    return await exportVideo({
      ...options,
      onProgress: (progress) => bar.update(progress),
      onWarning: (warning) => bar.say(`note: ${warning.message}`),
    });
  } finally {
    bar[Symbol.dispose]();
  }
}

/**
 * A 1080p film of 10 s with sound, tagged as BT.709; kept for the next run.
 *
 * @param {import('@framerail/ffmpeg').FfmpegBinaries} binaries
 */
async function makeSource(binaries) {
  const path = join(OUT, 'source-1080p.mp4');
  if (existsSync(path)) return path;
  console.log(`Making a source: ${path}`);
  const partial = join(OUT, `source-1080p.${process.pid}.partial.mp4`);
  const picture = 'testsrc2=size=1920x1080:rate=30,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p';
  const sound = 'sine=frequency=440:beep_factor=4:sample_rate=48000';
  const inputs = `-f lavfi -i ${picture} -f lavfi -i ${sound} -t 10`;
  const tags = '-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709';
  const codecs = '-c:v libx264 -preset veryfast -crf 16 -c:a aac -b:a 128k';
  try {
    const args = [...`${inputs} ${codecs} ${tags} -y`.split(' '), partial];
    await runFfmpeg({ binaries, args, signal }).result;
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
  return path;
}

/**
 * A picture to lay over: RGBA with straight alpha. A panel with round corners, a play mark, and a strip of
 * colours that makes wrong colours easy to see. A file does as well: `overlay: { path: 'logo.png', x, y }`.
 *
 * @param {number} width pixels
 * @param {number} height pixels
 */
function makeBadge(width, height) {
  const data = new Uint8Array(width * height * 4);
  const radius = height / 4;
  const strip = [0xffffff, 0xffff00, 0x00ffff, 0x00ff00, 0xff00ff, 0xff0000, 0x0000ff, 0x000000];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cornerX = Math.max(radius - x, x - (width - 1 - radius), 0);
      const cornerY = Math.max(radius - y, y - (height - 1 - radius), 0);
      const coverage = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(cornerX, cornerY)));
      const inMark = x > height * 0.35 && Math.abs(y - height / 2) < (height * 0.9 - x) / 2;
      const cell = Math.floor(((x - height) / (width - height * 1.25)) * strip.length);
      const inStrip = cell >= 0 && Math.abs(y - height / 2) < height * 0.2;
      const color = inMark ? 0xff8800 : ((inStrip ? strip[cell] : undefined) ?? 0x10141c);
      data.set(
        [color >> 16, (color >> 8) & 255, color & 255, Math.round(coverage * 255)],
        (y * width + x) * 4,
      );
    }
  }
  return { data, width, height };
}

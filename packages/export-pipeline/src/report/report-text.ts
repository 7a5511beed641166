import type { BackendChoice } from '@framerail/gpu-converters';
import { bytesText } from './bytes-text.js';
import type { ExportReport } from './export-report.js';

type Row = readonly [label: string, value: string];

/**
 * What an export did, as a table for people: backend and why, speed, seconds per stage, bytes over the pipes, memory.
 *
 * @param report - what `exportVideo` or `exportFrames` gave
 * @returns lines, each ended
 */
export function reportText(report: ExportReport): string {
  const rows: Row[] = [...whatRows(report), ...speedRows(report), ...costRows(report)];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}\n`).join('');
}

function whatRows(report: ExportReport): Row[] {
  const { output, width, height, color, colorGuessed, encoder, audio, mode, modeReason, backend } = report;
  const guess = colorGuessed.length === 0 ? '' : ` (guessed: ${colorGuessed.join(', ')})`;
  return [
    ['output', `${output.path}, ${bytesText(output.bytes)}, ${width}×${height}`],
    ['mode', `${mode}: ${modeReason}`],
    ...(backend === undefined ? [] : backendRows(backend)),
    ...(encoder === undefined ? [] : ([['encoder', `${encoder.name}: ${encoder.reason}`]] as const)),
    ['sound', `${audio.mode}: ${audio.reason}`],
    [
      'color',
      `${color.primaries}, ${color.transfer}, ${color.matrix}, ${color.fullRange ? 'full' : 'limited'} range${guess}`,
    ],
  ];
}

function backendRows({ backend, reason, measurements, changes }: BackendChoice): Row[] {
  const measured = measurements
    .map((one) => `${one.backend} ${one.msPerFrame.toFixed(2)} ms a frame`)
    .join(', ');
  return [
    ['backend', `${backend}: ${reason}`],
    ...(measured === '' ? [] : ([['measured', measured]] as const)),
    ...changes.map(
      ({ from, to, atFrame, reason: why }): Row => [
        'changed',
        `${from} to ${to} at frame ${atFrame}: ${why}`,
      ],
    ),
  ];
}

function speedRows({ frames, seconds, fps, frameRate, stages }: ExportReport): Row[] {
  const timesRealTime = (fps * frameRate.denominator) / frameRate.numerator;
  const pace = `${fps.toFixed(1)} fps, ${timesRealTime.toFixed(2)}× real time`;
  return [
    ['speed', `${frames} frames in ${seconds.toFixed(2)} s, ${pace}`],
    ...Object.entries(stages).map(([name, stage]): Row => {
      const waits = `waited ${stage.waitingForInputSeconds.toFixed(2)} s for input, ${stage.waitingForOutputSeconds.toFixed(2)} s for output`;
      return [name, `worked ${stage.busySeconds.toFixed(2)} s, ${waits}`];
    }),
  ];
}

function costRows({ bytesOverPipe, transport, buffer, peakRssBytes }: ExportReport): Row[] {
  const { decoder, encoder } = peakRssBytes;
  const children = [decoder, encoder].filter((bytes) => bytes !== undefined).map(bytesText);
  return [
    ...(bytesOverPipe === 0
      ? []
      : ([
          [
            'pipes',
            `${bytesText(bytesOverPipe)}${transport === undefined ? '' : `, ${transport} to the encoder`}`,
          ],
        ] as const)),
    ...(buffer === undefined
      ? []
      : ([
          [
            'buffers',
            `${bytesText(buffer.peakBytes)} of ${bytesText(buffer.bytes)}, ${buffer.frames} frames at most`,
          ],
        ] as const)),
    [
      'peak memory',
      `${bytesText(peakRssBytes.process)} process${children.length === 0 ? '' : `, ${children.join(' and ')} ffmpeg`}`,
    ],
  ];
}

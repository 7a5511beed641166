import type { ExportReport } from '@framerail/export-pipeline';
import { backendJson } from '../../output/backend-json.js';

/**
 * What `framerail export --json` prints: the report with a flat backend, seconds of stages under `busy` and
 * `waiting`, and the memory of all ffmpeg processes together.
 *
 * @param report - what the export gave
 */
export function reportJson(report: ExportReport) {
  const { backend, peakRssBytes, output, bytesOverPipe, ...rest } = report;
  const { process, decoder, encoder } = peakRssBytes;
  return {
    ...rest,
    output: output.path,
    bytes: { output: output.bytes, overPipe: bytesOverPipe },
    backend: backend === undefined ? null : { ...backendJson(backend), changes: backend.changes },
    peakRssBytes: {
      process,
      ffmpeg: decoder === undefined && encoder === undefined ? null : (decoder ?? 0) + (encoder ?? 0),
      decoder: decoder ?? null,
      encoder: encoder ?? null,
    },
  };
}

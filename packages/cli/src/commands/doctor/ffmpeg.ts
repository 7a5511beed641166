import {
  type FfmpegBinaries,
  ffmpegCapabilities,
  locateFfmpeg,
  preferredEncoders,
  proveEncoder,
} from '@framerail/ffmpeg';
import { isFramerailError } from '@framerail/lifecycle';
import type { Finding } from './finding.js';
import { installCommand } from './install-command.js';

/** What the doctor asks of ffmpeg. */
export interface FfmpegExamination {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** ffmpeg and ffprobe, and which H.264 encoders do their work here. */
export async function ffmpegFindings(options: FfmpegExamination): Promise<Finding[]> {
  let binaries: FfmpegBinaries;
  try {
    binaries = await locateFfmpeg(options);
  } catch (error) {
    if (!isFramerailError(error, 'E_FFMPEG_NOT_FOUND')) throw error;
    return [
      {
        id: 'ffmpeg',
        state: 'missing',
        summary: error.message,
        cost: 'nothing can be probed, decoded or exported',
        fix: installCommand('ffmpeg'),
        details: error.details,
      },
    ];
  }
  const tools = (['ffmpeg', 'ffprobe'] as const).map((tool): Finding => {
    const { path, version, source } = binaries[tool];
    return {
      id: tool,
      state: 'ok',
      summary: `${version} at ${path} (from ${source})`,
      details: { path, version, source },
    };
  });
  return [...tools, await encoderFinding(binaries, options.signal)];
}

async function encoderFinding(binaries: FfmpegBinaries, signal: AbortSignal): Promise<Finding> {
  const capabilities = await ffmpegCapabilities(binaries, { signal });
  const proofs = [];
  for (const encoder of preferredEncoders('h264')) {
    if (!capabilities.encoders.has(encoder)) continue;
    proofs.push(await proveEncoder({ binaries, encoder, signal }));
  }
  const proven = proofs.filter((proof) => proof.proven).map(({ encoder }) => encoder);
  const failed = proofs.filter((proof) => !proof.proven).map(({ encoder }) => encoder);
  const rest = failed.length === 0 ? '' : `; there but not working: ${failed.join(', ')}`;
  if (proven.length > 0) {
    return {
      id: 'encoders',
      state: 'ok',
      summary: `H.264 proven with ${proven.join(', ')}${rest}`,
      details: { proofs },
    };
  }
  return {
    id: 'encoders',
    state: 'missing',
    summary: `no H.264 encoder works${rest}`,
    cost: 'H.264 export is not possible',
    fix: `${installCommand('ffmpeg')} (a build with libx264)`,
    details: { proofs },
  };
}

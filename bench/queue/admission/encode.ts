import { type FfmpegBinaries, runFfmpeg } from '@framerail/ffmpeg';

/** A job. */
export interface EncodeOptions {
  readonly binaries: FfmpegBinaries;
  /** Of video. */
  readonly seconds: number;
  /** Whether it keeps to the video's own pace, as a live preview does, and so takes a part of a core; otherwise it takes one. */
  readonly isPaced: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Encodes a moving test picture with one thread, and keeps nothing. */
export async function encode({ binaries, seconds, isPaced, signal }: EncodeOptions): Promise<void> {
  const picture = `testsrc2=size=1280x720:rate=25:duration=${seconds}`;
  const input = ['-filter_threads', '1', ...(isPaced ? ['-re'] : []), '-f', 'lavfi', '-i', picture];
  const output = ['-c:v', 'libx264', '-preset', 'veryfast', '-threads', '1', '-f', 'null', '-'];
  const args = [...input, ...output];
  await runFfmpeg(signal === undefined ? { binaries, args } : { binaries, args, signal }).result;
}

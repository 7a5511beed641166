import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for a test file's clips; `remove` takes all of it away. */
export function clipFolder() {
  const path = mkdtempSync(join(tmpdir(), 'framerail-ffmpeg-'));
  return {
    path,
    file: (name: string) => join(path, name),
    remove: () => rmSync(path, { recursive: true, force: true }),
    /** Makes a clip with ffmpeg itself, told apart from what is tested here. @returns its path */
    make(name: string, args: readonly string[], input?: Uint8Array): string {
      const file = join(path, name);
      ffmpeg([...args, '-y', `file:${file}`], input);
      return file;
    },
  };
}

/** What ffmpeg prints on stdout. */
export function ffmpeg(args: readonly string[], input?: Uint8Array): Buffer {
  const program = process.env['FRAMERAIL_FFMPEG'] || 'ffmpeg';
  const options = {
    input: input ?? '',
    maxBuffer: 512 * 1024 * 1024,
    stdio: ['pipe', 'pipe', 'pipe'] as 'pipe'[],
  };
  return execFileSync(program, ['-hide_banner', '-nostdin', '-v', 'error', ...args], options);
}

/** An ever changing picture and, with `audio`, a tone. */
export function testSource(
  options: { size?: string; rate?: string; seconds?: number; audio?: boolean } = {},
): string[] {
  const { size = '64x48', rate = '25', seconds = 1, audio = false } = options;
  const video = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`];
  return audio
    ? [...video, '-f', 'lavfi', '-i', `sine=duration=${seconds}:sample_rate=48000`, '-c:a', 'aac']
    : video;
}

/** H.264 without loss, as small and fast as can be. */
export const LOSSLESS = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '0'];

/** Writes a rotation into the track header of an MP4, as phones do; every ffmpeg release reads that. */
export function rotateMp4(file: string, clockwiseDegrees: number): void {
  const bytes = readFileSync(file);
  const header = bytes.indexOf('tkhd');
  const matrix = header + 4 + (bytes[header + 4] === 1 ? 4 + 32 + 16 : 4 + 20 + 16);
  const angle = (clockwiseDegrees * Math.PI) / 180;
  const fixed = (value: number): number => Math.round(value * 65_536);
  const [cos, sin] = [fixed(Math.cos(angle)), fixed(Math.sin(angle))];
  bytes.writeInt32BE(cos, matrix);
  bytes.writeInt32BE(sin, matrix + 4);
  bytes.writeInt32BE(-sin, matrix + 12);
  bytes.writeInt32BE(cos, matrix + 16);
  writeFileSync(file, bytes);
}

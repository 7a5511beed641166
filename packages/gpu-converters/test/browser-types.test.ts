import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from '../../../scripts/workspace/packages.mjs';

// The package is compiled without the DOM's types, and used with them.
const PROGRAM = `
import { convertFrame, importedFormat, importFrame, toVideoFrame, type InputFrame } from '@framerail/gpu-converters';
import { createBufferPool } from '@framerail/buffer-pool';
import { BT709, frameLayout } from '@framerail/media-types';

export async function encode(video: VideoFrame, bitmap: ImageBitmap, canvas: OffscreenCanvas, element: HTMLCanvasElement, encoder: VideoEncoder) {
  const leases = createBufferPool({ maxBytes: 1e8 });
  const inputs: InputFrame[] = [video, bitmap, canvas, element];
  for (const frame of inputs) {
    const target = { layout: frameLayout({ format: 'NV12', width: 2, height: 2 }), color: BT709 };
    using result = await convertFrame({ frame, target });
    const made: VideoFrame = toVideoFrame(result);
    encoder.encode(made);
    made.close();
  }
  using imported = await importFrame(bitmap, { leases });
  return [importedFormat(video).guessed, imported.path];
}
// Shows that this file is checked at all.
export const wrong: string = 1;
`;

const folder = mkdtempSync(join(tmpdir(), 'framerail-dom-types-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a browser's own types fit", { timeout: 120_000 }, () => {
  const files = {
    'program.ts': PROGRAM,
    'tsconfig.json': JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        lib: ['ES2024', 'ESNext.Disposable', 'DOM'],
        types: [],
        incremental: false,
        tsBuildInfoFile: null,
        paths: {
          '@framerail/*': [join(ROOT, 'packages/*/src/index.ts')],
        },
      },
      files: [
        'program.ts',
        join(ROOT, 'shaders/wgsl.d.ts'),
        join(ROOT, 'node_modules/@webgpu/types/dist/index.d.ts'),
      ],
      include: [],
    }),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(
    process.execPath,
    [tsc, '--project', folder, '--noEmit', '--pretty', 'false'],
    {
      encoding: 'utf8',
    },
  );
  // Sources of packages may use Node's types, which a browser's program has not; this program's lines are what counts.
  const own = stdout.split('\n').filter((line) => line.includes('program.ts'));
  expect(own).toEqual([expect.stringContaining("Type 'number' is not assignable to type 'string'")]);
});

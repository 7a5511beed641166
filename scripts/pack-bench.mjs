// Packs the GPU's bench into one archive that runs on a machine with a driver and nothing else: no network, no npm,
// no Node. It is for the platform that it is packed on.
//   npm run pack-bench [-- --out FILE]      default: out/framerail-bench-PLATFORM-ARCH.tar.gz
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { benchContents, packagesUnder } from './packing/bench-contents.mjs';
import { tarPieces } from './packing/tar.mjs';
import { ROOT } from './workspace/packages.mjs';

const MOST_BYTES = 60_000_000;

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const name = `framerail-bench-${process.platform}-${process.arch}.tar.gz`;
const out = resolve(values.out ?? join(ROOT, 'out', name));

const folders = packagesUnder('@framerail/gpu-converters').map(({ folder }) => folder);
const build = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), ...folders], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
if (build.status !== 0) process.exit(1);

const entries = benchContents();
mkdirSync(dirname(out), { recursive: true });
// Written beside and renamed: an archive under its name is whole.
const unfinished = `${out}.${process.pid}`;
try {
  await pipeline(Readable.from(tarPieces(entries)), createGzip({ level: 9 }), createWriteStream(unfinished));
  const { size } = statSync(unfinished);
  if (size > MOST_BYTES) {
    const largest = entries.toSorted((a, b) => b.content.byteLength - a.content.byteLength).slice(0, 3);
    const names = largest.map(({ path, content }) => `${path} (${content.byteLength} bytes)`).join(', ');
    throw new Error(
      `Expected at most ${MOST_BYTES} bytes but the archive has ${size}; the largest in it: ${names}`,
    );
  }
  renameSync(unfinished, out);
  console.log(`${out}: ${(size / 1e6).toFixed(1)} MB, ${entries.length} files`);
} catch (error) {
  rmSync(unfinished, { force: true });
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

// Every snippet of the documentation does what a reader would expect of it: it has no type error, and it runs.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findFfmpegTool } from '../workspace/commands.mjs';
import { ROOT, workspacePackages } from '../workspace/packages.mjs';
import { requireProgram } from './require.js';
import { typeErrorsOf } from './snippet-types.js';
import { documentationPages, type Snippet, snippetsIn } from './snippets.js';

const snippets = documentationPages().flatMap((page) => snippetsIn(page));
const ffmpeg = requireProgram('ffmpeg') ? findFfmpegTool('ffmpeg') : undefined;

/** Snippets that start ffmpeg, or read the film that stands ready for them. */
const needsFfmpeg = ({ code }: Snippet) => /input\.mp4|@framerail\/(ffmpeg|export-pipeline|cli)/.test(code);
const nameOf = ({ page, line }: Snippet) => `${page}:${line}`;
const treated = (treatment: Snippet['treatment']) =>
  snippets.filter((snippet) => snippet.treatment === treatment);

test.each(workspacePackages().map(({ folder }) => folder))(
  '%s has a README with a snippet that runs',
  (folder) => {
    const page = `packages/${folder}/README.md`;
    expect(existsSync(join(ROOT, page)), `${page} is missing`).toBe(true);
    expect(snippetsIn(page).map(({ treatment }) => treatment)).toContain('run');
  },
);

test('snippets have no type errors', () => {
  expect(typeErrorsOf(snippets)).toEqual([]);
});

describe('snippets run, in a folder with input.mp4 (2 s of 640×360 with sound) and overlay.png', () => {
  const startFolder = process.cwd();
  // Inside of the repository, so that what a snippet imports is found.
  const modules = join(ROOT, '.cache', `snippets-${process.pid}`);
  let folder = '';

  beforeAll(() => {
    mkdirSync(modules, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), 'framerail-snippets-'));
    if (ffmpeg !== undefined) makeMedia(ffmpeg.path, folder);
    process.chdir(folder);
  });

  afterAll(() => {
    process.chdir(startFolder);
    rmSync(modules, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [index, snippet] of treated('run').entries()) {
    test.runIf(ffmpeg !== undefined || !needsFfmpeg(snippet))(
      nameOf(snippet),
      async () => {
        const path = join(modules, `snippet-${index}.ts`);
        writeFileSync(path, snippet.code);
        const silenced = (['log', 'info', 'table'] as const).map((name) =>
          vi.spyOn(console, name).mockReturnValue(undefined),
        );
        try {
          await import(/* @vite-ignore */ pathToFileURL(path).href);
        } finally {
          for (const spy of silenced) spy.mockRestore();
        }
      },
      120_000,
    );
  }
});

test.each(treated('bundle').map((snippet) => [nameOf(snippet), snippet] as const))(
  '%s bundles for a browser',
  async (_, snippet) => {
    const { outputFiles } = await build({
      stdin: { contents: snippet.code, loader: 'ts', resolveDir: ROOT },
      alias: browserAliases(),
      bundle: true,
      format: 'esm',
      platform: 'browser',
      loader: { '.wgsl': 'text' },
      logLevel: 'silent',
      write: false,
    });
    expect(outputFiles[0]?.contents.byteLength).toBeGreaterThan(0);
  },
);

function browserAliases(): Record<string, string> {
  // What a package's manifest leaves out of browsers must not be put back by an alias.
  const packages = workspacePackages().filter(({ name }) => name !== '@framerail/native');
  const entries = packages.flatMap((one) =>
    one.entries.flatMap(({ name, specifier }) =>
      specifier ? [[specifier, join(one.path, 'src', `${name}.ts`)]] : [],
    ),
  );
  return Object.fromEntries(entries);
}

function makeMedia(command: string, folder: string): void {
  const film = [
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=640x360:r=25:d=2',
    '-f',
    'lavfi',
    '-i',
    'sine=d=2',
    '-pix_fmt',
    'yuv420p',
  ];
  execFileSync(command, ['-v', 'error', '-y', ...film, '-shortest', join(folder, 'input.mp4')]);
  const picture = ['-f', 'lavfi', '-i', 'color=red@0.5:s=64x32,format=rgba', '-frames:v', '1'];
  execFileSync(command, ['-v', 'error', '-y', ...picture, join(folder, 'overlay.png')]);
}

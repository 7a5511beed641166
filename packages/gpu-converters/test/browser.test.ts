import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { findCommand } from '../../../scripts/workspace/commands.mjs';
import type { PageReport } from './browser/page.js';

const TIMEOUT_MS = 180_000;

/** Bundles as an editor's front end does: for browsers, so that an import of Node's is an error. */
async function bundleForBrowsers(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    loader: { '.wgsl': 'text' },
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

test('the package bundles for browsers', async () => {
  const bundle = await bundleForBrowsers('../src/index.ts');
  expect(bundle).toContain('createFrameProcessor');
  expect(bundle).not.toMatch(/from\s*["']node:|require\(["']node:|import\(["']node:/);
});

describe.runIf(requireProgram('chromium'))('in a browser', () => {
  test('the webgpu backend fulfils its contract', { timeout: TIMEOUT_MS }, async () => {
    const report = await reportOf(await bundleForBrowsers('./browser/page.ts'));
    expect(report.cases.filter(({ failure }) => failure !== '')).toEqual([]);
    expect(report.cases.length).toBeGreaterThan(5);
    expect(report.adapter).not.toBe('');
  });
});

/** Opens a page with a script and waits for what it posts. */
async function reportOf(script: string): Promise<PageReport> {
  const profile = await mkdtemp(join(tmpdir(), 'framerail-chromium-'));
  let posted: (report: PageReport) => void = () => {};
  const report = new Promise<PageReport>((resolve) => {
    posted = resolve;
  });
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') posted(JSON.parse(await text(request)) as PageReport);
    const isPage = request.url === '/';
    response.setHeader('content-type', isPage ? 'text/html' : 'text/javascript');
    response.end(isPage ? '<!doctype html><script type="module" src="/page.js"></script>' : script);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const browser = openBrowser(server, profile);
  const stderr = text(browser.stderr as NodeJS.ReadableStream & AsyncIterable<Buffer>);
  const exit = once(browser, 'exit');
  try {
    const ended = exit.then(async ([code]) => {
      throw new Error(
        `The browser ended with ${String(code)} before its report: ${(await stderr).slice(-2000)}`,
      );
    });
    return await Promise.race([report, ended]);
  } finally {
    browser.kill('SIGKILL');
    await exit;
    server.closeAllConnections();
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function openBrowser(server: Server, profile: string): ChildProcess {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const path = names.map((name) => findCommand(name)).find((one) => one !== undefined);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const flags = [
    '--headless=new',
    '--no-sandbox',
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
    '--use-angle=swiftshader',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-quic',
    '--disable-sync',
    '--no-first-run',
    `--user-data-dir=${profile}`,
  ];
  // What points this process' WebGPU to SwiftShader must not reach a browser that carries its own.
  const { VK_ICD_FILENAMES: _driver, LD_LIBRARY_PATH: _libraries, ...env } = process.env;
  return spawn(path as string, [...flags, url], { stdio: ['ignore', 'ignore', 'pipe'], env });
}

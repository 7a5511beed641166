import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { findCommand } from '../../../../scripts/workspace/commands.mjs';
import type { PageReport } from './page-case.js';

/** Opens a page with a module in Chromium and waits for what it posts. `files` are served beside the page. */
export async function reportOf(
  script: string,
  files: Readonly<Record<`/${string}`, string>>,
): Promise<PageReport> {
  const profile = await mkdtemp(join(tmpdir(), 'framerail-chromium-'));
  let posted: (report: PageReport) => void = () => {};
  const report = new Promise<PageReport>((resolve) => {
    posted = resolve;
  });
  const served: Readonly<Record<string, string>> = {
    '/': '<!doctype html><script type="module" src="/page.js"></script>',
    '/page.js': script,
    ...files,
  };
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') posted(JSON.parse(await text(request)) as PageReport);
    const { url = '/' } = request;
    response.statusCode = url in served || request.method === 'POST' ? 200 : 404;
    response.setHeader('content-type', url === '/' ? 'text/html' : mimeTypeOf(url));
    response.end(served[url]);
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

const mimeTypeOf = (url: string): string => (url.endsWith('.json') ? 'application/json' : 'text/javascript');

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

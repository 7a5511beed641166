import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findCommand } from '../workspace/commands.mjs';
import { isAtLeast } from '../workspace/node.mjs';
import { findVersitygw, VERSITYGW_FOLDER, VERSITYGW_VERSION } from '../workspace/versitygw.mjs';
import { inSeconds, run, runWithRetries } from './command.mjs';

const MODULE = `github.com/versity/versitygw/cmd/versitygw@${VERSITYGW_VERSION}`;
/** From here on `go` gets the toolchain that a module asks for by itself. */
const SELF_UPDATING = '1.21';
/** What the module asks for, for a `go` that doesn't. */
const TOOLCHAIN = '1.25.0';
const LIMIT_MS = 900_000;

/**
 * Builds the S3-compatible server that the object store is tested against, with Go, into the repository's cache. Without
 * it those tests are left out.
 * @param {import('./report.mjs').Report} report
 * @param {import('./programs.mjs').Purpose} purpose
 */
export async function installVersitygw(report, purpose) {
  if (purpose !== 'test' && purpose !== 'everything') return;
  if (findVersitygw() !== undefined) return report.done('versitygw', 'up to date');
  const found = findCommand('go');
  if (found === undefined) return report.warn('versitygw', 'left out: there is no go to build it with');
  report.begin('versitygw', `building ${VERSITYGW_VERSION} with go`);
  const beginning = `${VERSITYGW_FOLDER}.${process.pid}`;
  try {
    mkdirSync(beginning, { recursive: true });
    const go = await modernGo(found);
    const env = { ...process.env, GOBIN: beginning, CGO_ENABLED: '0', GOFLAGS: '', GOROOT: '' };
    const result = await runWithRetries(go, ['install', '-trimpath', '-ldflags=-s -w', MODULE], {
      env: {
        ...env,
        PATH: [dirname(go), process.env['PATH']].join(process.platform === 'win32' ? ';' : ':'),
      },
      timeoutMs: LIMIT_MS,
    });
    if (!result.ok) throw new Error(result.tail);
    rmSync(VERSITYGW_FOLDER, { recursive: true, force: true });
    renameSync(beginning, VERSITYGW_FOLDER);
    report.done('versitygw', `built ${inSeconds(result.seconds)}`);
  } catch (error) {
    report.warn('versitygw', `left out: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    rmSync(beginning, { recursive: true, force: true });
  }
}

/**
 * A `go` that can build the module. An old one, such as Debian 12's, downloads a newer one as what it is: a module.
 * @param {string} go
 * @returns {Promise<string>}
 */
async function modernGo(go) {
  const version = /go(\d+\.\d+(?:\.\d+)?)/.exec(
    spawnSync(go, ['version'], { encoding: 'utf8' }).stdout ?? '',
  )?.[1];
  if (version !== undefined && isAtLeast(version, SELF_UPDATING)) return go;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const module = `golang.org/toolchain@v0.0.1-go${TOOLCHAIN}.${system}-${arch}`;
  const result = await run(go, ['mod', 'download', '-json', module], {
    keepStdout: true,
    timeoutMs: LIMIT_MS,
  });
  const folder = result.ok ? JSON.parse(result.stdout).Dir : undefined;
  if (folder === undefined) throw new Error(`Go ${version} is too old and no newer one came: ${result.tail}`);
  makeExecutable(folder);
  return join(folder, 'bin', 'go');
}

/**
 * Modules hold no programs, so nothing in them may be run.
 * @param {string} folder
 */
function makeExecutable(folder) {
  const tools = join(folder, 'pkg/tool');
  const folders = [join(folder, 'bin')];
  if (existsSync(tools)) folders.push(...readdirSync(tools).map((name) => join(tools, name)));
  for (const one of folders) for (const name of readdirSync(one)) chmodSync(join(one, name), 0o755);
}

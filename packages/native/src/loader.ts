import { createRequire } from 'node:module';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NativeBinding } from './binding.js';
import { type Candidate, candidatesOf } from './candidates.js';
import { HELP, helpOnFailure } from './help.js';
import { buildNameOf, currentHost, describeHost, type Host, PUBLISHED } from './platforms.js';

/** The addon, or why there is none. */
export type NativeResult =
  | {
      readonly available: true;
      /** What the addon gives. */
      readonly binding: NativeBinding;
      /** The file or the package that it came from. */
      readonly path: string;
    }
  | {
      readonly available: false;
      /** Everything that was tried and what came of it, at least one. */
      readonly reasons: readonly string[];
      /** What would help, in sentences for a person. */
      readonly help: string;
    };

/** What {@link findNative} depends on, so that each way to fail can be tried. */
export interface LoadOptions {
  /** Environment variables: FRAMERAIL_NATIVE and FRAMERAIL_NATIVE_PATH are looked at. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the process runs on. */
  readonly host: Host;
  /** Absolute path of the file that searches. */
  readonly from: string;
  /** Loads a file or a package. */
  readonly load: (specifier: string) => unknown;
}

/** The interface that this package describes; an addon with another one is refused. */
export const ABI_VERSION = 5;

/** Searches without remembering anything. */
export function findNative({ env, host, from, load }: LoadOptions): NativeResult {
  if (env.FRAMERAIL_NATIVE === 'off') {
    return { available: false, reasons: ['FRAMERAIL_NATIVE=off turns the addon off'], help: HELP.off };
  }
  const explicitPath = env.FRAMERAIL_NATIVE_PATH ? absolute(env.FRAMERAIL_NATIVE_PATH) : undefined;
  const build = buildNameOf(host);
  const published = PUBLISHED.includes(build);
  const reasons: string[] = [];
  const helps = new Set<string>();
  if (!published && explicitPath === undefined) {
    reasons.push(
      `No build is published for ${describeHost(host)} (${build}); there are ${PUBLISHED.join(', ')}`,
    );
    helps.add(host.libc === 'musl' ? HELP.musl : HELP.platform);
  }
  for (const candidate of candidatesOf({ build, published, from, explicitPath })) {
    try {
      const binding = bindingOf(load(candidate.specifier));
      return { available: true, binding, path: candidate.specifier };
    } catch (error) {
      reasons.push(`${nameOf(candidate)}: ${firstLine(error)}`);
      helps.add(helpOnFailure(error, candidate));
    }
  }
  return { available: false, reasons, help: [...helps].join('\n') };
}

/** @throws Error with code `E_NATIVE_ABI` when it isn't an addon with this package's interface */
function bindingOf(exports: unknown): NativeBinding {
  const abiVersion = (exports as { abiVersion?: unknown } | null | undefined)?.abiVersion;
  if (abiVersion === ABI_VERSION) return exports as NativeBinding;
  const received = typeof abiVersion === 'number' ? abiVersion : 'none';
  const message = `Expected an addon with ABI version ${ABI_VERSION} but received one with ${received}`;
  throw Object.assign(new Error(message), { code: 'E_NATIVE_ABI' });
}

function nameOf({ specifier, origin }: Candidate): string {
  return origin === 'FRAMERAIL_NATIVE_PATH' ? `${specifier} (from FRAMERAIL_NATIVE_PATH)` : specifier;
}

function absolute(path: string): string {
  return isAbsolute(path) ? path : resolve(path);
}

/** The last answer, and the settings it was given for. */
let remembered: { readonly key: string; readonly result: NativeResult } | undefined;

/**
 * Gives the addon, or every reason why there is none. Never throws, and looks only once as long as the environment
 * variables stay the same:
 *
 * - `FRAMERAIL_NATIVE=off` turns the addon off.
 * - `FRAMERAIL_NATIVE_PATH` names the file to load, and nothing else is tried.
 *
 * Otherwise a build in this package's repository is tried, then the platform's package (`@framerail/native-…`).
 */
export function loadNative(): NativeResult {
  const { env } = process;
  const key = JSON.stringify([env.FRAMERAIL_NATIVE, env.FRAMERAIL_NATIVE_PATH]);
  if (remembered?.key !== key) remembered = { key, result: findFromHere(env) };
  return remembered.result;
}

function findFromHere(env: NodeJS.ProcessEnv): NativeResult {
  try {
    const from = fileURLToPath(import.meta.url);
    return findNative({ env, host: currentHost(), from, load: createRequire(import.meta.url) });
  } catch (error) {
    return {
      available: false,
      reasons: [`The search itself failed: ${firstLine(error)}`],
      help: HELP.bundled,
    };
  }
}

/** Node puts a stack of requires after it. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n', 1)[0] ?? '';
}

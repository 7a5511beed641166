import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { FramerailError, invalidArgument } from '@framerail/lifecycle';
import { expectHandler, type HandlerSet } from './task-handler.js';

/**
 * Takes the option that names a module of handlers, or a program.
 *
 * @param name - the option's name
 * @param module - an absolute path or a `file:` URL
 * @returns a `file:` URL
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function expectModule(name: string, module: unknown): string {
  if (module instanceof URL && module.protocol === 'file:') return module.href;
  if (typeof module === 'string') {
    if (module.startsWith('file:') && URL.canParse(module)) return module;
    // Relative to what? To the caller's file, which isn't known here.
    if (isAbsolute(module)) return pathToFileURL(module).href;
  }
  const received = module instanceof URL ? module.href : module;
  throw invalidArgument(
    name,
    "an absolute path or a file: URL, such as new URL('./handlers.js', import.meta.url),",
    received,
  );
}

/** Loads a module of handlers, ESM or CommonJS. @throws FramerailError `E_TASK_MODULE` */
export async function loadHandlers(url: string): Promise<HandlerSet> {
  let loaded: unknown;
  try {
    loaded = await importModule(url);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw moduleError(`The module of handlers ${url} could not be loaded: ${text}`, url, cause);
  }
  // A module translated to CommonJS has its default export one level down.
  for (let given = loaded, depth = 0; depth < 3; depth += 1) {
    if (isHandlerSet(given)) {
      for (const [name, handler] of Object.entries(given.handlers)) expectHandler(name, handler);
      return given;
    }
    given = (given as { default?: unknown } | null | undefined)?.default;
  }
  const names = Object.keys(loaded as object).join(', ') || 'nothing';
  throw moduleError(
    `Expected a default export made by defineHandlers in ${url}, which exports ${names}; write: export default defineHandlers({ … })`,
    url,
  );
}

function isHandlerSet(value: unknown): value is HandlerSet {
  if (typeof value !== 'object' || value === null) return false;
  const { handlers, resources } = value as Partial<HandlerSet>;
  return typeof handlers === 'object' && handlers !== null && Array.isArray(resources);
}

const moduleError = (message: string, module: string, cause?: unknown): FramerailError =>
  new FramerailError({ code: 'E_TASK_MODULE', message, cause, details: { module } });

async function importModule(url: string): Promise<unknown> {
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ url);
  } catch (error) {
    // A translation to CommonJS makes a `require` of it, which takes paths alone, and says so by a code of its own.
    if ((error as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw error;
    return import(/* @vite-ignore */ /* webpackIgnore: true */ fileURLToPath(url));
  }
}

import type { Candidate } from './candidates.js';

const BUILD =
  'run `npm run setup` in a clone of Framerail with Rust installed, or name a build with FRAMERAIL_NATIVE_PATH';

/** What would help, by what went wrong. */
export const HELP = {
  off: 'Unset FRAMERAIL_NATIVE to use the addon.',
  platform: `Build the addon for this system: ${BUILD}.`,
  musl: `Use a Node built for glibc (node:slim rather than node:alpine), or build the addon for musl: ${BUILD}.`,
  missingFile: 'Correct FRAMERAIL_NATIVE_PATH or unset it.',
  missingPackage: `Install with optional dependencies (not --omit=optional, and on the system that it runs on); in a clone, ${BUILD}.`,
  abi: 'Install all @framerail packages in one version; in a clone, run `npm run setup` to build the addon again.',
  libc: 'The addon was linked to a newer C library than this system has: update the system, or build the addon on it.',
  linker:
    'The file was built for another system or is damaged: install again on this system, or build it there.',
  bundled:
    'Leave @framerail/native out of the bundle (mark it external): it has to know where its file lies.',
  other: 'Install again; if that changes nothing, report it with these reasons.',
} as const;

/** Chooses what would help after loading a candidate failed. */
export function helpOnFailure(error: unknown, { origin }: Candidate): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const text = String(message);
  if (code === 'E_NATIVE_ABI') return HELP.abi;
  if (code === 'MODULE_NOT_FOUND') return origin === 'package' ? HELP.missingPackage : HELP.missingFile;
  if (/GLIBC(XX)?_[\d.]+.*not found/.test(text)) return HELP.libc;
  if (/ld-musl|ld-linux|libc\.musl/.test(text)) return HELP.musl;
  return code === 'ERR_DLOPEN_FAILED' ? HELP.linker : HELP.other;
}

import type { NativeConverter } from './native-backend.js';

/** The addon's converter, or why there is none. */
export type LoadedConverter =
  | { readonly available: true; readonly binding: NativeConverter }
  | { readonly available: false; readonly reason: string };

/**
 * Looks for the addon. It is imported here and only when asked for: bundles for browsers have nothing in its
 * place (see `browser` in package.json).
 */
export async function loadConverter(): Promise<LoadedConverter> {
  try {
    const native: Partial<typeof import('@framerail/native')> = await import('@framerail/native');
    const result = native.loadNative?.();
    if (result === undefined) return { available: false, reason: 'the addon is not for this platform' };
    if (result.available) return { available: true, binding: result.binding };
    return { available: false, reason: `there is no addon (${result.reasons.join('; ')})` };
  } catch (error) {
    return {
      available: false,
      reason: `the addon's loader failed (${error instanceof Error ? error.message : String(error)})`,
    };
  }
}

/** Where WebGPU comes from, or why there is none. */
export type WebgpuEntry =
  | { readonly gpu: GPU; readonly from: 'navigator' | 'webgpu package' }
  | { readonly gpu: undefined; readonly reasons: readonly string[] };

// The one piece of global state that the platform forces on this package: an object that npm's `webgpu` makes
// must stay reachable for as long as any of its devices lives, or the process crashes. One for each set of flags.
const instances = new Map<string, GPU>();

/** Dawn rounds timestamps to 65,536 ns unless it is told not to when the instance is made. */
const PRECISE_TIMESTAMPS = 'disable-dawn-features=timestamp_quantization';

/**
 * The host's `navigator.gpu`, or else the one of npm's `webgpu` (Dawn), an optional peer dependency.
 *
 * @param options - `timestampQuantization: false` asks Dawn for timestamps as the GPU gives them; a host's own
 *   `navigator.gpu` can't be asked
 */
export async function findWebgpu(options: { timestampQuantization?: boolean } = {}): Promise<WebgpuEntry> {
  const host = (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;
  if (host !== undefined) return { gpu: host, from: 'navigator' };
  const flags = options.timestampQuantization === false ? [PRECISE_TIMESTAMPS] : [];
  const key = flags.join();
  const known = instances.get(key);
  if (known !== undefined) return { gpu: known, from: 'webgpu package' };
  const noNavigator = 'this host has no navigator.gpu';
  if (!isNode()) return { gpu: undefined, reasons: [noNavigator] };
  try {
    // Not a literal, so that bundlers for browsers leave it alone.
    const name: string = 'webgpu';
    const { create } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as {
      create(flags: string[]): GPU;
    };
    const gpu = instances.get(key) ?? create(flags);
    instances.set(key, gpu);
    return { gpu, from: 'webgpu package' };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] as string) : String(error);
    return {
      gpu: undefined,
      reasons: [noNavigator, `npm's webgpu can't be loaded (${why}); npm install webgpu`],
    };
  }
}

function isNode(): boolean {
  const host = globalThis as { process?: { versions?: { node?: string } } };
  return host.process?.versions?.node !== undefined;
}

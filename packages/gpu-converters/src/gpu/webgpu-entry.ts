/** Where WebGPU comes from, or why there is none. */
export type WebgpuEntry =
  | { readonly gpu: GPU; readonly from: 'navigator' | 'webgpu package' }
  | { readonly gpu: undefined; readonly reasons: readonly string[] };

// The one piece of global state that the platform forces on this package: the object that npm's `webgpu` makes
// must stay reachable for as long as any of its devices lives, or the process crashes.
let instance: GPU | undefined;

/** The host's `navigator.gpu`, or else the one of npm's `webgpu` (Dawn), an optional peer dependency. */
export async function findWebgpu(): Promise<WebgpuEntry> {
  const host = (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;
  if (host !== undefined) return { gpu: host, from: 'navigator' };
  if (instance !== undefined) return { gpu: instance, from: 'webgpu package' };
  const noNavigator = 'this host has no navigator.gpu';
  if (!isNode()) return { gpu: undefined, reasons: [noNavigator] };
  try {
    // Not a literal, so that bundlers for browsers leave it alone.
    const name: string = 'webgpu';
    const { create } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as {
      create(flags: string[]): GPU;
    };
    instance ??= create([]);
    return { gpu: instance, from: 'webgpu package' };
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

/** What a process runs on, as far as the choice of a build depends on it. */
export interface Host {
  /** `process.platform`. */
  readonly os: string;
  /** `process.arch`. */
  readonly cpu: string;
  /** The C library that Node is linked to, on Linux. */
  readonly libc: 'glibc' | 'musl' | undefined;
}

/** Builds that are published as `@framerail/native-…`, named as napi-rs names them. */
export const PUBLISHED: readonly string[] = [
  'linux-x64-gnu',
  'linux-arm64-gnu',
  'darwin-arm64',
  'darwin-x64',
  'win32-x64-msvc',
];

/** Name of the build for a host, published or not: part of the package's name and of the file's. */
export function buildNameOf({ os, cpu, libc }: Host): string {
  if (os === 'linux') return `linux-${cpu}-${libc === 'musl' ? 'musl' : 'gnu'}`;
  return os === 'win32' ? `win32-${cpu}-msvc` : `${os}-${cpu}`;
}

/** A host in words, for reasons. */
export function describeHost({ os, cpu, libc }: Host): string {
  return libc === undefined ? `${os} on ${cpu}` : `${os} on ${cpu} with ${libc}`;
}

/** The process that this runs in. */
export function currentHost(): Host {
  return {
    os: process.platform,
    cpu: process.arch,
    libc: process.platform === 'linux' ? libcOfProcess() : undefined,
  };
}

/** Node's report names the glibc that it runs on, and nothing where there is another C library. */
function libcOfProcess(): 'glibc' | 'musl' {
  // Since Node 22.0; its types don't have it.
  const report: (NodeJS.ProcessReport & { excludeNetwork?: boolean }) | undefined = process.report;
  if (report === undefined) return 'glibc';
  // Looking up the names of open connections can take seconds.
  const excluded = report.excludeNetwork ?? false;
  report.excludeNetwork = true;
  try {
    const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } };
    return header?.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
  } finally {
    report.excludeNetwork = excluded;
  }
}

/** A system that the addon is built for, named as napi-rs names it. */
export interface NativePlatform {
  /** For example `linux-x64-gnu`; part of the package's name and of the file's. */
  readonly name: string;
  /** `process.platform`. */
  readonly os: string;
  /** `process.arch`. */
  readonly cpu: string;
  /** Which C library it links, on Linux. */
  readonly libc?: 'glibc' | 'musl';
}

/** What a process runs on, as far as the choice of a build depends on it. */
export interface Host {
  readonly os: string;
  readonly cpu: string;
  readonly libc: 'glibc' | 'musl' | undefined;
}

/** Every system that a build is published for. */
export const PLATFORMS: readonly NativePlatform[] = [
  { name: 'linux-x64-gnu', os: 'linux', cpu: 'x64', libc: 'glibc' },
  { name: 'linux-arm64-gnu', os: 'linux', cpu: 'arm64', libc: 'glibc' },
  { name: 'darwin-arm64', os: 'darwin', cpu: 'arm64' },
  { name: 'darwin-x64', os: 'darwin', cpu: 'x64' },
  { name: 'win32-x64-msvc', os: 'win32', cpu: 'x64' },
];

/** The build for a host, if there is one. */
export function platformOf(host: Host): NativePlatform | undefined {
  return PLATFORMS.find(
    ({ os, cpu, libc }) => os === host.os && cpu === host.cpu && (libc === undefined || libc === host.libc),
  );
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

import { existsSync, readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import type { Finding } from './finding.js';

const MEBIBYTE = 2 ** 20;

/** The Node that runs this, and the machine's processors. */
export function nodeFinding(): Finding {
  const cores = availableParallelism();
  const cpu = cpus()[0]?.model.trim() ?? 'unknown processor';
  return {
    id: 'node',
    state: 'ok',
    summary: `${process.versions.node} on ${platform()} ${arch()}, ${cores} cores (${cpu})`,
    details: {
      version: process.versions.node,
      path: process.execPath,
      platform: platform(),
      arch: arch(),
      kernel: release(),
      cores,
      cpu,
    },
  };
}

/** What memory there is, and what of it the process may have. */
export function memoryFinding(): Finding {
  const totalBytes = totalmem();
  const constrained = process.constrainedMemory();
  // Node gives 0 or a number beyond the machine's memory where no control group limits it.
  const limitBytes = constrained > 0 && constrained < totalBytes ? constrained : undefined;
  const limit =
    limitBytes === undefined
      ? 'no limit by a control group'
      : `limited to ${Math.round(limitBytes / MEBIBYTE)} MiB by the control group`;
  return {
    id: 'memory',
    state: 'ok',
    summary: `${Math.round(totalBytes / MEBIBYTE)} MiB, ${Math.round(process.availableMemory() / MEBIBYTE)} MiB available, ${limit}`,
    details: { totalBytes, availableBytes: process.availableMemory(), limitBytes },
  };
}

const PIPE_LIMIT = '/proc/sys/fs/pipe-max-size';

/** Bytes of a frame pipe that a process without privileges may have. */
export function pipeFinding(): Finding {
  if (!existsSync(PIPE_LIMIT)) {
    return {
      id: 'pipe',
      state: 'note',
      summary: `pipes of ${platform()} have a fixed size and frames are written, not spliced`,
      details: {},
    };
  }
  const capacityBytes = Number(readFileSync(PIPE_LIMIT, 'utf8'));
  if (capacityBytes >= MEBIBYTE) {
    return {
      id: 'pipe',
      state: 'ok',
      summary: `up to ${capacityBytes / MEBIBYTE} MiB`,
      details: { capacityBytes },
    };
  }
  return {
    id: 'pipe',
    state: 'missing',
    summary: `pipes are limited to ${capacityBytes} bytes`,
    cost: 'frames cross to ffmpeg in smaller pieces, slower',
    fix: 'sysctl fs.pipe-max-size=1048576',
    details: { capacityBytes },
  };
}

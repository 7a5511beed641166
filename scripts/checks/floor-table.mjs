/**
 * The floors of the house, as docs/architecture.md draws them. A room may import rooms of lower floors alone: not
 * those above, not those beside it.
 * @type {Readonly<Record<string, number>>}
 */
export const FLOORS = {
  cli: 6,
  examples: 6,
  bench: 6,
  'export-pipeline': 5,
  dashboard: 5,
  proxy: 4,
  'gpu-converters': 3,
  'multilevel-cache': 3,
  'buffer-pool': 2,
  'task-queue': 2,
  'resource-monitor': 2,
  ffmpeg: 2,
  'object-store': 2,
  'media-types': 1,
  lifecycle: 1,
  native: 1,
};

/** Names that say nothing of what a file or a folder is for. */
export const EMPTY_NAMES = ['utils', 'util', 'common', 'core', 'types', 'misc', 'helpers'];

import { type Filter, type FilterChain, type FilterGraph, filterValueText } from './filter.js';

/**
 * Writes a graph, a chain, filters in a row or one filter in FFmpeg's syntax, for `-filter_complex` or `-vf`.
 * The text goes to ffmpeg as one argument; there is no shell whose quoting would be a third level.
 *
 * @param source - what {@link graph}, {@link chain} or {@link filter} made
 * @throws FramerailError `E_INVALID_ARGUMENT` for values that can't be written
 */
export function serializeFilterGraph(source: FilterGraph | FilterChain | Filter | readonly Filter[]): string {
  if ('chains' in source) return source.chains.map(writeChain).join(';');
  if ('filters' in source) return writeChain(source);
  return 'name' in source ? writeFilter(source) : source.map(writeFilter).join(',');
}

function writeChain({ inputs, filters, outputs }: FilterChain): string {
  const labels = (names: readonly string[]): string => names.map((name) => `[${name}]`).join('');
  return labels(inputs) + filters.map(writeFilter).join(',') + labels(outputs);
}

function writeFilter({ name, args }: Filter): string {
  const positional = Array.isArray(args);
  const options = Object.entries(args).map(([key, value]) => {
    const text = filterValueText(`${name}.${key}`, value);
    return positional ? escapeOption(text, true) : `${key}=${escapeOption(text, false)}`;
  });
  return options.length === 0 ? name : `${name}=${escapeDescription(options.join(':'))}`;
}

/**
 * The inner level: a filter's options are split at `:`. A positional value that holds a `=` would be taken
 * for a named one.
 */
function escapeOption(text: string, positional: boolean): string {
  return escapeEnds(text.replace(positional ? /[\\':=]/g : /[\\':]/g, '\\$&'));
}

/** The outer level: a graph is split at `,`, `;` and brackets. */
function escapeDescription(text: string): string {
  return escapeEnds(text.replace(/[\\'[\],;]/g, '\\$&'));
}

/** Both levels drop white space at the ends, unless it is escaped. */
function escapeEnds(text: string): string {
  return text.replace(/^[ \n\t\r]+|[ \n\t\r]+$/g, (ends) => ends.replace(/./gs, '\\$&'));
}

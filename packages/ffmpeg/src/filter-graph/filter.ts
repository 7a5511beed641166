import { invalidArgument } from '@framerail/lifecycle';
import { formatRational, type Rational } from '@framerail/media-types';

/** A filter's argument: text of any content, a finite number, a switch, an exact fraction. */
export type FilterValue = string | number | boolean | Rational;

/** A filter with its arguments. */
export interface Filter {
  /** FFmpeg's name, with an instance after `@` if it has one. */
  readonly name: string;
  /** Named arguments, or positional ones. Values as they are meant, never escaped. */
  readonly args: Readonly<Record<string, FilterValue>> | readonly FilterValue[];
}

/** Filters one after the other, with the labels of the links that enter and leave. */
export interface FilterChain {
  /** Such as `0:v:0`, or the name of a link. */
  readonly inputs: readonly string[];
  /** In the order in which frames pass them. */
  readonly filters: readonly Filter[];
  /** Names of links that leave. */
  readonly outputs: readonly string[];
}

/** Chains that are joined by the names of their links. */
export interface FilterGraph {
  /** In any order. */
  readonly chains: readonly FilterChain[];
}

/**
 * Makes a filter.
 *
 * @param name - FFmpeg's name, optionally with an instance: `scale` or `scale@small`
 * @param args - values as they are meant; escaping is done when the graph is written
 * @throws FramerailError `E_INVALID_ARGUMENT` for a name, a key or a value that FFmpeg has no way to write
 */
export function filter(name: string, args: Filter['args'] = {}): Filter {
  if (!/^\w+(@\w+)?$/.test(name))
    throw invalidArgument('filter name', 'letters, digits and _ (and @instance)', name);
  for (const [key, value] of Object.entries(args)) {
    if (!Array.isArray(args) && !/^[\w./-]+$/.test(key))
      throw invalidArgument(`option of ${name}`, 'an option name', key);
    filterValueText(`${name}.${key}`, value);
  }
  return Object.freeze({ name, args: Object.freeze(Array.isArray(args) ? [...args] : { ...args }) });
}

/**
 * Makes a chain.
 *
 * @param filters - at least one
 * @param links - labels of what enters and leaves; without them the chain uses the graph's open ends
 * @throws FramerailError `E_INVALID_ARGUMENT` for an empty chain or a label that FFmpeg can't read
 */
export function chain(
  filters: readonly Filter[],
  links: { readonly inputs?: readonly string[]; readonly outputs?: readonly string[] } = {},
): FilterChain {
  const { inputs = [], outputs = [] } = links;
  if (filters.length === 0) throw invalidArgument('filters', 'at least one filter', filters);
  for (const label of [...inputs, ...outputs]) {
    if (!/^[\w:.#-]+$/.test(label))
      throw invalidArgument('label', 'letters, digits and any of _ : . # -', label);
  }
  return Object.freeze({
    inputs: Object.freeze([...inputs]),
    filters: Object.freeze([...filters]),
    outputs: Object.freeze([...outputs]),
  });
}

/**
 * Makes a graph.
 *
 * @param chains - at least one; a label that one chain puts out another may take in
 * @throws FramerailError `E_INVALID_ARGUMENT` for an empty graph, or a label that two chains put out
 */
export function graph(...chains: readonly FilterChain[]): FilterGraph {
  if (chains.length === 0) throw invalidArgument('chains', 'at least one chain', chains);
  const outputs = chains.flatMap((one) => one.outputs);
  const twice = outputs.find((label, index) => outputs.indexOf(label) !== index);
  if (twice !== undefined) throw invalidArgument('outputs', 'every label once', twice);
  return Object.freeze({ chains: Object.freeze([...chains]) });
}

/**
 * A value as FFmpeg reads it once it has unescaped it.
 *
 * @param name - for the error
 * @param value - any {@link FilterValue}
 */
export function filterValueText(name: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  // An argument can hold neither a zero byte nor half a surrogate pair, which has no UTF-8.
  if (typeof value === 'string' && !value.includes('\0') && value.isWellFormed()) return value;
  if (isRational(value)) return formatRational(value);
  throw invalidArgument(name, 'text without zero bytes, a finite number, a boolean or a fraction', value);
}

function isRational(value: unknown): value is Rational {
  return typeof value === 'object' && value !== null && 'numerator' in value && 'denominator' in value;
}

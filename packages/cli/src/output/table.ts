/** One line of a table: a label and what belongs to it. */
export type TableRow = readonly [label: string, value: string];

/**
 * Two columns for a person.
 *
 * @param rows - labels and values
 * @returns lines, each ended
 */
export function table(rows: readonly TableRow[]): string {
  const width = Math.max(0, ...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}\n`).join('');
}

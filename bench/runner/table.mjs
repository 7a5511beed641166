/**
 * A benchmark's report for people: each figure with its peers, what has to hold, the machine and the versions.
 * @param {{ name: string, machine: Record<string, unknown>, versions: Record<string, string>,
 *   results: import('../contract.ts').BenchResult[], claims: (import('../contract.ts').BenchClaim & { holds: boolean })[] }} report
 */
export function describeReport({ name, machine, versions, results, claims }) {
  const figures = results.flatMap(({ id, unit, value, peers }) => [
    [id, figure(value), unit, ''],
    ...Object.entries(peers).map(([peer, theirs]) => [
      `  ${peer}`,
      figure(theirs),
      unit,
      `${figure(value / theirs)} ×`,
    ]),
  ]);
  const held = claims.map(({ id, value, unit, op, limit, holds }) => [
    id,
    `${figure(value)} ${op === '<=' ? '≤' : '≥'} ${figure(limit)}`,
    unit,
    holds ? 'holds' : 'does not hold',
  ]);
  return [
    `${name}: ${machine['cpu']}, ${machine['cores']} cores, ${machine['os']}`,
    Object.entries(versions)
      .map(([what, version]) => `${what} ${version}`)
      .join(', '),
    '',
    ...aligned([['figure', 'value', 'unit', 'ours / theirs'], ...figures]),
    '',
    ...aligned([['claim', 'value', 'unit', ''], ...held]),
  ].join('\n');
}

/** @param {number} value three significant digits, and no exponent where people would not expect one */
function figure(value) {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** @param {readonly (readonly string[])[]} rows */
function aligned(rows) {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

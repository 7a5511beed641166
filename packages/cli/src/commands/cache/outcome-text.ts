import type { SimulationOutcome } from '@framerail/multilevel-cache/simulator';

const percent = (rate: number): string => `${(rate * 100).toFixed(2)} %`;

/** A table of hit rates: a row a size, a column a policy, the default marked. */
export function outcomeText({ trace, requests, results }: SimulationOutcome): string {
  const names = (results[0]?.policies ?? []).map((one) => (one.default ? `${one.policy} *` : one.policy));
  const rows = [
    ['size', ...names, 'opt'],
    ...results.map(({ size, policies, opt }) => [
      String(size),
      ...policies.map(({ hitRate }) => percent(hitRate)),
      percent(opt),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
  return `${trace}: ${requests} requests; hit rates, * is the default\n${lines.join('\n')}\n`;
}

// How often and how far conversions miss the exactly rounded value of the standards' formulas: all 2^24 colours, RGB to
// 4:4:4 Y′CbCr of 8 bits in limited range and back, ours beside libyuv, the crate `yuv`, swscale and zscale.
// docs/guides/accuracy.md has its table.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadNative } from '@framerail/native';
import { findConverters } from './accuracy/converters.ts';
import {
  type Errors,
  errorsOf,
  everyRgb,
  everyYcbcr,
  forwardReference,
  inverseReference,
  MATRICES,
  type MatrixName,
} from './accuracy/reference.ts';
import type { BenchContext, BenchOutcome, BenchResult } from './contract.ts';

/** Measures; see the head of the file. Rounds and seed don't matter: all inputs are tried. */
export default async function bench(context: BenchContext): Promise<BenchOutcome> {
  const native = loadNative();
  if (!native.available)
    throw new Error(`Expected the addon but there is none: ${native.reasons.join('; ')}. ${native.help}`);
  const folder = mkdtempSync(join(tmpdir(), 'framerail-accuracy-'));
  try {
    const converters = findConverters(context, native.binding, folder);
    const results: BenchResult[] = [];
    for (const direction of ['forward', 'inverse'] as const) {
      const input = direction === 'forward' ? everyRgb() : everyYcbcr();
      for (const matrix of Object.keys(MATRICES) as MatrixName[]) {
        const expected = direction === 'forward' ? forwardReference(matrix) : inverseReference(matrix);
        const errors: Record<string, Errors> = {};
        for (const [name, converter] of Object.entries(converters)) {
          const actual = converter(direction, matrix, input);
          if (actual === undefined) continue;
          const own = errorsOf(actual, expected, direction === 'inverse');
          errors[name] = own;
          context.log(
            `${direction} ${matrix} ${name}: ${own.mismatches.toFixed(4)} %, ${own.largest} at most`,
          );
        }
        const id = `${direction === 'forward' ? 'rgb-to-ycbcr' : 'ycbcr-to-rgb'}-${matrix}`;
        results.push(resultOf(`${id}-mismatches`, '%', errors, (one) => one.mismatches));
        results.push(resultOf(`${id}-largest-error`, 'codes', errors, (one) => one.largest));
      }
    }
    const claims = results.map(({ id, unit, value }) => ({ id, unit, value, op: '<=' as const, limit: 0 }));
    return { results, claims };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function resultOf(
  id: string,
  unit: string,
  errors: Readonly<Record<string, Errors>>,
  pick: (errors: Errors) => number,
): BenchResult {
  const { framerail, ...others } = errors;
  if (framerail === undefined) throw new Error('Expected the addon among the converters');
  const peers = Object.fromEntries(Object.entries(others).map(([name, one]) => [name, pick(one)]));
  return { id, unit, value: pick(framerail), peers };
}

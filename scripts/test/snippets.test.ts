import { expect, test } from 'vitest';
import { typeErrorsOf } from '../testing/snippet-types.js';
import { snippetsIn } from '../testing/snippets.js';

const FENCE = '```';
const page = (...lines: string[]) => lines.join('\n');

test('blocks of TypeScript are taken with their line and what is done with them', () => {
  const text = page(
    '# A',
    `${FENCE}ts`,
    'a',
    'b',
    FENCE,
    `${FENCE}sh`,
    'ls',
    FENCE,
    `  ${FENCE}ts no-run`,
    '  c',
    `  ${FENCE}`,
    `${FENCE}ts browser`,
    FENCE,
  );
  expect(snippetsIn('a.md', text)).toEqual([
    { page: 'a.md', line: 3, code: 'a\nb', treatment: 'run' },
    { page: 'a.md', line: 10, code: 'c', treatment: 'check' },
    { page: 'a.md', line: 13, code: '', treatment: 'bundle' },
  ]);
});

test('a block that is never closed, or marked with an unknown word, is refused', () => {
  expect(() => snippetsIn('a.md', page(`${FENCE}ts`, 'a'))).toThrow('a.md:1');
  expect(() => snippetsIn('a.md', page(`${FENCE}ts norun`, FENCE))).toThrow('ts norun');
});

test("a type error is reported at the page's line", () => {
  const snippets = snippetsIn(
    'a.md',
    page('text', '', `${FENCE}ts`, 'const a: number = 1;', "const b: number = 'two';", FENCE),
  );
  expect(typeErrorsOf(snippets)).toEqual(["a.md:5: Type 'string' is not assignable to type 'number'."]);
});

import { sourceFiles, textOf } from './source-files.mjs';

// Written in pieces, or this file would find itself.
const MARKS = [
  {
    pattern: new RegExp(String.raw`\b(?:TO${''}DO|FIX${''}ME|XX${''}X|HA${''}CK)\b`),
    says: 'is marked as unfinished',
  },
  {
    pattern: new RegExp(`@ts-${'(?:ignore|nocheck|expect-error)'}\\b`),
    says: 'switches the type checker off',
  },
  {
    pattern: new RegExp(`\\b(?:describe|it|test)\\.${'(?:only|skip|todo|fails)'}\\b`),
    says: 'switches tests off',
  },
  { pattern: new RegExp(`#\\[${'ignore'}`), says: 'switches a test off' },
  { pattern: new RegExp(`biome-${'ignore-all'}|eslint-${'disable'}`), says: 'switches the linter off' },
];

const CODE = /\.(ts|mts|mjs|js|rs|wgsl|c|h|sh|toml|ya?ml)$|^\.ci\//;

/** Nothing in the code says that it isn't done, or switches a check off. */
export async function checkUnfinished({ files = sourceFiles(), text = textOf } = {}) {
  const problems = [];
  for (const file of files.filter((path) => CODE.test(path))) {
    for (const [index, line] of (text(file) ?? '').split('\n').entries()) {
      for (const { pattern, says } of MARKS) {
        if (pattern.test(line)) problems.push(`${file}:${index + 1} ${says}: ${line.trim()}`);
      }
    }
  }
  return { problems };
}

import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../workspace/packages.mjs';
import type { Snippet } from './snippets.js';

/**
 * Type errors of snippets, with the page's own line numbers. They are checked as modules in the repository's
 * root, with its compiler options; names that a snippet declares and doesn't use are forgiven.
 */
export function typeErrorsOf(snippets: readonly Snippet[]): string[] {
  const sources = new Map(snippets.map((snippet, index) => [join(ROOT, `snippet-${index}.ts`), snippet]));
  const options = { ...rootOptions(), noUnusedLocals: false, noUnusedParameters: false, noEmit: true };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  // A block without imports is a script to the compiler; `export {}` makes it the module that it runs as.
  const textOf = (path: string) => sources.get(path) && `${sources.get(path)?.code}\nexport {};\n`;
  host.fileExists = (path) => sources.has(path) || fileExists(path);
  host.readFile = (path) => textOf(path) ?? readFile(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = textOf(path);
    return text === undefined
      ? getSourceFile(path, languageVersion, ...rest)
      : ts.createSourceFile(path, text, languageVersion, true);
  };
  const shaders = join(ROOT, 'shaders/wgsl.d.ts');
  const program = ts.createProgram({ rootNames: [...sources.keys(), shaders], options, host });
  return [...sources].flatMap(([path, snippet]) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map((diagnostic) => {
      const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
      return `${snippet.page}:${snippet.line + line}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`;
    }),
  );
}

function rootOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  return ts.parseJsonConfigFileContent(config, ts.sys, ROOT).options;
}

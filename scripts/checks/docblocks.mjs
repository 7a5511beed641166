import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { filesUnder } from '../workspace/fingerprint.mjs';
import { ROOT, workspacePackages } from '../workspace/packages.mjs';

/** @typedef {import('../workspace/packages.mjs').WorkspacePackage} WorkspacePackage */

/**
 * Everything that a package exports has a docblock, the members of its interfaces, classes and object types too,
 * and an error code that a docblock promises (`@throws … E_…`) stands somewhere in the code.
 * @param {{ packages?: readonly WorkspacePackage[], options?: ts.CompilerOptions }} [options]
 * @returns {Promise<{ problems: string[] }>}
 */
export async function checkDocblocks({ packages = workspacePackages(), options = compilerOptions() } = {}) {
  const entries = packages.flatMap((one) =>
    one.entries
      .filter(({ specifier }) => specifier !== undefined)
      .map(({ name }) => ({ one, file: join(one.path, 'src', `${name}.ts`) }))
      .filter(({ file }) => existsSync(file)),
  );
  const program = ts.createProgram({ rootNames: entries.map(({ file }) => file), options });
  const checker = program.getTypeChecker();
  const codes = codesIn(packages);
  const problems = entries.flatMap(({ one, file }) => {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) return [`${relative(ROOT, file)}: exports nothing`];
    return checker
      .getExportsOfModule(module)
      .flatMap((symbol) => exportProblems(symbol, one, { checker, codes }));
  });
  return { problems: [...new Set(problems)] };
}

function compilerOptions() {
  const path = join(ROOT, 'tsconfig.json');
  return ts.parseJsonConfigFileContent(ts.readConfigFile(path, ts.sys.readFile).config, ts.sys, ROOT).options;
}

/**
 * @param {ts.Symbol} exported
 * @param {WorkspacePackage} one
 * @param {{ checker: ts.TypeChecker, codes: ReadonlySet<string> }} context
 * @returns {string[]}
 */
function exportProblems(exported, one, { checker, codes }) {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const declarations = (symbol.declarations ?? []).filter((node) =>
    node.getSourceFile().fileName.startsWith(`${one.path}/`),
  );
  // What another package declares is looked at there.
  const [declaration] = declarations;
  if (declaration === undefined) return [];

  const problems = [];
  for (const { name, described, node } of [
    describe(symbol, symbol.name, declaration, checker),
    ...membersOf(declarations, symbol, checker),
  ]) {
    if (!described) problems.push(`${placeOf(node)}: ${name} has no docblock`);
    for (const code of promisedCodes(node)) {
      if (!codes.has(code))
        problems.push(`${placeOf(node)}: ${name} promises ${code}, which is nowhere in the code`);
    }
  }
  return problems;
}

/**
 * @param {ts.Symbol} symbol
 * @param {string} name
 * @param {ts.Node} node
 * @param {ts.TypeChecker} checker
 */
function describe(symbol, name, node, checker) {
  // Takes over the words of an interface's member for the class's that implements it.
  const words = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
  // A line of its own beside what `@returns` says would only say it again.
  const result = ts.getTextOfJSDocComment(ts.getJSDocReturnTag(node)?.comment)?.trim();
  return { name, described: words !== '' || Boolean(result), node };
}

/**
 * @param {readonly ts.Declaration[]} declarations
 * @param {ts.Symbol} owner
 * @param {ts.TypeChecker} checker
 */
function membersOf(declarations, owner, checker) {
  return declarations.flatMap(memberNodes).flatMap((node) => {
    const symbol = node.name && checker.getSymbolAtLocation(node.name);
    if (symbol === undefined || isHidden(node)) return [];
    return [describe(symbol, `${owner.name}.${symbol.name}`, node, checker)];
  });
}

/**
 * @param {ts.Declaration} declaration
 * @returns {readonly (ts.TypeElement | ts.ClassElement)[]}
 */
function memberNodes(declaration) {
  if (ts.isInterfaceDeclaration(declaration) || ts.isClassDeclaration(declaration))
    return [...declaration.members];
  if (!ts.isTypeAliasDeclaration(declaration)) return [];
  const { type } = declaration;
  const parts = ts.isIntersectionTypeNode(type) ? type.types : [type];
  return parts.flatMap((part) => (ts.isTypeLiteralNode(part) ? [...part.members] : []));
}

/**
 * Private members, and those named by a well-known symbol, whose meaning the language defines.
 * @param {ts.TypeElement | ts.ClassElement} node
 */
function isHidden(node) {
  const { name } = node;
  if (name === undefined || ts.isPrivateIdentifier(name) || ts.isComputedPropertyName(name)) return true;
  return (ts.getCombinedModifierFlags(node) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0;
}

/** @param {ts.Node} node */
function promisedCodes(node) {
  const throws = ts.getJSDocTags(node).filter((tag) => tag.tagName.text === 'throws');
  return throws.flatMap((tag) => tag.getText().match(/\bE_[A-Z0-9_]*[A-Z0-9]\b/g) ?? []);
}

/**
 * The codes that stand as strings in the sources of any package: what one promises may be thrown by one below.
 * @param {readonly WorkspacePackage[]} packages
 */
function codesIn(packages) {
  const files = packages
    .flatMap((one) => filesUnder(join(one.path, 'src')))
    .filter((file) => file.endsWith('.ts'));
  return new Set(
    files.flatMap((file) => readFileSync(file, 'utf8').match(/(?<=['"`])E_[A-Z0-9_]+(?=['"`])/g) ?? []),
  );
}

/** @param {ts.Node} node */
function placeOf(node) {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  return `${relative(ROOT, source.fileName)}:${line + 1}`;
}

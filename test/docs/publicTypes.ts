import { join } from "node:path";
import ts from "typescript";
import { type Example, root } from "./examples";

/** A name that a user can write, `plot.curves` or `Linear.forward`, and what the compiled types say of it. */
export interface PublicName {
  readonly name: string;
  readonly symbol: ts.Symbol;
  readonly text: string;
}

const entries = ["index.d.ts", "notebook/index.d.ts"].map((file) => join(root, "lib/dist", file));
const program = ts.createProgram(entries, { skipLibCheck: true, types: ["node"] });
const checker = program.getTypeChecker();

/** Everything that the entry points export, the members of classes and interfaces included, each once. */
export function publicNames(): PublicName[] {
  const seen = new Set<ts.Symbol>();
  return entries.flatMap((entry) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry)!)!;
    return exportsOf(module, "", seen);
  });
}

function exportsOf(module: ts.Symbol, prefix: string, seen: Set<ts.Symbol>): PublicName[] {
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    if (seen.has(symbol)) return [];
    seen.add(symbol);
    const name = prefix + exported.name;
    if (symbol.flags & ts.SymbolFlags.ValueModule) {
      return [{ name, symbol, text: roomText(exported) }, ...exportsOf(symbol, `${name}.`, seen)];
    }
    return [{ name, symbol, text: textOf(symbol) }, ...membersOf(symbol, name)];
  });
}

/** The docstring of `export * as room`, which stands before the whole statement. */
function roomText({ declarations = [] }: ts.Symbol): string {
  const comments = declarations.flatMap(({ parent }) => ts.getJSDocCommentsAndTags(parent));
  return comments.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "").join("\n");
}

function membersOf(owner: ts.Symbol, prefix: string): PublicName[] {
  if (!(owner.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface))) return [];
  const statics = owner.exports ? [...owner.exports.values()] : [];
  return [...(owner.members?.values() ?? []), ...statics].filter(isPublic).map((symbol) => {
    return { name: `${prefix}.${symbol.name}`, symbol, text: textOf(symbol) };
  });
}

function isPublic(symbol: ts.Symbol): boolean {
  if (symbol.flags & (ts.SymbolFlags.Constructor | ts.SymbolFlags.Prototype | ts.SymbolFlags.TypeParameter))
    return false;
  if (symbol.flags & ts.SymbolFlags.Signature) return false;
  const [declaration] = symbol.declarations ?? [];
  if (!declaration || (declaration as ts.NamedDeclaration).name?.kind === ts.SyntaxKind.PrivateIdentifier)
    return false;
  return !(ts.getCombinedModifierFlags(declaration as ts.Declaration) & ts.ModifierFlags.Private);
}

function textOf(symbol: ts.Symbol): string {
  return ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
}

/** The `@example` of each name that has one; `nn` is the library, as in the notebooks. */
export function publicExamples(): Example[] {
  return publicNames().flatMap(({ name, symbol }) => {
    const tags = symbol.getJsDocTags(checker).filter((tag) => tag.name === "example");
    return tags.map(({ text }) => {
      return { name, code: `import * as nn from "scratch-nn/notebook";\n${ts.displayPartsToString(text)}\n` };
    });
  });
}

/** The names of the public classes that a user can make, `search.Study`. */
export function publicClasses(): string[] {
  const concrete = publicNames().filter(({ symbol: { flags, declarations = [] } }) => {
    if (!(flags & ts.SymbolFlags.Class)) return false;
    return !declarations.some(
      (declaration) => ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Abstract,
    );
  });
  return concrete.map(({ name }) => name);
}

/** Asks a version of TypeScript what it shows of the name at a place of a cell. */
export function quickInfo(compiler: typeof ts): (cell: string, position: number) => ts.QuickInfo | undefined {
  const file = join(root, "notebooks", "cell.ts");
  let current = "";
  const host: ts.LanguageServiceHost = {
    ...compiler.sys,
    getCompilationSettings: () => ({
      module: ts.ModuleKind.CommonJS,
      moduleResolution: ts.ModuleResolutionKind.Node10,
      target: ts.ScriptTarget.ES2022,
      skipLibCheck: true,
      types: ["node"],
    }),
    useCaseSensitiveFileNames: () => true,
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (options) => compiler.getDefaultLibFilePath(options),
    getScriptFileNames: () => [file],
    getScriptSnapshot: (path) => {
      const content = path === file ? current : compiler.sys.readFile(path);
      return content === undefined ? undefined : compiler.ScriptSnapshot.fromString(content);
    },
    getScriptVersion: (path) => (path === file ? current : "1"),
    fileExists: (path) => path === file || compiler.sys.fileExists(path),
  };
  const service = compiler.createLanguageService(host);
  return (cell, position) => {
    current = cell;
    return service.getQuickInfoAtPosition(file, position);
  };
}

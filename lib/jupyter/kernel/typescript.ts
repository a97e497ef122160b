import type typescript from "typescript";

/** The compiler that tslab brings, 5.0.4. */
export const ts: Pick<
  typeof typescript,
  | "createSourceFile"
  | "forEachChild"
  | "isShorthandPropertyAssignment"
  | "ScriptTarget"
  | "isVariableStatement"
  | "isFunctionDeclaration"
  | "isClassDeclaration"
  | "isEnumDeclaration"
  | "isIdentifier"
> = require("@tslab/typescript-for-tslab");

export type { BindingName, Node } from "typescript";

export function parseCell(source: string): typescript.SourceFile {
  return ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022);
}

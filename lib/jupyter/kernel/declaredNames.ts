import { type BindingName, parseCell, ts } from "./typescript";

/** The variables, functions, classes and enums that a cell declares for later cells. */
export function declaredNames(source: string): string[] {
  return parseCell(source).statements.flatMap((statement) => {
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.flatMap(({ name }) => namesIn(name));
    }
    const isNamed =
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement);
    return isNamed && statement.name !== undefined ? [statement.name.text] : [];
  });
}

function namesIn(name: BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => ("name" in element ? namesIn(element.name) : []));
}

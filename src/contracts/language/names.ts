/** snake_case or dotted.case to the names that TypeScript uses. */

export function pascalCase(name: string): string {
  return name
    .split(/[._\-/]+/)
    .filter((word) => word !== "")
    .map((word) => (word[0] as string).toUpperCase() + word.slice(1))
    .join("");
}

export function camelCase(name: string): string {
  const pascal = pascalCase(name);
  return (pascal[0] as string).toLowerCase() + pascal.slice(1);
}

/** The TypeScript name of a C type: without the contract's prefix. */
export function typeName(cName: string): string {
  return pascalCase(cName.slice(cName.indexOf("_") + 1));
}

/** UPPER_SNAKE_CASE to the text that TypeScript uses for a value of an enumeration. */
export function literal(key: string): string {
  return key.toLowerCase().replaceAll("_", "-");
}

export function upperSnake(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, "_").toUpperCase();
}

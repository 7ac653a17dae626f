/** What changed between two shapes of the same contracts, in words. Only appends are compatible. */
import type { ContractShape, EnumerationShape, LayoutShape, MethodShape, Shape } from "./snapshot-shape.ts";

export interface Comparison {
  /** What breaks plugins that were built with the older shape. */
  readonly broken: readonly string[];
  /** What was added at the end. */
  readonly appended: readonly string[];
}

class Report implements Comparison {
  readonly broken: string[] = [];
  readonly appended: string[] = [];
}

/** The names in both, in the order of each: equal unless something was reordered. */
function reordered(older: readonly string[], newer: readonly string[]): boolean {
  const kept = older.filter((name) => newer.includes(name));
  const now = newer.filter((name) => older.includes(name));
  return kept.some((name, index) => name !== now[index]);
}

function compareEnumeration(name: string, older: EnumerationShape, newer: EnumerationShape, report: Report): void {
  if (older.storage !== newer.storage)
    report.broken.push(`${name}: its values are ${newer.storage}, they were ${older.storage}`);
  if (older.unknown !== newer.unknown)
    report.broken.push(`${name}: unknown values: ${newer.unknown}, it was ${older.unknown}`);
  if (older.flags !== newer.flags)
    report.broken.push(`${name}: its values are ${newer.flags ? "bits" : "one of several"}, they were not`);
  for (const [key, value] of Object.entries(older.values)) {
    const now = newer.values[key];
    if (now === undefined) report.broken.push(`${name}_${key} was removed`);
    else if (now !== value) report.broken.push(`${name}_${key} is ${now}, it was ${value}`);
  }
  for (const key of Object.keys(newer.values)) {
    if (older.values[key] === undefined) report.appended.push(`${name}_${key}`);
  }
}

function compareLayout(name: string, older: LayoutShape, newer: LayoutShape, report: Report): void {
  if (older.growth !== newer.growth) report.broken.push(`${name} grows by ${newer.growth}, it was ${older.growth}`);
  if (older.smallest !== newer.smallest)
    report.broken.push(
      `${name}: its senders know at least ${newer.smallest} bytes, it was ${older.smallest}: give what was appended a since`,
    );
  const before = older.fields.filter((field) => field.reserved !== true).map((field) => field.name);
  const after = newer.fields.map((field) => field.name);
  if (reordered(before, after)) report.broken.push(`${name}: its fields were reordered`);
  for (const field of older.fields) {
    // A reserved field may get a name: what it holds was zero until now.
    const now =
      field.reserved === true
        ? newer.fields.find((candidate) => candidate.offset === field.offset)
        : newer.fields.find((candidate) => candidate.name === field.name);
    if (now === undefined) report.broken.push(`${name}.${field.name} was removed`);
    else if (now.size !== field.size)
      report.broken.push(`${name}.${field.name} has ${now.size} bytes, it had ${field.size}`);
    else if (field.reserved !== true && now.type !== field.type)
      report.broken.push(`${name}.${field.name} is ${now.type}, it was ${field.type}`);
    else if (now.offset !== field.offset)
      report.broken.push(`${name}.${field.name} lies at ${now.offset}, it lay at ${field.offset}`);
    else if (field.reserved !== true && now.reserved === true)
      report.broken.push(`${name}.${field.name} was removed: it is reserved`);
    else if (field.reserved === true && now.reserved !== true)
      report.appended.push(`${name}.${now.name}, which was reserved`);
  }
  const added = newer.fields.filter((field) => field.offset >= older.size);
  if (added.length > 0 && newer.growth === "never")
    report.broken.push(`${name} never grows, and has ${newer.size} bytes, it had ${older.size}`);
  else report.appended.push(...added.map((field) => `${name}.${field.name}`));
}

function parameterName(parameter: string): string {
  return /(\w+)$/.exec(parameter)?.[1] ?? parameter;
}

function compareParameters(where: string, older: MethodShape, newer: MethodShape, report: Report): void {
  const before = older.parameters.map(parameterName);
  const after = newer.parameters.map(parameterName);
  if (reordered(before, after)) report.broken.push(`${where}: its parameters were reordered`);
  for (const parameter of older.parameters) {
    const name = parameterName(parameter);
    const now = newer.parameters.find((candidate) => parameterName(candidate) === name);
    if (now === undefined) report.broken.push(`${where}: its parameter ${name} was removed`);
    else if (now !== parameter) report.broken.push(`${where}: its parameter is "${now}", it was "${parameter}"`);
  }
  for (const name of after) {
    if (!before.includes(name))
      report.broken.push(`${where}: it has a new parameter ${name}; append another method instead`);
  }
}

function compareMethod(where: string, older: MethodShape, newer: MethodShape, report: Report): void {
  if (older.returns !== newer.returns) report.broken.push(`${where} answers ${newer.returns}, it was ${older.returns}`);
  compareParameters(where, older, newer, report);
  if (older.mode !== newer.mode) report.broken.push(`${where} is ${newer.mode}, it was ${older.mode}`);
  if (older.thread !== newer.thread)
    report.broken.push(`${where} is called on thread ${newer.thread}, it was ${older.thread}`);
  if (older.optional && !newer.optional) report.broken.push(`${where} is required, it was optional`);
  if (!older.nativeOnly && newer.nativeOnly) report.broken.push(`${where} is native-only, it was not`);
}

function compareTable(
  name: string,
  older: readonly MethodShape[],
  newer: readonly MethodShape[],
  report: Report,
): void {
  const after = newer.map((method) => method.name);
  const isReordered = reordered(
    older.map((method) => method.name),
    after,
  );
  if (isReordered) report.broken.push(`${name}: its methods were reordered`);
  older.forEach((method, index) => {
    const place = after.indexOf(method.name);
    const now = newer[place];
    if (now === undefined) report.broken.push(`${name}.${method.name} was removed`);
    else {
      if (place !== index && !isReordered)
        report.broken.push(`${name}.${method.name} is method ${place + 1}, it was ${index + 1}`);
      compareMethod(`${name}.${method.name}`, method, now, report);
    }
  });
  const known = new Set(older.map((method) => method.name));
  for (const method of newer) {
    if (known.has(method.name)) continue;
    if (!method.optional) report.broken.push(`${name}.${method.name} is new and required: older plugins lack it`);
    else report.appended.push(`${name}.${method.name}`);
  }
}

/** Each thing that the older has, compared; what it lacks is new. */
function compareNamed<Value>(
  older: Readonly<Record<string, Value>>,
  newer: Readonly<Record<string, Value>>,
  report: Report,
  compare: (name: string, older: Value, newer: Value) => void,
): void {
  for (const [name, value] of Object.entries(older)) {
    const now = newer[name];
    if (now === undefined) report.broken.push(`${name} was removed`);
    else compare(name, value, now);
  }
  for (const name of Object.keys(newer)) {
    if (older[name] === undefined) report.appended.push(name);
  }
}

function compareContract(id: string, older: ContractShape, newer: ContractShape, report: Report): void {
  const [major, minor] = older.version.split(".").map(Number);
  const [newMajor, newMinor] = newer.version.split(".").map(Number);
  if (major !== newMajor) report.broken.push(`${id} has major ${newMajor}, it was ${major}`);
  if (older.kind !== newer.kind) report.broken.push(`${id} is a ${newer.kind}, it was a ${older.kind}`);
  if (older.header !== newer.header) report.broken.push(`${id} has the header ${newer.header}, it was ${older.header}`);
  for (const tier of older.tiers) {
    if (!newer.tiers.includes(tier)) report.broken.push(`${id} cannot live in the tier ${tier} any longer`);
  }
  const appendedBefore = report.appended.length;
  compareNamed(older.constants, newer.constants, report, (name, value, now) => {
    if (value !== now && !/_ABI_MINOR$/.test(name)) report.broken.push(`${name} is ${now}, it was ${value}`);
  });
  compareNamed(older.enumerations, newer.enumerations, report, (name, value, now) =>
    compareEnumeration(name, value, now, report),
  );
  compareNamed(older.layouts, newer.layouts, report, (name, value, now) => compareLayout(name, value, now, report));
  compareNamed(older.tables, newer.tables, report, (name, value, now) => compareTable(name, value, now, report));
  for (const name of older.names) {
    if (!newer.names.includes(name)) report.broken.push(`${name} was removed`);
  }
  if (report.appended.length > appendedBefore && newMajor === major && (newMinor ?? 0) <= (minor ?? 0)) {
    report.broken.push(
      `${id} was appended to (${report.appended.slice(appendedBefore).join(", ")}) and is still ${newer.version}: raise its minor`,
    );
  }
}

export function compareShapes(older: Shape, newer: Shape): Comparison {
  const report = new Report();
  compareNamed(older, newer, report, (id, value, now) => compareContract(id, value, now, report));
  return report;
}

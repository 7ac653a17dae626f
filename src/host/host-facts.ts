/** What plugins are compared with. */
export interface HostFacts {
  /** Version of the package vm-plugin. */
  readonly vm: string;
  /** Version of the C ABI, "major.minor". */
  readonly abi: string;
  /** Version of each extension point's contract, "major.minor"; null for an id that is reserved. */
  readonly contracts: Readonly<Record<string, string | null>>;
}

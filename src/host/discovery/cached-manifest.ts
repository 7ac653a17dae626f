/** A manifest out of the cache. What every host asks for is there at once, the rest is parsed when it is first asked for. */
import type { Manifest, Provision } from "../manifest/manifest.ts";

/** What stands in the cache's index. */
export type ManifestHead = readonly [
  id: string,
  type: string,
  version: string,
  activation: Manifest["activation"],
  provides: readonly Provision[],
];

export function headOf({ id, type, version, activation, provides }: Manifest): ManifestHead {
  return [id, type, version, activation, provides];
}

export interface ManifestSource {
  manifestAt(place: number): Manifest;
}

/** To be read by its fields: spreading it gives only those of the index. JSON.stringify gives all. */
export class CachedManifest implements Manifest {
  readonly id: string;
  readonly type: string;
  readonly version: string;
  readonly activation: Manifest["activation"];
  readonly provides: readonly Provision[];
  readonly #source: ManifestSource;
  readonly #place: number;
  #whole: Manifest | undefined;

  /** The source is asked once at most. No closure, as there may be a thousand. */
  constructor(head: ManifestHead, source: ManifestSource, place: number) {
    // By index: a pattern would cost a thousand iterators.
    this.id = head[0];
    this.type = head[1];
    this.version = head[2];
    this.activation = head[3];
    this.provides = head[4];
    this.#source = source;
    this.#place = place;
  }

  get name(): string {
    return this.toJSON().name;
  }
  get description(): string {
    return this.toJSON().description;
  }
  get author(): string {
    return this.toJSON().author;
  }
  get engines(): Manifest["engines"] {
    return this.toJSON().engines;
  }
  get entry(): Manifest["entry"] {
    return this.toJSON().entry;
  }
  get tiers(): Manifest["tiers"] {
    return this.toJSON().tiers;
  }
  get requires(): Manifest["requires"] {
    return this.toJSON().requires;
  }
  get permissions(): Manifest["permissions"] {
    return this.toJSON().permissions;
  }
  get limits(): Manifest["limits"] {
    return this.toJSON().limits;
  }
  get configuration(): Manifest["configuration"] {
    return this.toJSON().configuration;
  }
  get stateVersion(): number {
    return this.toJSON().stateVersion;
  }

  /** The whole manifest as a plain object. */
  toJSON(): Manifest {
    this.#whole ??= this.#source.manifestAt(this.#place);
    return this.#whole;
  }
}

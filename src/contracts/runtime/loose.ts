/** As T, where an implementation may answer a number in place of a bigint. */
export type Loose<T> = T extends bigint
  ? bigint | number
  : T extends Uint8Array | string | number | boolean | undefined
    ? T
    : T extends readonly (infer Element)[]
      ? readonly Loose<Element>[]
      : { readonly [Key in keyof T]: Loose<T[Key]> };

/** A method's result, or the promise of it. */
export type Eventually<T> = T | Promise<T>;

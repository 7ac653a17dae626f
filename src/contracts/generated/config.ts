// An instance's configuration, by path ("root", "binds.0.host"): the service `vmp.config/1`. Generated from the contract in src/contracts/config.ts by `npm run generate`. Do not edit.

/** The contract as data. timeout: milliseconds, 0 for none; since: the minor that appended the method. */
export const configContract = {
  id: "vmp.config/1",
  version: { major: 1, minor: 0 },
  tiers: ["inline"],
  replaceable: false,
  methods: {
    string: { number: 1, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["NOT_FOUND", "INVALID_ARGUMENT"] },
    integer: { number: 2, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["NOT_FOUND", "INVALID_ARGUMENT"] },
    number: { number: 3, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["NOT_FOUND", "INVALID_ARGUMENT"] },
    boolean: { number: 4, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["NOT_FOUND", "INVALID_ARGUMENT"] },
    count: { number: 5, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["NOT_FOUND", "INVALID_ARGUMENT"] },
  },
} as const;

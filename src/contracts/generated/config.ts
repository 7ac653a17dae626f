// An instance's configuration, by path ("root", "binds.0.host"): the service `vmp.config/1`. Generated from the contract in src/contracts/config.ts by `npm run generate`. Do not edit.

export const configId = "vmp.config/1";

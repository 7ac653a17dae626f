// Milliseconds that a method may take, by contract. Generated from the contracts by `npm run generate`. Do not edit.

export const timeouts = {
  plugin: {
    initialize: 10000,
    start: 10000,
    stop: 10000,
    cleanup: 10000,
    enable: 10000,
    disable: 10000,
    configurationChanged: 10000,
    healthCheck: 10000,
    exportState: 10000,
    importState: 10000,
    migrateConfiguration: 10000,
  },
  "debug.logger": {
    flush: 2000,
  },
} as const;

// first-open.mjs INDEX: what opening the plugin host costs a process that has not done it before, in milliseconds of CPU.
// INDEX is the built package, as a user imports it.
const { nativePlugins, PluginManager, packageRoot } = await import(process.argv[2]);
const before = process.cpuUsage();
const host = await PluginManager.open({ packageRoot: packageRoot(), native: nativePlugins });
const { user, system } = process.cpuUsage(before);
await host.close();
process.stdout.write(String((user + system) / 1000));

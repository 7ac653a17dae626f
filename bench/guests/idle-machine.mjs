// idle-machine.mjs LIBRARY EXECUTABLE [ARGUMENTS...]: opens the library, runs the executable in a machine of its own (with
// none it does not) and waits for the end of its input. Says "ready" once the guest has, or at once.
const [library, executable, ...words] = process.argv.slice(2);
const { Machine } = await import(library);
if (executable === undefined) {
  process.stdout.write("ready\n");
  process.stdin.resume();
} else {
  const machine = await Machine.create({ architecture: "x86_64", engine: "kvm" });
  await machine.spawn(executable, words, { stdin: "inherit", stdout: "inherit" }).exit;
  await machine.close();
}

/** Debian's riscv64 busybox as an interactive shell at a terminal; it shows what it shows under qemu-riscv64. */
import { afterEach, describe, expect, test } from "vitest";
import { main } from "../../cli/vm-plugin.ts";
import { Session } from "./interactive/session.ts";
import { environment, makeRoot, noBusybox } from "./shell/guest-root.ts";
import { oracleCommand, whyNone } from "./shell/oracle.ts";
import { riscv64 } from "./support/platform.ts";

const reason = noBusybox(riscv64) || whyNone(riscv64);
if (reason) console.warn(`skipped: ${reason}`);

const env = { ...environment, PS1: "$ ", TERM: "vt100" };
const shell = ["/busybox", "sh"];
const sessions: Session[] = [];

afterEach(() => {
  for (const session of sessions.splice(0)) session.kill();
});

function ours(root: string, words: readonly string[]): Session {
  const set = Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  return new Session(process.execPath, [main, "run", "--root", root, ...set, ...words]);
}

function theirs(root: string, words: readonly string[]): Session {
  const [program, rest] = oracleCommand(riscv64, root, words, env);
  return new Session(program, rest);
}

/**
 * Without what the shell asks the terminal for, which depends on whether keys are waiting, and without a job's end by
 * kill, which it tells only where it waits for the job already when that dies.
 */
const comparable = (session: Session) => session.shown.replaceAll("\x1b[6n", "").replaceAll("Terminated\r\n", "");

/** Plays the same at both; what was shown, and how it ended. */
async function play(script: (session: Session) => Promise<void>) {
  const both = [ours(makeRoot(riscv64), shell), theirs(makeRoot(riscv64), shell)];
  sessions.push(...both);
  const [our, their] = await Promise.all(
    both.map(async (session) => {
      await session.until("$ ");
      await script(session);
      const end = await session.end();
      return { shown: comparable(session), end };
    }),
  );
  return { our, their };
}

const command = async (session: Session, keys: string, answer: string): Promise<void> => {
  session.type(`${keys}\r`);
  await session.until(answer);
  await session.until("$ ");
};

const key = { left: "\x1b[D", up: "\x1b[A", home: "\x01", end: "\x05", back: "\x7f", clear: "\x15", word: "\x17" };
const interrupt = "\x03";
const stop = "\x1a";
const endOfInput = "\x04";

describe.skipIf(reason)("an interactive shell (needs /proc/sys/fs/binfmt_misc of its own)", () => {
  test("has a line that is edited: arrows, backspace, history and completion", async () => {
    const { our, their } = await play(async (session) => {
      await command(session, `echo abd${key.left}c`, "\nabcd\r\n");
      await command(session, `echo xyz${key.back}${key.back}q`, "\nxq\r\n");
      await command(session, `cho home${key.home}e${key.end}!`, "\nhome!\r\n");
      await command(session, `nonsense${key.clear}echo one two${key.word}three`, "\none three\r\n");
      await command(session, key.up, "\none three\r\n");
      await command(session, `${key.up}${key.up}`, "\nhome!\r\n");
      await command(session, "cat /data/tab\t", "gamma:3:three\r\n");
      await command(session, "echo /data/sub/fol\t", "/data/sub/folder/\r\n");
      session.type("exit 7\r");
    });
    expect(our).toEqual(their);
    expect(our?.end).toEqual({ status: 7, restored: true });
  });

  test("is left by the end of input, and the terminal is as before", async () => {
    const { our, their } = await play(async (session) => {
      await command(session, "false", "\r\n");
      session.type(endOfInput);
    });
    expect(our).toEqual(their);
    expect(our?.end).toEqual({ status: 1, restored: true });
  });

  test("survives Ctrl-C, which ends the foreground job", async () => {
    const { our, their } = await play(async (session) => {
      session.type("sh -c 'echo re''ady; sleep 1000; echo not'\r");
      await session.until("ready\r\n");
      session.type(interrupt);
      await session.until("$ ");
      await command(session, "echo $?", "\n130\r\n");
      session.type("not a command");
      await session.until("not a command");
      session.type(interrupt);
      await session.until("$ ");
      await command(session, "echo $?", "\n130\r\n");
      session.type("seq 1 100000000 | while read x; do [ $x = 3 ] && echo go''ing; done\r");
      await session.until("\ngoing");
      session.type(interrupt);
      await session.until("$ ");
      await command(session, "echo alive", "\nalive\r\n");
      session.type("exit\r");
    });
    expect(our).toEqual(their);
    expect(our?.end).toEqual({ status: 0, restored: true });
  });

  test("stops a job by Ctrl-Z, and takes it to the foreground and the background", async () => {
    const { our, their } = await play(async (session) => {
      session.type("sh -c 'echo re\"\"ady; exec cat'\r");
      await session.until("ready\r\n");
      session.type("first\r");
      await session.until("first\r\nfirst\r\n");
      session.type(stop);
      await session.until("Stopped");
      await session.until("$ ");
      await command(session, "jobs", "Stopped");
      session.type("fg\r");
      await session.until('exec cat"\r\n');
      session.type("second\r");
      await session.until("second\r\nsecond\r\n");
      session.type(endOfInput);
      await session.until("$ ");
      session.type("sh -c 'echo re\"\"ady; exec sleep 1000'\r");
      await session.until("ready\r\n");
      session.type(stop);
      await session.until("Stopped");
      await session.until("$ ");
      await command(session, "bg", '1000"\r\n');
      await command(session, "jobs", "Running");
      await command(session, "kill %1; wait %1; echo $?", "\n143\r\n");
      await command(session, "jobs", "\r\n");
      session.type("exit 3\r");
    });
    expect(our).toEqual(their);
    expect(our?.end).toEqual({ status: 3, restored: true });
  });

  test("stops a background job that reads the terminal", async () => {
    const { our, their } = await play(async (session) => {
      await command(session, "cat &", "\r\n");
      // It stops when it has come to read.
      while (!session.shown.includes("Stopped (tty input)")) await command(session, "jobs", "\r\n");
      await command(session, "kill -9 %1", "\r\n");
      // The shell is not left while it has a stopped job.
      while (!session.shown.includes("Killed")) await command(session, "jobs", "\r\n");
      session.type("exit\r");
    });
    for (const side of [our, their]) expect(side).toMatchObject({ end: { status: 0, restored: true } });
  });

  test("learns of the window's new size", async () => {
    const { our, their } = await play(async (session) => {
      await command(session, "stty size", "\n24 80\r\n");
      session.type("sh -c 'trap \"stty size; exit\" WINCH; echo re''ady; while :; do sleep 0.05; done'\r");
      await session.until("ready\r\n");
      session.resize(40, 100);
      await session.until("40 100\r\n");
      await session.until("$ ");
      await command(session, "stty size", "\n40 100\r\n");
      session.type("exit\r");
    });
    expect(our).toEqual(their);
    expect(our?.end).toEqual({ status: 0, restored: true });
  });

  test("has a terminal that is its own: stty, tty and /dev/tty", async () => {
    const { our, their } = await play(async (session) => {
      await command(session, "stty -a | head -n 4; test -t 0 && echo ter''minal", "\nterminal\r\n");
      session.type("stty -echo; echo hid''den; read x; stty echo; echo [$x]\r");
      await session.until("\nhidden\r\n");
      session.type("secret\r");
      await session.until("[secret]\r\n");
      await session.until("$ ");
      await command(session, "echo asked >/dev/tty </dev/null", "\nasked\r\n");
      session.type("echo x | { echo rea''dy; read y </dev/tty; echo \"<$y>\"; }\r");
      await session.until("ready\r\n");
      await command(session, "typed", "<typed>\r\n");
      session.type("exit\r");
    });
    expect(our).toEqual(their);
  });

  test("that is killed while it edits leaves the terminal as it was", async () => {
    const session = ours(makeRoot(riscv64), [...shell, "-c", "stty raw -echo; kill -KILL $$"]);
    sessions.push(session);
    expect(await session.end()).toEqual({ status: 137, restored: true });
  });
});

/** Folders and files of the host that a guest sees at paths of its own. */
import { posix, resolve } from "node:path";
import type { NativeMount } from "../native.ts";
import { checkFlag, checkKeys, checkText, refuse } from "./checks.ts";

export interface Bind {
  /** A folder or file of the host; relative to the working directory of Node's process. */
  readonly host: string;
  /** Where the guest sees it: an absolute path. What the root has there is hidden. */
  readonly guest: string;
  /** Refuse every change below it. Default false. */
  readonly readOnly?: boolean | undefined;
}

const keys = ["host", "guest", "readOnly"] as const satisfies (keyof Bind)[];

/** Of binds at the same place the last holds, as natively. */
export function checkBinds(given: unknown = []): NativeMount[] {
  if (!Array.isArray(given)) throw refuse("binds", 'expected an array of "HOST:GUEST[:ro]" or { host, guest }');
  return given.map((bind, index) => {
    const what = `binds[${index}]`;
    return typeof bind === "string" ? checked(what, partsOf(what, bind)) : checked(what, checkKeys(what, bind, keys));
  });
}

function partsOf(what: string, text: string): Record<string, unknown> {
  const [host, guest, flag, ...more] = text.split(":");
  if (guest === undefined || more.length > 0 || (flag !== undefined && flag !== "ro"))
    throw refuse(`${what} "${text}"`, "expected HOST:GUEST or HOST:GUEST:ro");
  return { host, guest, readOnly: flag === "ro" };
}

function checked(what: string, bind: Record<string, unknown>): NativeMount {
  const host = checkText(`${what}.host`, bind.host);
  const guest = checkText(`${what}.guest`, bind.guest);
  if (host === "") throw refuse(`${what}.host`, "it is empty");
  if (!guest.startsWith("/")) throw refuse(`${what}.guest "${guest}"`, "expected an absolute path of the guest");
  const path = normalized(guest);
  if (path === "/") throw refuse(`${what}.guest`, 'it is the guest\'s "/"; give that as root');
  return { host: resolve(host), guest: path, readOnly: checkFlag(`${what}.readOnly`, bind.readOnly) ?? false };
}

function normalized(path: string): string {
  const short = posix.normalize(path);
  return short.length > 1 && short.endsWith("/") ? short.slice(0, -1) : short;
}

/** Where an absolute path of the guest lies on the host, as far as its words tell: links are not followed. */
export function hostPlaceOf(
  path: string,
  root: string,
  mounts: readonly NativeMount[],
): { readonly root: string; readonly path: string } {
  const short = normalized(path);
  const mount = mounts.findLast(({ guest }) => short === guest || short.startsWith(`${guest}/`));
  if (mount === undefined) return { root, path };
  const rest = short.slice(mount.guest.length);
  return rest === "" ? { root: "", path: mount.host } : { root: mount.host, path: rest };
}

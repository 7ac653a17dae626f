import { Home } from "../host/home/home.ts";
import type { Call } from "./call.ts";

/** The home that a command is for; it need not exist. VMP_HOME_UNKNOWN when nothing says where it is. */
export function homeOf(call: Call): Home {
  return new Home(call.value("home") ?? Home.defaultPath());
}

/** An extension point of one's own: `npx vm-plugin generate --contract greeter.ts --out generated`. */
import { contract, input, method, output, string, table, u32 } from "vm-plugin/contracts";

export default contract({
  id: "acme.greeter",
  version: { major: 1, minor: 0 },
  summary: "The contract `acme.greeter`: says hello.",
  declarations: [],
  table: table("acme_greeter", {}, [
    method("greet", { thread: "any", summary: "Greets, and says how many were greeted before." }, [
      input("name", string),
      output("count", u32),
    ]),
  ]),
});

/**
 * What another process swept while a plugin was being committed: the claim on its content ended when `install` returned its
 * promise, and not when that was fulfilled.
 */
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { MemoryStore } from "../../src/config/memory-store.ts";
import { install } from "../../src/host/home/install.ts";
import { context, freshHome, library } from "../home/support.ts";

test("a content is claimed until the state names it", async () => {
  const home = freshHome();
  let staging: string[] = [];
  const heard = ({ step }: { step: string }) => {
    if (step === "committing") staging = readdirSync(home.stagingFolder);
  };
  await install(home, library("acme.x", "1.0.0"), { ...context, store: new MemoryStore() }, { heard });
  expect(staging.filter((name) => name.endsWith(".claim"))).toHaveLength(1);
  expect(readdirSync(home.stagingFolder)).toEqual([]);
});

/** A caller whose callee says that its out span needs more room. */
import { expect, test } from "vitest";
import { DeviceVirtualAsynchronousClient, DeviceVirtualClient } from "../../src/contracts/generated/device-virtual.ts";
import type { SynchronousTransport } from "../../src/contracts/runtime/index.ts";

/** A device that answers every call TOO_SMALL, with this body; the capacities that it was offered. */
function tooSmall(needed: { offset: number; count: number; elements: bigint }) {
  const body = new Uint8Array(48);
  const view = new DataView(body.buffer);
  for (const [index, word] of [needed.offset, needed.count, 8].entries()) view.setUint32(24 + index * 4, word, true);
  view.setBigUint64(40, needed.elements, true);
  const offered: bigint[] = [];
  const call = (_method: number, _kind: number, request: Uint8Array) => {
    offered.push(new DataView(request.buffer, request.byteOffset).getBigUint64(0, true));
    return { status: 12, body };
  };
  const transport: SynchronousTransport = { plugin: "serial", call, post: () => {} };
  const asynchronous = { ...transport, send: async (...request: Parameters<typeof call>) => call(...request) };
  return { client: new DeviceVirtualClient(transport), asynchronous, offered };
}

test("it is asked again with the room that it needs, and given up when that grows no more", () => {
  const { client, offered } = tooSmall({ offset: 40, count: 1, elements: 40n });
  expect(() => client.regions()).toThrow(expect.objectContaining({ code: "serial/TOO_SMALL" }) as Error);
  expect(offered).toEqual([16n, 40n]);
});

test("one that needs no more than it was offered is not asked again", () => {
  const { client, offered } = tooSmall({ offset: 40, count: 1, elements: 16n });
  expect(() => client.regions()).toThrow(expect.objectContaining({ code: "serial/TOO_SMALL" }) as Error);
  expect(offered).toEqual([16n]);
});

test("an answer that breaks the format in what it says of room is refused as one", async () => {
  const { client, asynchronous } = tooSmall({ offset: 96, count: 1, elements: 0n });
  const refused = { code: "serial/MALFORMED", message: expect.stringContaining("leave the 48 bytes") as string };
  expect(() => client.regions()).toThrow(expect.objectContaining(refused) as Error);
  await expect(new DeviceVirtualAsynchronousClient(asynchronous).regions()).rejects.toMatchObject(refused);
});

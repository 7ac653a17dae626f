/** Bytes that break the wire format. A dispatcher answers it as a status, a client as an error of the host. */
export class MalformedMessage extends Error {
  override readonly name = "MalformedMessage";
}

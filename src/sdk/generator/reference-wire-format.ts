/** The wire format in words; marshal-*.ts and ts-*.ts write the code that obeys them. */
export const wireFormat: readonly string[] = `## Wire format

Little-endian. A message is a header and a body that follows it at once; bodies begin at a multiple of 8. The header is
\`vmp_message_header\`: size of header and body, number of the method (its place in the table, from 1), kind, status (of a
response), and the call's id. A posted request is never answered; a cancel message has no body and names a call under way.

A request's body is a fixed layout, in the order of the parameters, each slot at a multiple of its own size, padding zero:

| parameter | slot |
| --- | --- |
| number, enumeration | its value |
| string, layout, stable span | a span into the tail |
| shared span | a span into the memory that both sides see |
| handle, callback | 64 bits: index below, generation above, 0 for none |
| out span | its capacity in elements, 64 bits |

A span is \`vmp_wire_span\`: offset from the start of the body, count, and stride, 32 bits each; a layout is a span of one. The
tail lies behind the fixed layout; spans point into it, aligned as their elements are. Text and numbers have their own size as
stride. Elements that are layouts have the bytes of their C structure; a larger stride than is known is read with the extra bytes
ignored, a smaller one (never smaller than the first release's) with the missing fields zero. Inside a layout, the 16 bytes of a
string, or of a pointer and its count, hold a span and four zero bytes.

A response's body, when the status is OK, is the returned value and the out parameters in the same way. Otherwise it is
\`vmp_wire_failure\` (code, message, and for TOO_SMALL the number of elements that each out span needs), or empty.

Whoever reads a body owns its bytes: a transport copies it out of shared memory first. A wild offset, count, stride or size, a
reserved byte that is not zero, an unknown method, a handle or callback that is absent and may not be, text that is not terminated
and an enumeration's value that its contract refuses are answered MALFORMED without a body, before the implementation is called.
Members of a union are not checked: only the implementation knows which one is meant. Nor is text: it may be any bytes.
`.split("\n");

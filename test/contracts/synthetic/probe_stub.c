/* Answers calls of acme.probe that come in on standard input, until it ends. */
#include "probe_implementation.h"
#include "probe_stdio.h"

int main(void) {
  static uint64_t request[8192], response[8192];
  probe_state state = {0};
  vmp_message_header header;
  while (read_all(&header, sizeof header)) {
    uint64_t size = header.size - sizeof header, answered = 0;
    vmp_status status;
    if (header.size < sizeof header || size > sizeof request || !read_all(request, size)) return 2;
    status = acme_probe_stub(&probe_table, &state, header.method, (const uint8_t *)request, size, (uint8_t *)response,
                             sizeof response, &answered, NULL);
    if (header.kind == VMP_MESSAGE_POSTED) continue;
    write_frame(header.method, VMP_MESSAGE_RESPONSE, status, header.call_id, response, answered);
  }
  return 0;
}

/* Frames over standard input and output. */
#ifndef PROBE_STDIO_H
#define PROBE_STDIO_H

#include <errno.h>
#include <unistd.h>

#include "vm_plugin/marshal/wire.h"

static int read_all(void *to, size_t size) {
  for (size_t at = 0; at < size;) {
    ssize_t got = read(0, (uint8_t *)to + at, size - at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return 0;
    at += (size_t)got;
  }
  return 1;
}

static void write_all(const void *from, size_t size) {
  for (size_t at = 0; at < size;) {
    ssize_t put = write(1, (const uint8_t *)from + at, size - at);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) _exit(3);
    at += (size_t)put;
  }
}

static void write_frame(uint32_t method, uint32_t kind, vmp_status status, uint64_t call_id, const void *body,
                        uint64_t size) {
  vmp_message_header header;
  header.size = (uint32_t)(sizeof header + size);
  header.method = method;
  header.kind = kind;
  header.status = status;
  header.call_id = call_id;
  write_all(&header, sizeof header);
  if (size != 0) write_all(body, size);
}

#endif

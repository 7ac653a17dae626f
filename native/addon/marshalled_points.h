// The points whose calls travel as messages between native code and JavaScript, both ways.
#pragma once

#include <string>

#include "vm_plugin.h"

namespace vmp::addon {

struct MarshalledPoint {
  const char *point;
  const void *proxy;  // the table whose calls a transport carries to JavaScript
  // Answers a message of JavaScript by calling the table of a native instance.
  vmp_status (*stub)(const void *table, void *self, uint32_t method, const uint8_t *request, uint64_t size,
                     uint8_t *response, uint64_t capacity, uint64_t *response_size);
  // Bytes that the answer to a request may take.
  uint64_t (*room)(uint32_t method, const uint8_t *request, uint64_t size);
};

// NULL for a point whose methods are native only.
const MarshalledPoint *find_marshalled_point(const std::string &point);

}  // namespace vmp::addon

/* Reading and writing the bodies of messages, for the generated marshalling beside it. Written by hand.
 *
 * A body is a fixed layout, then a tail that its spans point into. Whoever reads one owns its bytes: a transport copies
 * a body out of shared memory before a stub or a proxy sees it, so nothing changes between a check and a use.
 * Functions answer 1, or 0 for bytes that break the format.
 */
#ifndef VM_PLUGIN_MARSHAL_WIRE_H
#define VM_PLUGIN_MARSHAL_WIRE_H

#include <stdlib.h>
#include <string.h>

#include "transport.h"

#if defined(__GNUC__)
#define VMP_WIRE_UNUSED __attribute__((unused))
#else
#define VMP_WIRE_UNUSED
#endif

/* Bytes that no body exceeds. */
#define VMP_WIRE_LIMIT 0x40000000u
/* Bytes that a transport offers for every answer at least: room for a failure. */
#define VMP_WIRE_RESPONSE_MINIMUM 1024u

/* Memory for decoded elements, freed all at once. */
typedef struct vmp_wire_block {
  struct vmp_wire_block *next;
  uint64_t reserved; /* keeps what follows at a multiple of 16 */
} vmp_wire_block;

typedef struct vmp_wire_reader {
  const uint8_t *data;
  uint64_t size;
  uint64_t fixed; /* bytes of the fixed layout; spans lie behind it */
  vmp_wire_block *blocks;
  int exhausted; /* memory could not be had */
} vmp_wire_reader;

/* Zeroed elements that live until vmp_wire_reader_close, or NULL. */
static inline void *vmp_wire_allocate(vmp_wire_reader *reader, uint64_t count, uint64_t size) {
  vmp_wire_block *block = NULL;
  if (count <= VMP_WIRE_LIMIT && size <= 65536)
    block = (vmp_wire_block *)calloc(1, sizeof(vmp_wire_block) + count * size);
  if (block == NULL) {
    reader->exhausted = 1;
    return NULL;
  }
  block->next = reader->blocks;
  reader->blocks = block;
  return block + 1;
}

static inline void vmp_wire_reader_open(vmp_wire_reader *reader, const uint8_t *data, uint64_t size) {
  reader->data = data;
  reader->size = size;
  reader->fixed = 0;
  reader->blocks = NULL;
  reader->exhausted = 0;
}

static inline void vmp_wire_reader_close(vmp_wire_reader *reader) {
  while (reader->blocks != NULL) {
    vmp_wire_block *next = reader->blocks->next;
    free(reader->blocks);
    reader->blocks = next;
  }
}

/* The fixed layout at the start. Bytes behind it that no span names are ignored. */
static inline int vmp_wire_fixed(vmp_wire_reader *reader, void *to, uint64_t size) {
  if (reader->size < size || reader->size > VMP_WIRE_LIMIT || (uintptr_t)reader->data % 8 != 0) return 0;
  if (size != 0) memcpy(to, reader->data, size);
  reader->fixed = size;
  return 1;
}

/* Whether every element of the span lies in the tail, aligned, and is at least as large as it ever was. */
static inline int vmp_wire_span_valid(const vmp_wire_reader *reader, const vmp_wire_span *span, uint32_t smallest,
                                      uint32_t alignment) {
  if (span->count == 0) return span->offset <= reader->size;
  return span->stride >= smallest && span->stride % alignment == 0 && span->offset % alignment == 0 &&
         span->offset >= reader->fixed && span->offset <= reader->size &&
         (uint64_t)span->count * span->stride <= reader->size - span->offset;
}

/* Elements that do not grow, used where they lie; NULL with *count 0 when there are none. */
static inline int vmp_wire_numbers(const vmp_wire_reader *reader, const vmp_wire_span *span, uint32_t size,
                                   const void **elements, uint64_t *count) {
  if (!vmp_wire_span_valid(reader, span, size, size)) return 0;
  if (span->count != 0 && span->stride != size) return 0;
  *elements = span->count == 0 ? NULL : reader->data + span->offset;
  *count = span->count;
  return 1;
}

static inline int vmp_wire_string(const vmp_wire_reader *reader, const vmp_wire_span *span, vmp_string *string) {
  const void *data;
  if (!vmp_wire_numbers(reader, span, 1, &data, &string->size)) return 0;
  string->data = (const char *)data;
  return 1;
}

/* The span that stands where a layout in memory has a pointer and a number: 16 bytes, the last four zero. */
static inline int vmp_wire_slot(const void *at, vmp_wire_span *span) {
  uint32_t words[4];
  memcpy(words, at, sizeof words);
  span->offset = words[0];
  span->count = words[1];
  span->stride = words[2];
  return words[3] == 0;
}

static inline int vmp_wire_string_field(const vmp_wire_reader *reader, vmp_string *string) {
  vmp_wire_span span;
  return vmp_wire_slot(string, &span) && vmp_wire_string(reader, &span, string);
}

/* One element of a span: extra bytes are ignored, missing ones are zero. */
static inline void vmp_wire_element(const vmp_wire_reader *reader, const vmp_wire_span *span, uint64_t index, void *to,
                                    uint32_t size) {
  uint32_t known = span->stride < size ? span->stride : size;
  memcpy(to, reader->data + span->offset + index * span->stride, known);
  memset((uint8_t *)to + known, 0, size - known);
}

/* As vmp_wire_element for memory that others write: every byte is read once. For those that receive a shared span. */
static inline void vmp_wire_shared_element(const volatile void *elements, uint32_t stride, uint64_t index, void *to,
                                           uint32_t size) {
  const volatile uint8_t *from = (const volatile uint8_t *)elements + index * stride;
  uint32_t known = stride < size ? stride : size;
  for (uint32_t at = 0; at < known; at++) ((uint8_t *)to)[at] = from[at];
  memset((uint8_t *)to + known, 0, size - known);
}

/* Where a shared span lies in memory. */
static inline int vmp_wire_shared(uint8_t *base, uint64_t size, const vmp_wire_span *span, uint32_t element,
                                  uint32_t smallest, uint32_t alignment, int grows, volatile void **elements) {
  *elements = NULL;
  if (span->count == 0) return 1;
  if (base == NULL || span->stride < smallest || span->stride % alignment != 0) return 0;
  if (!grows && span->stride != element) return 0;
  if (((uintptr_t)base + span->offset) % alignment != 0) return 0;
  if (span->offset > size || (uint64_t)span->count * span->stride > size - span->offset) return 0;
  *elements = base + span->offset;
  return 1;
}

/* Room for an answer with a span of `capacity` elements; a capacity that no body can hold is cut to one that fits. */
static inline uint64_t vmp_wire_room(uint64_t room, uint64_t *capacity, uint64_t size) {
  uint64_t most = room + 16 > VMP_WIRE_LIMIT ? 0 : (VMP_WIRE_LIMIT - room - 16) / size;
  if (*capacity > most) *capacity = most;
  return room + 8 + *capacity * size;
}

static inline int vmp_wire_zero(const void *at, uint64_t size) {
  for (uint64_t index = 0; index < size; index++) {
    if (((const uint8_t *)at)[index] != 0) return 0;
  }
  return 1;
}

static inline int vmp_wire_terminated(const char *characters, uint64_t size) {
  return memchr(characters, 0, size) != NULL;
}

/* A body that is being written. It begins in memory that the caller has, and moves to the heap when that is full. */
typedef struct vmp_wire_writer {
  uint8_t *data;
  uint64_t size;
  uint64_t capacity;
  vmp_status status; /* the first thing that went wrong; later writes do nothing */
  int grows;
  int owned; /* data is from malloc */
} vmp_wire_writer;

static inline void vmp_wire_writer_open(vmp_wire_writer *writer, void *memory, uint64_t capacity, int grows) {
  writer->data = (uint8_t *)memory;
  writer->size = 0;
  writer->capacity = capacity;
  writer->status = VMP_OK;
  writer->grows = grows;
  writer->owned = 0;
}

static inline void vmp_wire_writer_close(vmp_wire_writer *writer) {
  if (writer->owned) free(writer->data);
  writer->owned = 0;
}

static inline uint64_t vmp_wire_fail(vmp_wire_writer *writer, vmp_status status) {
  if (writer->status == VMP_OK) writer->status = status;
  return 0;
}

/* Zeroed bytes at the end; their offset. Look at status before writing there. */
static inline uint64_t vmp_wire_reserve(vmp_wire_writer *writer, uint64_t size, uint64_t alignment) {
  uint64_t at = (writer->size + alignment - 1) / alignment * alignment;
  if (writer->status != VMP_OK) return 0;
  if (size > VMP_WIRE_LIMIT || at + size > VMP_WIRE_LIMIT) return vmp_wire_fail(writer, VMP_ERROR_INVALID_ARGUMENT);
  if (at + size > writer->capacity) {
    uint64_t capacity = (at + size) * 2;
    uint8_t *data;
    if (!writer->grows) return vmp_wire_fail(writer, VMP_ERROR_TOO_SMALL);
    data = (uint8_t *)malloc(capacity);
    if (data == NULL) return vmp_wire_fail(writer, VMP_ERROR_OUT_OF_MEMORY);
    memcpy(data, writer->data, writer->size);
    if (writer->owned) free(writer->data);
    writer->data = data;
    writer->capacity = capacity;
    writer->owned = 1;
  }
  memset(writer->data + writer->size, 0, at + size - writer->size);
  writer->size = at + size;
  return at;
}

static inline vmp_wire_span vmp_wire_span_of(uint64_t offset, uint64_t count, uint64_t stride) {
  vmp_wire_span span;
  span.offset = (uint32_t)offset;
  span.count = (uint32_t)count;
  span.stride = (uint32_t)stride;
  return span;
}

/* Copies elements to the tail; the span by which they are found. */
static inline vmp_wire_span vmp_wire_append(vmp_wire_writer *writer, const void *elements, uint64_t count,
                                            uint32_t size) {
  uint64_t at;
  if (count == 0) return vmp_wire_span_of(0, 0, size);
  if (count > VMP_WIRE_LIMIT || elements == NULL) {
    vmp_wire_fail(writer, VMP_ERROR_INVALID_ARGUMENT);
    return vmp_wire_span_of(0, 0, size);
  }
  at = vmp_wire_reserve(writer, count * size, size < 8 ? size : 8);
  if (writer->status != VMP_OK) return vmp_wire_span_of(0, 0, size);
  memcpy(writer->data + at, elements, count * size);
  return vmp_wire_span_of(at, count, size);
}

static inline vmp_wire_span vmp_wire_append_string(vmp_wire_writer *writer, vmp_string string) {
  return vmp_wire_append(writer, string.data, string.size, 1);
}

/* Puts a span where a layout in memory has a pointer and a number. */
static inline void vmp_wire_put_slot(vmp_wire_writer *writer, uint64_t at, vmp_wire_span span) {
  uint32_t words[4] = {span.offset, span.count, span.stride, 0};
  if (writer->status == VMP_OK) memcpy(writer->data + at, words, sizeof words);
}

/* The span of a shared one; INVALID_ARGUMENT when it does not lie in the shared memory. */
static inline vmp_wire_span vmp_wire_share(vmp_wire_writer *writer, const vmp_transport *transport,
                                           const volatile void *elements, uint64_t count, uint64_t stride) {
  uintptr_t base = (uintptr_t)transport->shared_base;
  uintptr_t at = (uintptr_t)elements;
  vmp_wire_span span = {0, 0, (uint32_t)stride};
  if (count == 0) return span;
  if (transport->shared_base == NULL || at < base || at - base > transport->shared_size || at - base > UINT32_MAX ||
      stride == 0 || stride > UINT32_MAX || count > UINT32_MAX ||
      count * stride > transport->shared_size - (at - base)) {
    vmp_wire_fail(writer, VMP_ERROR_INVALID_ARGUMENT);
    return span;
  }
  return vmp_wire_span_of(at - base, count, stride);
}

/* Fills an error as far as its owner knows it. */
static inline void vmp_wire_set_error(vmp_error *error, vmp_status status, const char *code, uint64_t code_size,
                                      const char *message, uint64_t message_size) {
  if (!VMP_CAN_EXPLAIN(error)) return;
  error->status = status;
  if (code_size > sizeof error->code - 1) code_size = sizeof error->code - 1;
  if (message_size > sizeof error->message - 1) message_size = sizeof error->message - 1;
  if (code_size != 0) memcpy(error->code, code, code_size);
  error->code[code_size] = 0;
  if (message_size != 0) memcpy(error->message, message, message_size);
  error->message[message_size] = 0;
}

static inline vmp_status vmp_wire_explain(vmp_error *error, vmp_status status, const char *code, const char *message) {
  vmp_wire_set_error(error, status, code, strlen(code), message, strlen(message));
  return status;
}

#endif

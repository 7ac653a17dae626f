/* acme.probe in C: looks at every byte that it is given, so that a sanitizer sees a wild pointer. Valid C11 and C++17.
 */
#ifndef PROBE_IMPLEMENTATION_H
#define PROBE_IMPLEMENTATION_H

#include <stdio.h>
#include <unistd.h>

#include "acme/marshal/probe.h"

typedef struct probe_state {
  uint32_t notified;
  const acme_listener *listener; /* that subscribed */
  void *listener_context;
} probe_state;

static uint64_t sum_bytes(const void *data, uint64_t size) {
  uint64_t sum = 0;
  for (uint64_t index = 0; index < size; index++) sum += ((const uint8_t *)data)[index];
  return sum;
}

static vmp_status refuse(vmp_error *error, vmp_status status, const char *code, const char *message) {
  error->status = status;
  snprintf(error->code, sizeof error->code, "%s", code);
  snprintf(error->message, sizeof error->message, "%s", message);
  return status;
}

static vmp_status probe_add(void *self, uint8_t a, int64_t b, uint16_t c, float d, double e, int8_t f, uint32_t color,
                            int64_t *sum, uint32_t *brighter, vmp_error *error) {
  (void)self;
  if (color == ACME_COLOR_DARK_BLUE)
    return refuse(error, VMP_ERROR_PLUGIN, "TOO_DARK", "dark blue has no brighter color");
  *sum = (int64_t)((uint64_t)a + (uint64_t)b + c + (uint64_t)(int64_t)f);
  if (d > -1e6f && d < 1e6f) *sum = (int64_t)((uint64_t)*sum + (uint64_t)(int64_t)d);
  if (e > -1e6 && e < 1e6) *sum = (int64_t)((uint64_t)*sum + (uint64_t)(int64_t)e);
  *brighter = color + 1;
  return VMP_OK;
}

/* report.total: the sum of all numbers, and of all bytes of texts. */
static vmp_status probe_describe(void *self, const acme_sample *sample, acme_report *report, vmp_error *error) {
  uint64_t total = sample->count + sample->mask + (uint64_t)sample->delta + (uint64_t)sample->offset;
  (void)self;
  (void)error;
  total += (uint64_t)(int64_t)sample->tiny + sample->byte + (uint64_t)(int64_t)sample->half + sample->color;
  total += sum_bytes(sample->name.data, sample->name.size) + sum_bytes(sample->label, strlen(sample->label));
  total += sum_bytes(sample->bytes, sizeof sample->bytes);
  for (int index = 0; index < 4; index++) total += sample->numbers[index];
  for (int index = 0; index < 2; index++)
    total += (uint64_t)(int64_t)sample->pairs[index].first + sample->pairs[index].second;
  for (uint64_t index = 0; index < sample->tag_count; index++)
    total += sum_bytes(sample->tags[index].data, sample->tags[index].size);
  for (uint64_t index = 0; index < sample->reading_count; index++)
    total += sample->readings[index].id + sample->readings[index].severity;
  total += sum_bytes(sample->blob, sample->blob_size) + sum_bytes(sample->choice.raw, 8) + sample->extra;
  report->severity = sample->access & ACME_ACCESS_WRITE ? ACME_SEVERITY_HARSH : ACME_SEVERITY_MILD;
  report->total = total;
  memcpy(report->text, sample->label, sizeof sample->label);
  return VMP_OK;
}

/* Reversed, with the ids as text. */
static vmp_status probe_sort(void *self, const acme_reading *readings, uint64_t count, uint32_t stride,
                             acme_reading *sorted, uint64_t capacity, uint32_t sorted_stride, uint64_t *sorted_count,
                             char *names, uint64_t names_capacity, uint64_t *names_count, vmp_error *error) {
  uint64_t length = 0;
  (void)self;
  for (uint64_t index = 0; index < count; index++) {
    const acme_reading *reading = (const acme_reading *)(const void *)((const uint8_t *)readings + index * stride);
    char text[16];
    int size = snprintf(text, sizeof text, "%u,", reading->id);
    if (length + (uint64_t)size <= names_capacity) memcpy(names + length, text, (size_t)size);
    length += (uint64_t)size;
    if (index < capacity && count <= capacity) {
      memcpy((uint8_t *)sorted + (count - 1 - index) * sorted_stride, reading, sizeof *reading);
    }
  }
  *sorted_count = count;
  *names_count = length;
  if (count > capacity || length > names_capacity) return refuse(error, VMP_ERROR_TOO_SMALL, "", "more room is needed");
  return VMP_OK;
}

static uint64_t probe_sum(void *self, const uint16_t *numbers, uint64_t count, const double *weights,
                          uint64_t weight_count, const char *text, uint64_t text_count) {
  uint64_t sum = sum_bytes(text, text_count);
  (void)self;
  for (uint64_t index = 0; index < count; index++) sum += numbers[index];
  for (uint64_t index = 0; index < weight_count; index++) {
    if (weights[index] >= 0 && weights[index] < 1e6) sum += (uint64_t)weights[index];
  }
  return sum;
}

/* The first letter decides; "?" gives a value that nobody knows. */
static uint32_t probe_classify(void *self, vmp_string name) {
  (void)self;
  if (name.size == 0) return ACME_SEVERITY_NONE;
  if (name.data[0] == '?') return 77;
  return name.data[0] == 'h' ? ACME_SEVERITY_HARSH : ACME_SEVERITY_MILD;
}

/* Byte i of `from` becomes the id of element i of `to`, unless that is harsh. */
static vmp_status probe_fill(void *self, const volatile uint8_t *from, uint64_t from_count, volatile acme_reading *to,
                             uint64_t to_count, uint32_t stride, vmp_error *error) {
  (void)self;
  if (from_count > to_count) return refuse(error, VMP_ERROR_INVALID_ARGUMENT, "", "more bytes than elements");
  for (uint64_t index = 0; index < from_count; index++) {
    acme_reading seen;
    vmp_wire_shared_element(to, stride, index, &seen, sizeof seen);
    if (seen.severity == ACME_SEVERITY_HARSH) continue;
    ((volatile acme_reading *)(volatile void *)((volatile uint8_t *)to + index * stride))->id = from[index];
  }
  return VMP_OK;
}

/* As long as it was told to where it can be cancelled, else no time at all. */
static vmp_status probe_wait(void *self, uint32_t milliseconds, uint32_t *waited, const vmp_cancellation *cancellation,
                             vmp_error *error) {
  (void)self;
  for (uint32_t passed = 0; cancellation != NULL; passed++) {
    if (cancellation->requested != 0) return refuse(error, VMP_ERROR_CANCELLED, "", "nobody waits any longer");
    if (passed >= milliseconds) break;
    usleep(1000);
  }
  *waited = milliseconds;
  return VMP_OK;
}

static vmp_status probe_watch(void *self, acme_session *session, const acme_listener *listener, void *context,
                              uint32_t *events, vmp_error *error) {
  vmp_string one = {"one", 3};
  vmp_status status;
  (void)self;
  if (session == NULL || listener == NULL)
    return refuse(error, VMP_ERROR_INVALID_ARGUMENT, "NOBODY", "a session and a listener are needed");
  status = listener->progress(context, 1, one, error);
  if (status != VMP_OK) return status;
  listener->note(context, one);
  *events = 2;
  return VMP_OK;
}

static void probe_notify(void *self, uint32_t color, vmp_string text) {
  ((probe_state *)self)->notified += color + (uint32_t)text.size + (uint32_t)(sum_bytes(text.data, text.size) & 1);
}

static vmp_status probe_health(void *self, uint32_t *level, uint32_t *severity, acme_report *report, vmp_error *error) {
  (void)error;
  *level = ((probe_state *)self)->notified;
  *severity = ACME_SEVERITY_NONE;
  report->severity = ACME_SEVERITY_NONE;
  snprintf(report->text, sizeof report->text, "present");
  return VMP_OK;
}

static vmp_status probe_appended(void *self, uint32_t value, uint32_t *twice, vmp_error *error) {
  (void)self;
  (void)error;
  *twice = 2 * value;
  return VMP_OK;
}

static vmp_status probe_subscribe(void *self, acme_session *session, const acme_listener *listener, void *context,
                                  const acme_listener *other, void *other_context, vmp_error *error) {
  vmp_string two = {"two", 3};
  if (session == NULL || listener == NULL)
    return refuse(error, VMP_ERROR_INTERNAL, "NOBODY", "what may not be absent is absent");
  ((probe_state *)self)->listener = listener;
  ((probe_state *)self)->listener_context = context;
  return other == NULL ? VMP_OK : other->progress(other_context, 2, two, error);
}

static const acme_probe probe_table VMP_WIRE_UNUSED = {
    sizeof(acme_probe), 0,          probe_add,   probe_describe, probe_sort, probe_sum,    probe_classify,
    probe_fill,         probe_wait, probe_watch, probe_notify,   NULL,       probe_health, probe_appended,
    probe_subscribe};

#endif

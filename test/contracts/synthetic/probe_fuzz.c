/* Broken messages for the stub and broken answers for the proxy: every truncation, then ROUNDS random mutations of
 * valid ones, always the same. Built with sanitizers; prints how many were refused and how many were still valid. */
#include "probe_implementation.h"

enum { most = 32, largest = 1024 };

typedef struct message {
  uint32_t method;
  uint32_t size;
  uint64_t body[largest / 8];
} message;

static message requests[most], answers[most];
static uint32_t request_count, answer_count;
static probe_state state;
static uint64_t shared_memory[32];
static uint8_t *const shared = (uint8_t *)shared_memory;
static vmp_stub_environment environment;

static uint64_t random_state = 0x9e3779b97f4a7c15u;
static uint64_t random_number(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

static vmp_status import_handle(vmp_stub_environment *unused, const char *type, uint64_t handle, void **object) {
  (void)unused;
  (void)type;
  if (handle != 1) return VMP_ERROR_REVOKED;
  *object = &state;
  return VMP_OK;
}

/* A heap copy of exactly the size, so that a read behind its end is seen. The status; *size is the answer's. */
static vmp_status answer(uint32_t method, const void *body, uint64_t size, uint8_t *response, uint64_t capacity,
                         uint64_t *answered) {
  uint8_t *exact = (uint8_t *)malloc(size == 0 ? 1 : size);
  vmp_status status;
  if (exact == NULL) abort();
  if (size != 0) memcpy(exact, body, size);
  status = acme_probe_stub(&probe_table, &state, method, exact, size, response, capacity, answered, &environment);
  free(exact);
  if (*answered > capacity) abort();
  return status;
}

static void keep(message *messages, uint32_t *count, uint32_t method, const void *body, uint64_t size) {
  if (*count == most || size > largest) abort();
  messages[*count].method = method;
  messages[*count].size = (uint32_t)size;
  if (size != 0) memcpy(messages[*count].body, body, size);
  ++*count;
}

static vmp_status recording_call(vmp_transport *transport, uint32_t method, uint32_t kind, const void *request,
                                 uint64_t request_size, void *response, uint64_t capacity, uint64_t *response_size,
                                 vmp_error *error) {
  uint64_t unused[VMP_WIRE_RESPONSE_MINIMUM / 8], unused_size;
  vmp_status status;
  (void)transport;
  (void)error;
  keep(requests, &request_count, method, request, request_size);
  if (kind == VMP_MESSAGE_POSTED) {
    response = unused;
    capacity = sizeof unused;
    response_size = &unused_size;
  }
  status = answer(method, request, request_size, (uint8_t *)response, capacity, response_size);
  keep(answers, &answer_count, status == VMP_OK ? method : 0, response, *response_size);
  return status;
}

static const message *canned;
static vmp_status canned_status;

static vmp_status canned_call(vmp_transport *transport, uint32_t method, uint32_t kind, const void *request,
                              uint64_t request_size, void *response, uint64_t capacity, uint64_t *response_size,
                              vmp_error *error) {
  (void)transport;
  (void)method;
  (void)request;
  (void)request_size;
  (void)error;
  if (kind == VMP_MESSAGE_POSTED) return VMP_OK;
  *response_size = canned->size <= capacity ? canned->size : capacity;
  memcpy(response, canned->body, *response_size);
  return canned_status;
}

static uint64_t touched;

/* One call of everything. The results are read, so that a sanitizer sees what was not written. */
static void call_all(vmp_transport *transport) {
  const acme_probe *probe = &acme_probe_proxy;
  vmp_error error;
  int64_t sum = 0;
  uint32_t small = 0, other = 0;
  uint64_t count = 0, length = 0;
  char names[64];
  uint16_t numbers[3] = {1, 2, 3};
  double weights[2] = {1.5, 2.5};
  uint8_t blob[5] = {1, 2, 3, 4, 5};
  vmp_string tags[2] = {{"one", 3}, {"three", 5}};
  vmp_string text = {"harsh", 5};
  acme_reading readings[2], sorted[4];
  acme_sample sample;
  acme_report report;
  memset(&error, 0, sizeof error);
  memset(readings, 0, sizeof readings);
  memset(sorted, 0, sizeof sorted);
  memset(&sample, 0, sizeof sample);
  memset(&report, 0, sizeof report);
  error.struct_size = sizeof error;
  report.struct_size = sizeof report;
  for (int index = 0; index < 2; index++) {
    readings[index].id = (uint32_t)index;
    readings[index].color = ACME_COLOR_GREEN;
  }
  sample.struct_size = sizeof sample;
  sample.color = ACME_COLOR_RED;
  sample.name = text;
  sample.tags = tags;
  sample.tag_count = 2;
  sample.readings = readings;
  sample.reading_count = 2;
  sample.blob = blob;
  sample.blob_size = sizeof blob;
  probe->add(transport, 1, 2, 3, 4, 5, 6, ACME_COLOR_RED, &sum, &small, &error);
  probe->add(transport, 1, 2, 3, 4, 5, 6, ACME_COLOR_DARK_BLUE, &sum, &small, &error);
  probe->describe(transport, &sample, &report, &error);
  if (probe->sort(transport, readings, 2, sizeof *readings, sorted, 4, sizeof *sorted, &count, names, sizeof names,
                  &length, &error) == VMP_OK) {
    if (count > 4 || length > sizeof names) abort();
    touched += sum_bytes(sorted, count * sizeof *sorted) + sum_bytes(names, length);
  }
  probe->sort(transport, readings, 2, sizeof *readings, sorted, 1, sizeof *sorted, &count, names, 1, &length, &error);
  touched += probe->sum(transport, numbers, 3, weights, 2, "xyz", 3);
  touched += probe->classify(transport, text);
  probe->fill(transport, shared + 1, 3, (acme_reading *)(void *)(shared + 64), 4, sizeof(acme_reading), &error);
  probe->wait(transport, 3, &small, NULL, &error);
  probe->notify(transport, ACME_COLOR_GREEN, text);
  probe->health(transport, &small, &other, &report, &error);
  probe->appended(transport, 4, &small, &error);
  touched += sum_bytes(&report, sizeof report) + sum_bytes(&error, sizeof error) + (uint64_t)sum + small;
  if (memchr(error.code, 0, sizeof error.code) == NULL || memchr(error.message, 0, sizeof error.message) == NULL)
    abort();
}

/* Flips bits, writes numbers that are likely to hurt, or cuts the end off. */
static void mutate(message *target) {
  static const uint32_t cruel[] = {0,          1,          7,  8,  0x7fffffff, 0x80000000,
                                   0xfffffff8, 0xffffffff, 24, 40, 0x10000,    0x40000001};
  uint8_t *bytes = (uint8_t *)target->body;
  uint64_t changes = 1 + random_number() % 4;
  while (changes-- > 0 && target->size >= 4) {
    uint64_t choice = random_number() % 8;
    uint32_t at = (uint32_t)(random_number() % target->size);
    if (choice < 3) {
      bytes[at] ^= (uint8_t)(1u << random_number() % 8);
    } else if (choice < 7) {
      uint32_t value = choice == 3   ? (uint32_t)random_number()
                       : choice == 4 ? target->size - at
                                     : cruel[random_number() % 12];
      at = at / 4 * 4;
      if (at + 4 <= target->size) memcpy(bytes + at, &value, 4);
    } else {
      target->size = at;
    }
  }
}

int main(int count, char **parameters) {
  long rounds = count > 1 ? atol(parameters[1]) : 100000;
  uint64_t response[VMP_WIRE_RESPONSE_MINIMUM / 8], answered;
  vmp_transport transport;
  unsigned long refused = 0, valid = 0;
  memset(&transport, 0, sizeof transport);
  transport.struct_size = sizeof transport;
  transport.call = recording_call;
  transport.shared_base = shared;
  transport.shared_size = sizeof shared_memory;
  environment.struct_size = sizeof environment;
  environment.shared_base = shared;
  environment.shared_size = sizeof shared_memory;
  environment.import_handle = import_handle;
  call_all(&transport);
  uint64_t watch[2] = {1, 0};
  keep(requests, &request_count, ACME_PROBE_METHOD_WATCH, watch, sizeof watch);

  for (uint32_t index = 0; index < request_count; index++) {
    for (uint32_t size = 0; size < requests[index].size; size++) {
      if (answer(requests[index].method, requests[index].body, size, (uint8_t *)response, sizeof response, &answered) ==
          VMP_OK)
        valid++;
      answer(requests[index].method, requests[index].body, requests[index].size, (uint8_t *)response,
             size % sizeof response, &answered);
    }
  }
  printf("truncated and still valid: %lu\n", valid);
  valid = 0;
  transport.call = canned_call;
  for (long round = 0; round < rounds; round++) {
    message broken = requests[random_number() % request_count];
    uint32_t method = random_number() % 64 == 0 ? (uint32_t)random_number() % 20 : broken.method;
    mutate(&broken);
    if (answer(method, broken.body, broken.size, (uint8_t *)response, sizeof response, &answered) ==
        VMP_ERROR_MALFORMED) {
      refused++;
    } else {
      valid++;
    }
    if (round % 16 != 0) continue;
    message reply = answers[random_number() % answer_count];
    mutate(&reply);
    canned = &reply;
    canned_status = random_number() % 4 == 0 ? (vmp_status)(random_number() % 16) : 0;
    call_all(&transport);
  }
  printf("refused: %lu, valid: %lu\n", refused, valid);
  return refused > 0 && valid > 0 ? 0 : 1;
}

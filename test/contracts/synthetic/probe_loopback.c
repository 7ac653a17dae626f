/* A proxy and a stub in one process: what takes a connection (shared memory, handles, callbacks, cancellation), and two
 * sides that were built with different minors of the contract. Ends with 1 at the first thing that is wrong. */
#include "probe_connection.h"

#define CHECK(condition)                                              \
  do {                                                                \
    if (!(condition)) {                                               \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      return 1;                                                       \
    }                                                                 \
  } while (0)

static int shared_spans(void) {
  static uint64_t memory[64];
  uint8_t *shared = (uint8_t *)memory;
  connection to;
  vmp_error error;
  acme_reading *elements = (acme_reading *)(void *)(shared + 64);
  const acme_probe *probe = &acme_probe_proxy;
  memset(&error, 0, sizeof error);
  error.struct_size = sizeof error;
  connect(&to, shared, sizeof memory);
  shared[3] = 33;
  shared[4] = 44;
  CHECK(probe->fill(&to, shared + 3, 2, elements, 3, sizeof *elements, &error) == VMP_OK);
  CHECK(elements[0].id == 33 && elements[1].id == 44 && elements[2].id == 0);
  /* Elements of a later minor are larger. */
  CHECK(probe->fill(&to, shared + 3, 2, elements, 3, sizeof *elements + 8, &error) == VMP_OK);
  CHECK(((acme_reading *)(void *)((uint8_t *)elements + sizeof *elements + 8))->id == 44);
  CHECK(probe->fill(&to, shared + 3, 4, elements, 3, sizeof *elements, &error) == VMP_ERROR_INVALID_ARGUMENT);
  CHECK(strcmp(error.message, "more bytes than elements") == 0);
  /* What others write there is read once, as far as the element goes: bytes behind a smaller one are not its own. */
  elements[0].severity = ACME_SEVERITY_HARSH;
  shared[3] = 55;
  CHECK(probe->fill(&to, shared + 3, 1, elements, 1, sizeof *elements, &error) == VMP_OK && elements[0].id == 33);
  CHECK(probe->fill(&to, shared + 3, 1, elements, 1, offsetof(acme_reading, severity), &error) == VMP_OK);
  CHECK(elements[0].id == 55);
  /* Outside of the shared memory, in part or whole, and too much of it. */
  uint8_t elsewhere[4] = {0};
  CHECK(probe->fill(&to, elsewhere, 2, elements, 3, sizeof *elements, &error) == VMP_ERROR_INVALID_ARGUMENT);
  CHECK(probe->fill(&to, shared + sizeof memory - 1, 2, elements, 3, sizeof *elements, &error) ==
        VMP_ERROR_INVALID_ARGUMENT);
  CHECK(probe->fill(&to, shared, UINT64_MAX, elements, 3, sizeof *elements, &error) == VMP_ERROR_INVALID_ARGUMENT);
  /* The other side's view is smaller than was said. */
  to.environment.shared_size = 64;
  CHECK(probe->fill(&to, shared + 3, 2, elements, 3, sizeof *elements, &error) == VMP_ERROR_MALFORMED);
  return 0;
}

static int handles_and_callbacks(void) {
  connection to;
  vmp_error error;
  heard events = {0, 0, 0};
  int session = 0;
  uint32_t count = 0;
  uint64_t number = 0;
  void *object = NULL;
  const acme_probe *probe = &acme_probe_proxy;
  memset(&error, 0, sizeof error);
  error.struct_size = sizeof error;
  connect(&to, NULL, 0);
  CHECK(probe->watch(&to, (acme_session *)(void *)&session, &listener, &events, &count, &error) == VMP_OK);
  CHECK(count == 2 && events.progress == 4 && events.notes == 3);
  CHECK(to.callbacks == 0 && to.imported == 0 && to.last_kind == VMP_MESSAGE_ASYNCHRONOUS);
  events.refuse = 1;
  CHECK(probe->watch(&to, (acme_session *)(void *)&session, &listener, &events, &count, &error) == VMP_ERROR_CANCELLED);
  CHECK(strcmp(error.message, "enough") == 0 && to.callbacks == 0 && to.imported == 0);
  CHECK(probe->watch(&to, NULL, &listener, &events, &count, &error) == VMP_ERROR_INVALID_ARGUMENT);
  CHECK(strcmp(error.code, "NOBODY") == 0 && to.callbacks == 0 && to.imported == 0);
  CHECK(probe->watch(&to, (acme_session *)(void *)&session, NULL, NULL, &count, &error) == VMP_ERROR_MALFORMED);
  /* It came without a reason, and has not the one of the call before. */
  CHECK(error.status == VMP_ERROR_MALFORMED && error.code[0] == 0 && error.message[0] == 0);
  for (int index = 0; index < 2; index++)
    probe->watch(&to, (acme_session *)(void *)&session, &listener, &events, &count, &error);
  CHECK(probe->watch(&to, (acme_session *)(void *)&session, &listener, &events, &count, &error) == VMP_ERROR_BUSY);
  CHECK(strcmp(error.code, "TOO_MANY_HANDLES") == 0);
  /* A number whose generation is over, of another type, and never given. */
  vmp_handle_revoke(&to.handles, (uint64_t)1 << 32);
  CHECK(vmp_handle_find(&to.handles, "acme_session", (uint64_t)1 << 32, &object) == VMP_ERROR_REVOKED);
  CHECK(vmp_handle_insert(&to.handles, "acme_session", &session, &number) == VMP_OK && number == (uint64_t)2 << 32);
  CHECK(vmp_handle_find(&to.handles, "acme_session", (uint64_t)1 << 32, &object) == VMP_ERROR_REVOKED);
  CHECK(vmp_handle_find(&to.handles, "acme_session", number, &object) == VMP_OK && object == &session);
  CHECK(vmp_handle_find(&to.handles, "acme_engine", number, &object) == VMP_ERROR_MALFORMED && object == NULL);
  CHECK(vmp_handle_find(&to.handles, "acme_session", (uint64_t)3 << 32, &object) == VMP_ERROR_MALFORMED);
  CHECK(vmp_handle_find(&to.handles, "acme_session", (uint64_t)1 << 32 | 4, &object) == VMP_ERROR_MALFORMED);
  /* A connection without them. */
  to.transport.struct_size = offsetof(vmp_transport, export_handle);
  CHECK(probe->watch(&to, (acme_session *)(void *)&session, &listener, &events, &count, &error) ==
        VMP_ERROR_UNSUPPORTED);
  return 0;
}

/* A callback that is kept, and one that may be absent. */
static int subscriptions(void) {
  connection to;
  vmp_error error;
  heard events = {0, 0, 0};
  int session = 0;
  acme_session *known = (acme_session *)(void *)&session;
  vmp_string text = {"later", 5};
  const acme_probe *probe = &acme_probe_proxy;
  memset(&error, 0, sizeof error);
  error.struct_size = sizeof error;
  connect(&to, NULL, 0);
  CHECK(probe->subscribe(&to, NULL, &listener, &events, NULL, NULL, &error) == VMP_ERROR_MALFORMED);
  CHECK(to.callbacks == 0 && to.imported == 0 && to.state.listener == NULL);
  CHECK(probe->subscribe(&to, known, NULL, NULL, NULL, NULL, &error) == VMP_ERROR_MALFORMED);
  CHECK(probe->subscribe(&to, known, &listener, &events, NULL, NULL, &error) == VMP_OK);
  CHECK(to.callbacks == 1 && to.imported == 1 && events.progress == 0);
  CHECK(to.state.listener->progress(to.state.listener_context, 1, text, &error) == VMP_OK && events.progress == 6);
  CHECK(probe->subscribe(&to, known, &listener, &events, &listener, &events, &error) == VMP_OK);
  CHECK(to.callbacks == 2 && to.imported == 2 && events.progress == 6 + 5);
  return 0;
}

static int cancellation(void) {
  connection to;
  vmp_error error;
  vmp_cancellation cancel;
  uint32_t waited = 0;
  memset(&error, 0, sizeof error);
  error.struct_size = sizeof error;
  connect(&to, NULL, 0);
  cancel.struct_size = sizeof cancel;
  cancel.requested = 0;
  CHECK(acme_probe_proxy.wait(&to, 5, &waited, &cancel, &error) == VMP_OK && waited == 5);
  cancel.requested = 1;
  CHECK(acme_probe_proxy.wait(&to, 5, &waited, &cancel, &error) == VMP_ERROR_CANCELLED);
  to.transport.call_cancellable = NULL;
  CHECK(acme_probe_proxy.wait(&to, 5, &waited, &cancel, &error) == VMP_OK);
  return 0;
}

/* Bytes of a reading and a sample as the first minor had them. */
enum { old_reading = offsetof(acme_reading, severity), old_sample = offsetof(acme_sample, extra) };

static int growth(void) {
  connection to;
  vmp_error error;
  const acme_probe *probe = &acme_probe_proxy;
  acme_reading readings[3], sorted[3];
  uint8_t old_readings[2 * old_reading];
  uint64_t count = 0, length = 0;
  char names[32];
  memset(&error, 0, sizeof error);
  memset(readings, 0, sizeof readings);
  memset(old_readings, 0, sizeof old_readings);
  error.struct_size = sizeof error;
  connect(&to, NULL, 0);
  for (int index = 0; index < 3; index++) {
    readings[index].id = (uint32_t)index + 1;
    readings[index].color = ACME_COLOR_RED;
    readings[index].severity = ACME_SEVERITY_HARSH;
  }
  /* A caller of the first minor: its elements are smaller, and the field that it does not know is 0. */
  CHECK(sizeof(acme_reading) > old_reading);
  for (int index = 0; index < 2; index++) memcpy(old_readings + index * old_reading, &readings[index], old_reading);
  memset(sorted, 0xee, sizeof sorted);
  CHECK(probe->sort(&to, (const acme_reading *)(const void *)old_readings, 2, old_reading, sorted, 3, sizeof *sorted,
                    &count, names, sizeof names, &length, &error) == VMP_OK);
  CHECK(count == 2 && sorted[0].id == 2 && sorted[1].id == 1 && sorted[0].severity == ACME_SEVERITY_NONE);
  /* And what comes back to it is cut to what it knows. */
  uint8_t old_sorted[2 * old_reading + 1];
  memset(old_sorted, 0xee, sizeof old_sorted);
  CHECK(probe->sort(&to, readings, 2, sizeof *readings, (acme_reading *)(void *)old_sorted, 2, old_reading, &count,
                    names, sizeof names, &length, &error) == VMP_OK);
  CHECK(((acme_reading *)(void *)(old_sorted + old_reading))->id == 1 && old_sorted[2 * old_reading] == 0xee);
  /* A caller of a later minor: the bytes behind what is known are ignored. */
  uint64_t later[2][7];
  memset(later, 0xff, sizeof later);
  for (int index = 0; index < 2; index++) memcpy(later[index], &readings[index], sizeof *readings);
  uint64_t later_sorted[2][7];
  memset(later_sorted, 0xee, sizeof later_sorted);
  CHECK(probe->sort(&to, (const acme_reading *)(const void *)later, 2, sizeof later[0],
                    (acme_reading *)(void *)later_sorted, 2, sizeof later_sorted[0], &count, names, sizeof names,
                    &length, &error) == VMP_OK);
  CHECK(((acme_reading *)(void *)later_sorted[1])->id == 1 &&
        ((acme_reading *)(void *)later_sorted[1])->severity == ACME_SEVERITY_HARSH);
  CHECK(later_sorted[0][6] == 0);
  CHECK(probe->sort(&to, readings, 1, 8, sorted, 3, sizeof *sorted, &count, names, sizeof names, &length, &error) ==
        VMP_ERROR_INVALID_ARGUMENT);

  /* Layouts that say their own size. */
  acme_sample sample;
  acme_report report;
  memset(&sample, 0, sizeof sample);
  memset(&report, 0, sizeof report);
  sample.struct_size = old_sample;
  sample.color = ACME_COLOR_RED;
  sample.extra = 1000;
  report.struct_size = sizeof report;
  CHECK(probe->describe(&to, &sample, &report, &error) == VMP_OK && report.total == 1);
  sample.struct_size = sizeof sample;
  CHECK(probe->describe(&to, &sample, &report, &error) == VMP_OK && report.total == 1001);
  sample.struct_size = sizeof sample + 800;
  CHECK(probe->describe(&to, &sample, &report, &error) == VMP_OK && report.total == 1001);
  sample.struct_size = old_sample - 8;
  CHECK(probe->describe(&to, &sample, &report, &error) == VMP_ERROR_INVALID_ARGUMENT);

  /* Implementations of the first minor, and without optional methods. */
  acme_probe old_table = probe_table;
  uint32_t twice = 7, level = 0, severity = 0;
  old_table.struct_size = offsetof(acme_probe, appended);
  old_table.health = NULL;
  to.table = &old_table;
  CHECK(probe->appended(&to, 4, &twice, &error) == VMP_OK && twice == 0);
  CHECK(probe->health(&to, &level, &severity, &report, &error) == VMP_OK);
  CHECK(level == 5 && severity == ACME_SEVERITY_HARSH && report.severity == ACME_SEVERITY_MILD && report.total == 3);
  CHECK(strcmp(report.text, "absent") == 0);
  int64_t sum = 0;
  old_table.add = NULL;
  CHECK(probe->add(&to, 1, 1, 1, 0, 0, 0, ACME_COLOR_RED, &sum, &severity, &error) == VMP_ERROR_UNSUPPORTED);
  CHECK(strcmp(error.code, "METHOD_MISSING") == 0);
  return 0;
}

/* Answers as the stub does, with a color that nobody knows in the second element. */
static vmp_status call_with_bad_element(vmp_transport *transport, uint32_t method, uint32_t kind, const void *request,
                                        uint64_t request_size, void *response, uint64_t capacity,
                                        uint64_t *response_size, vmp_error *error) {
  vmp_status status = call(transport, method, kind, request, request_size, response, capacity, response_size, error);
  acme_probe_sort_response sort;
  uint32_t unknown = 9;
  memcpy(&sort, response, sizeof sort);
  memcpy((uint8_t *)response + sort.sorted.offset + sort.sorted.stride + offsetof(acme_reading, color), &unknown,
         sizeof unknown);
  return status;
}

static int bad_element(void) {
  connection to;
  vmp_error error;
  acme_reading readings[3], sorted[3];
  uint64_t count = 77, length = 0;
  char names[32];
  memset(&error, 0, sizeof error);
  memset(readings, 0, sizeof readings);
  memset(sorted, 0, sizeof sorted);
  error.struct_size = sizeof error;
  connect(&to, NULL, 0);
  to.transport.call = call_with_bad_element;
  for (int index = 0; index < 3; index++) {
    readings[index].id = (uint32_t)index + 1;
    readings[index].color = ACME_COLOR_RED;
  }
  CHECK(acme_probe_proxy.sort(&to, readings, 3, sizeof *readings, sorted, 3, sizeof *sorted, &count, names,
                              sizeof names, &length, &error) == VMP_ERROR_MALFORMED);
  CHECK(error.status == VMP_ERROR_MALFORMED && strcmp(error.code, "MALFORMED_ANSWER") == 0);
  CHECK(count == 77 && sorted[0].id == 3 && sorted[1].color == 0 && sorted[2].id == 0);
  return 0;
}

/* More than fits the stack of a proxy. */
static int large(void) {
  enum { many = 20000 };
  connection to;
  uint16_t *numbers = (uint16_t *)calloc(many, sizeof *numbers);
  uint64_t sum;
  CHECK(numbers != NULL);
  connect(&to, NULL, 0);
  for (int index = 0; index < many; index++) numbers[index] = 2;
  sum = acme_probe_proxy.sum(&to, numbers, many, NULL, 0, NULL, 0);
  free(numbers);
  CHECK(sum == 2 * many && to.largest_request == many * sizeof *numbers + 36);
  return 0;
}

int main(void) {
  return shared_spans() || handles_and_callbacks() || subscriptions() || cancellation() || growth() || bad_element() ||
         large();
}

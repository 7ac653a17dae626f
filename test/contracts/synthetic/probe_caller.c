/* Calls an acme.probe at the other end of standard input and output, and says on standard error what came back. */
#include <stdio.h>

#include "acme/marshal/probe.h"
#include "probe_stdio.h"

static vmp_status call(vmp_transport *transport, uint32_t method, uint32_t kind, const void *request,
                       uint64_t request_size, void *response, uint64_t capacity, uint64_t *response_size,
                       vmp_error *error) {
  static uint64_t next = 1;
  vmp_message_header header;
  (void)transport;
  (void)error;
  write_frame(method, kind, VMP_OK, next++, request, request_size);
  if (kind == VMP_MESSAGE_POSTED) return VMP_OK;
  if (!read_all(&header, sizeof header) || header.size - sizeof header > capacity) _exit(4);
  if (!read_all(response, header.size - sizeof header)) _exit(5);
  *response_size = header.size - sizeof header;
  return header.status;
}

static vmp_string text(const char *characters) {
  vmp_string string = {characters, strlen(characters)};
  return string;
}

int main(void) {
  vmp_transport transport;
  vmp_error error;
  memset(&transport, 0, sizeof transport);
  memset(&error, 0, sizeof error);
  transport.struct_size = sizeof transport;
  transport.call = call;
  error.struct_size = sizeof error;
  const acme_probe *probe = &acme_probe_proxy;

  int64_t sum = 0;
  uint32_t brighter = 0;
  vmp_status status = probe->add(&transport, 200, -5, 3, 1.5f, 2.25, -4, ACME_COLOR_RED, &sum, &brighter, &error);
  fprintf(stderr, "add %d %lld %u\n", status, (long long)sum, brighter);
  status = probe->add(&transport, 1, 1, 1, 0, 0, 0, ACME_COLOR_DARK_BLUE, &sum, &brighter, &error);
  fprintf(stderr, "add %d %s: %s\n", status, error.code, error.message);

  vmp_string tags[2] = {text("a"), text("b\xc3\xa9")};
  acme_reading readings[2];
  memset(readings, 0, sizeof readings);
  readings[0].id = 1;
  readings[0].color = ACME_COLOR_GREEN;
  readings[0].weight = 0.5;
  readings[0].pair.flavor = 9;
  readings[1].id = 2;
  readings[1].color = ACME_COLOR_RED;
  readings[1].severity = ACME_SEVERITY_HARSH;
  uint8_t blob[3] = {7, 8, 9};
  acme_sample sample;
  memset(&sample, 0, sizeof sample);
  sample.struct_size = sizeof sample;
  sample.color = ACME_COLOR_DARK_BLUE;
  sample.count = 1234567890123;
  sample.mask = 0xffffffffffffffffu;
  sample.delta = -3;
  sample.offset = -4;
  sample.tiny = -5;
  sample.byte = 250;
  sample.half = -6;
  sample.single = 0.25f;
  sample.name = text("n\xc3\xa4me");
  memcpy(sample.label, "label", 6);
  sample.access = ACME_ACCESS_READ | ACME_ACCESS_WRITE;
  for (int index = 0; index < 8; index++) sample.bytes[index] = (uint8_t)index;
  for (int index = 0; index < 4; index++) sample.numbers[index] = (uint16_t)(index + 60000);
  sample.pairs[1].first = -7;
  sample.pairs[1].second = 8;
  sample.tags = tags;
  sample.tag_count = 2;
  sample.readings = readings;
  sample.reading_count = 2;
  sample.blob = blob;
  sample.blob_size = sizeof blob;
  sample.choice.number = 0x0102;
  sample.extra = 42;
  acme_report report;
  memset(&report, 0, sizeof report);
  report.struct_size = sizeof report;
  status = probe->describe(&transport, &sample, &report, &error);
  fprintf(stderr, "describe %d %u %llu %s\n", status, report.severity, (unsigned long long)report.total, report.text);

  acme_reading sorted[2];
  char names[16];
  uint64_t sorted_count = 0, names_count = 0;
  status = probe->sort(&transport, readings, 2, sizeof *readings, sorted, 1, sizeof *sorted, &sorted_count, names, 2,
                       &names_count, &error);
  fprintf(stderr, "sort %d %llu %llu\n", status, (unsigned long long)sorted_count, (unsigned long long)names_count);
  status = probe->sort(&transport, readings, 2, sizeof *readings, sorted, 2, sizeof *sorted, &sorted_count, names,
                       sizeof names, &names_count, &error);
  fprintf(stderr, "sort %d %llu %u %u %.*s\n", status, (unsigned long long)sorted_count, sorted[0].id,
          sorted[0].severity, (int)names_count, names);

  uint16_t numbers[3] = {1, 2, 65535};
  double weights[1] = {2.5};
  fprintf(stderr, "sum %llu\n", (unsigned long long)probe->sum(&transport, numbers, 3, weights, 1, "xyz", 3));
  fprintf(stderr, "classify %u %u\n", probe->classify(&transport, text("harsh")),
          probe->classify(&transport, text("")));
  uint32_t waited = 0;
  status = probe->wait(&transport, 12, &waited, NULL, &error);
  fprintf(stderr, "wait %d %u\n", status, waited);
  probe->notify(&transport, ACME_COLOR_GREEN, text("hey"));
  uint32_t level = 0, severity = 9;
  status = probe->health(&transport, &level, &severity, &report, &error);
  fprintf(stderr, "health %d %u %u %s\n", status, level, severity, report.text);
  uint32_t twice = 0;
  status = probe->appended(&transport, 21, &twice, &error);
  fprintf(stderr, "appended %d %u\n", status, twice);
  uint32_t events = 0;
  int anyone = 0;
  status = probe->watch(&transport, (acme_session *)(void *)&anyone, NULL, NULL, &events, &error);
  fprintf(stderr, "watch %d %s\n", status, error.code);
  return 0;
}

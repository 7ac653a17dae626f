/* Answers calls of acme.probe that come in on standard input, until it ends. Asynchronous ones have a thread of their
 * own, so that the message that cancels one is read meanwhile. */
#include <pthread.h>

#include "probe_implementation.h"
#include "probe_stdio.h"

enum { most_under_way = 4, most_words = 8192 };

typedef struct asynchronous_call {
  int taken;
  pthread_t thread;
  vmp_message_header header;
  vmp_cancellation cancellation;
  uint64_t request[most_words];
} asynchronous_call;

static probe_state state;
static asynchronous_call calls[most_under_way];
/* Guards standard output, and what is taken. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void answer(const vmp_message_header *header, const uint64_t *request, vmp_stub_environment *environment) {
  uint64_t response[most_words], answered = 0;
  vmp_status status =
      acme_probe_stub(&probe_table, &state, header->method, (const uint8_t *)request, header->size - sizeof *header,
                      (uint8_t *)response, sizeof response, &answered, environment);
  if (header->kind == VMP_MESSAGE_POSTED) return;
  pthread_mutex_lock(&mutex);
  write_frame(header->method, VMP_MESSAGE_RESPONSE, status, header->call_id, response, answered);
  pthread_mutex_unlock(&mutex);
}

static void *answer_asynchronously(void *given) {
  asynchronous_call *call = (asynchronous_call *)given;
  vmp_stub_environment environment;
  memset(&environment, 0, sizeof environment);
  environment.struct_size = sizeof environment;
  environment.cancellation = &call->cancellation;
  answer(&call->header, call->request, &environment);
  pthread_mutex_lock(&mutex);
  call->taken = 0;
  pthread_mutex_unlock(&mutex);
  return NULL;
}

/* 0 when there is no room for one more. */
static int begin(const vmp_message_header *header, const uint64_t *request) {
  asynchronous_call *free_call = NULL;
  pthread_mutex_lock(&mutex);
  for (int index = 0; index < most_under_way && free_call == NULL; index++) {
    if (!calls[index].taken) free_call = &calls[index];
  }
  if (free_call != NULL) free_call->taken = 1;
  pthread_mutex_unlock(&mutex);
  if (free_call == NULL) return 0;
  free_call->header = *header;
  free_call->cancellation.struct_size = sizeof free_call->cancellation;
  free_call->cancellation.requested = 0;
  memcpy(free_call->request, request, header->size - sizeof *header);
  return pthread_create(&free_call->thread, NULL, answer_asynchronously, free_call) == 0 &&
         pthread_detach(free_call->thread) == 0;
}

static void cancel(uint64_t call_id) {
  pthread_mutex_lock(&mutex);
  for (int index = 0; index < most_under_way; index++) {
    if (calls[index].taken && calls[index].header.call_id == call_id) calls[index].cancellation.requested = 1;
  }
  pthread_mutex_unlock(&mutex);
}

int main(void) {
  static uint64_t request[most_words];
  vmp_message_header header;
  while (read_all(&header, sizeof header)) {
    if (header.size < sizeof header || header.size - sizeof header > sizeof request ||
        !read_all(request, header.size - sizeof header))
      return 2;
    if (header.kind == VMP_MESSAGE_CANCEL) {
      cancel(header.call_id);
    } else if (header.kind != VMP_MESSAGE_ASYNCHRONOUS) {
      answer(&header, request, NULL);
    } else if (!begin(&header, request)) {
      return 6;
    }
  }
  return 0;
}

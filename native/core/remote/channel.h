// Carries calls of native code to an implementation that lives elsewhere (JavaScript today): a vmp_transport whose
// messages are queued for one reader, who answers those that wait.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "vm_plugin/marshal/transport.h"

namespace vmp {

class Channel {
 public:
  // wake: called when the queue has become non-empty; any thread; must not block. timeout: how long a caller waits.
  Channel(std::string name, std::function<void()> wake, std::chrono::milliseconds timeout);
  ~Channel();
  Channel(const Channel &) = delete;
  Channel &operator=(const Channel &) = delete;

  // The self of the point's proxy.
  vmp_transport *transport() { return &link_.transport; }

  // [reader] All messages queued so far, each a vmp_message_header and its body, each at a multiple of 8.
  std::vector<uint8_t> drain();
  // [reader] The answer to a message that waits; late and unknown ones are dropped.
  void respond(uint64_t call, vmp_status status, const uint8_t *body, size_t size);
  // [any] Those that wait and those to come are answered VMP_ERROR_REVOKED.
  void close();

 private:
  struct Waiter {
    void *response;
    uint64_t capacity;
    uint64_t size = 0;
    vmp_status status = VMP_OK;
    bool answered = false;
  };
  struct Link {  // first member: what a proxy hands back to us
    vmp_transport transport;
    Channel *channel;
  };
  static vmp_status call(vmp_transport *transport, uint32_t method, uint32_t kind, const void *request,
                         uint64_t request_size, void *response, uint64_t capacity, uint64_t *response_size,
                         vmp_error *error);

  Link link_;
  std::string name_;
  std::function<void()> wake_;
  std::chrono::milliseconds timeout_;
  std::mutex mutex_;
  std::condition_variable answered_;
  std::vector<uint8_t> queue_;
  std::unordered_map<uint64_t, Waiter *> waiters_;
  uint64_t next_call_ = 1;
  bool closed_ = false;
};

}  // namespace vmp

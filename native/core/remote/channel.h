// Carries calls of native code to an implementation that lives elsewhere (JavaScript today): a vmp_transport whose
// messages are queued for one reader, who answers those that wait.
#pragma once

#include <atomic>
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
  // How soon the reader is to drain: at once, or when more may have come that one crossing can carry.
  enum class Hurry : uint8_t { none, soon, now };
  using Wake = std::function<void(Hurry)>;
  struct Posting {
    size_t batch = 1;          // posted messages for which the reader hurries
    size_t most = ~size_t{0};  // that may be in the queue: whoever posts more waits
  };

  // wake: called when the queue has become non-empty, and when there is more hurry than it was told; any thread; must
  // not block. timeout: how long a caller waits, for an answer or for room.
  Channel(std::string name, Wake wake, std::chrono::milliseconds timeout, Posting posting);
  ~Channel();
  Channel(const Channel &) = delete;
  Channel &operator=(const Channel &) = delete;

  // The self of the point's proxy.
  vmp_transport *transport() { return &link_.transport; }

  // [reader] All messages queued so far, each a vmp_message_header and its body, each at a multiple of 8. Where there
  // are none it spins for those that come in `patience`, which a call then finds without a wake-up.
  std::vector<uint8_t> drain(std::chrono::microseconds patience = {});
  // [reader] The answer to a message that waits; late and unknown ones are dropped.
  void respond(uint64_t call, vmp_status status, const uint8_t *body, size_t size);
  // [reader] A posted message has failed: every call that is not answered yet, and every later one, gets this failure.
  void fail_posted(vmp_status status, const std::string &message);
  // [any] Those that wait and those to come are answered VMP_ERROR_REVOKED.
  void close();

 private:
  struct Waiter {
    void *response;
    uint64_t capacity;
    uint64_t size = 0;
    vmp_status status = VMP_OK;
    std::atomic<bool> answered = false;
  };
  struct Link {  // first member: what a proxy hands back to us
    vmp_transport transport;
    Channel *channel;
  };
  static vmp_status call(vmp_transport *transport, uint32_t method, uint32_t kind, const void *request,
                         uint64_t request_size, void *response, uint64_t capacity, uint64_t *response_size,
                         vmp_error *error);

  vmp_status refusal(vmp_error *error) const;
  void enqueue(const vmp_message_header &header, const uint8_t *body, size_t size);
  void hurry(Hurry wanted);

  Link link_;
  const std::string name_;
  const std::chrono::milliseconds timeout_;
  const Posting posting_;
  std::mutex mutex_;  // what follows
  Wake wake_;
  std::condition_variable answered_;
  std::condition_variable drained_;
  std::vector<uint8_t> queue_;
  std::atomic<bool> is_filled_ = false;  // the queue, for those who spin
  size_t posted_ = 0;                    // messages in the queue
  Hurry told_ = Hurry::none;
  vmp_status failure_ = VMP_OK;  // of a posted message
  std::string failure_message_;
  std::unordered_map<uint64_t, Waiter *> waiters_;
  uint64_t next_call_ = 1;
  bool closed_ = false;
};

}  // namespace vmp

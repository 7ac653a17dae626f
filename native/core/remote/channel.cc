#include "core/remote/channel.h"

#include <cstring>

#include "core/error.h"

namespace vmp {
namespace {

constexpr size_t largest_queue = size_t{64} << 20;  // bytes; a reader that hangs must not take all memory
constexpr size_t message_alignment = 8;             // bodies begin at a multiple of it, and so does every header

}  // namespace

Channel::Channel(std::string name, std::function<void()> wake, std::chrono::milliseconds timeout)
    : link_{}, name_(std::move(name)), wake_(std::move(wake)), timeout_(timeout) {
  link_.transport.struct_size = sizeof(link_.transport);
  link_.transport.call = call;
  link_.channel = this;
}

Channel::~Channel() { close(); }

vmp_status Channel::call(vmp_transport *transport, uint32_t method, uint32_t kind, const void *request,
                         uint64_t request_size, void *response, uint64_t capacity, uint64_t *response_size,
                         vmp_error *error) {
  Channel &channel = *reinterpret_cast<Link *>(transport)->channel;
  Waiter waiter{response, capacity};
  bool waits = kind != VMP_MESSAGE_POSTED;
  std::unique_lock lock(channel.mutex_);
  if (channel.closed_) return fail(error, VMP_ERROR_REVOKED, "REVOKED", channel.name_ + " is gone");
  if (channel.queue_.size() + request_size > largest_queue) {
    return fail(error, VMP_ERROR_BUSY, "QUEUE_FULL", channel.name_ + " does not read its messages");
  }
  uint64_t id = channel.next_call_++;
  bool was_empty = channel.queue_.empty();
  vmp_message_header header{};
  header.size = static_cast<uint32_t>(sizeof(header) + request_size);
  header.method = method;
  header.kind = kind;
  header.call_id = id;
  const auto *head = reinterpret_cast<const uint8_t *>(&header);
  const auto *body = static_cast<const uint8_t *>(request);
  channel.queue_.insert(channel.queue_.end(), head, head + sizeof(header));
  channel.queue_.insert(channel.queue_.end(), body, body + request_size);
  channel.queue_.resize((channel.queue_.size() + message_alignment - 1) / message_alignment * message_alignment);
  if (waits) channel.waiters_.emplace(id, &waiter);
  if (was_empty) channel.wake_();
  if (!waits) return VMP_OK;
  bool in_time = channel.answered_.wait_for(lock, channel.timeout_, [&] { return waiter.answered || channel.closed_; });
  channel.waiters_.erase(id);
  if (waiter.answered) {
    if (waiter.size > capacity) {
      return fail(error, VMP_ERROR_MALFORMED, "RESPONSE_SIZE",
                  channel.name_ + " answered with " + std::to_string(waiter.size) + " bytes, room is for " +
                      std::to_string(capacity));
    }
    *response_size = waiter.size;
    return waiter.status;
  }
  if (in_time) return fail(error, VMP_ERROR_REVOKED, "REVOKED", channel.name_ + " is gone");
  return fail(error, VMP_ERROR_TIMED_OUT, "TIMED_OUT",
              channel.name_ + " did not answer in " + std::to_string(channel.timeout_.count()) + " ms");
}

std::vector<uint8_t> Channel::drain() {
  std::vector<uint8_t> messages;
  std::lock_guard lock(mutex_);
  messages.swap(queue_);
  return messages;
}

void Channel::respond(uint64_t call, vmp_status status, const uint8_t *body, size_t size) {
  std::lock_guard lock(mutex_);
  auto found = waiters_.find(call);
  if (found == waiters_.end()) return;
  Waiter &waiter = *found->second;
  waiter.size = size;
  waiter.status = status;
  if (size != 0 && size <= waiter.capacity) std::memcpy(waiter.response, body, size);
  waiter.answered = true;
  answered_.notify_all();
}

void Channel::close() {
  std::function<void()> released;  // destroyed outside the lock: what it holds may come back here
  std::lock_guard lock(mutex_);
  closed_ = true;
  released.swap(wake_);
  answered_.notify_all();
}

}  // namespace vmp

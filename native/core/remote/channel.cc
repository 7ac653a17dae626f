#include "core/remote/channel.h"

#include <cstring>
#include <thread>

#include "core/error.h"

namespace vmp {
namespace {

constexpr size_t largest_queue = size_t{64} << 20;  // bytes; a reader that hangs must not take all memory
constexpr size_t message_alignment = 8;             // bodies begin at a multiple of it, and so does every header

// A thread that sleeps takes longer to wake up than most answers take to be made. Bounded: the other side may have no
// core.
constexpr std::chrono::microseconds answer_spin{50};

template <typename Done>
void spin_until(std::chrono::microseconds limit, Done done) {
  static const bool has_cores = std::thread::hardware_concurrency() > 1;
  if (!has_cores) return;
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!done() && std::chrono::steady_clock::now() < end) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
}

}  // namespace

Channel::Channel(std::string name, Wake wake, std::chrono::milliseconds timeout, Posting posting)
    : link_{}, name_(std::move(name)), timeout_(timeout), posting_(posting), wake_(std::move(wake)) {
  link_.transport.struct_size = sizeof(link_.transport);
  link_.transport.call = call;
  link_.channel = this;
}

Channel::~Channel() { close(); }

// Under the lock. OK: calls are taken.
vmp_status Channel::refusal(vmp_error *error) const {
  if (closed_) return fail(error, VMP_ERROR_REVOKED, "REVOKED", name_ + " is gone");
  if (failure_ != VMP_OK) return fail(error, failure_, "POST_FAILED", failure_message_);
  return VMP_OK;
}

// Under the lock.
void Channel::enqueue(const vmp_message_header &header, const uint8_t *body, size_t size) {
  const auto *head = reinterpret_cast<const uint8_t *>(&header);
  queue_.insert(queue_.end(), head, head + sizeof(header));
  queue_.insert(queue_.end(), body, body + size);
  queue_.resize((queue_.size() + message_alignment - 1) / message_alignment * message_alignment);
  is_filled_.store(true, std::memory_order_release);
}

// Under the lock.
void Channel::hurry(Hurry wanted) {
  if (wanted <= told_) return;
  told_ = wanted;
  wake_(wanted);
}

vmp_status Channel::call(vmp_transport *transport, uint32_t method, uint32_t kind, const void *request,
                         uint64_t request_size, void *response, uint64_t capacity, uint64_t *response_size,
                         vmp_error *error) {
  Channel &channel = *reinterpret_cast<Link *>(transport)->channel;
  Waiter waiter{response, capacity};
  const bool waits = kind != VMP_MESSAGE_POSTED;
  std::unique_lock lock(channel.mutex_);
  const auto is_over = [&] { return channel.closed_ || channel.failure_ != VMP_OK; };
  const auto late = [&](const char *what) {
    return fail(error, VMP_ERROR_TIMED_OUT, "TIMED_OUT",
                channel.name_ + " did not " + what + " in " + std::to_string(channel.timeout_.count()) + " ms");
  };
  if (!waits && !channel.drained_.wait_for(lock, channel.timeout_,
                                           [&] { return channel.posted_ < channel.posting_.most || is_over(); })) {
    return late("take what is posted");
  }
  if (const vmp_status refused = channel.refusal(error); refused != VMP_OK) return refused;
  if (channel.queue_.size() + request_size > largest_queue) {
    return fail(error, VMP_ERROR_BUSY, "QUEUE_FULL", channel.name_ + " does not read its messages");
  }
  vmp_message_header header{};
  header.size = static_cast<uint32_t>(sizeof(header) + request_size);
  header.method = method;
  header.kind = kind;
  header.call_id = channel.next_call_++;
  channel.enqueue(header, static_cast<const uint8_t *>(request), request_size);
  if (!waits) {
    channel.hurry(++channel.posted_ >= channel.posting_.batch ? Hurry::now : Hurry::soon);
    return VMP_OK;
  }
  channel.waiters_.emplace(header.call_id, &waiter);
  channel.hurry(Hurry::now);
  lock.unlock();
  spin_until(answer_spin, [&] { return waiter.answered.load(std::memory_order_acquire); });
  lock.lock();
  const bool in_time = channel.answered_.wait_for(lock, channel.timeout_, [&] { return waiter.answered || is_over(); });
  channel.waiters_.erase(header.call_id);
  if (!in_time) return late("answer");
  if (!waiter.answered) return channel.refusal(error);
  if (waiter.size > capacity) {
    return fail(error, VMP_ERROR_MALFORMED, "RESPONSE_SIZE",
                channel.name_ + " answered with " + std::to_string(waiter.size) + " bytes, room is for " +
                    std::to_string(capacity));
  }
  *response_size = waiter.size;
  return waiter.status;
}

std::vector<uint8_t> Channel::drain(std::chrono::microseconds patience) {
  std::vector<uint8_t> messages;
  std::unique_lock lock(mutex_);
  if (queue_.empty() && patience.count() > 0) {
    told_ = Hurry::now;  // nobody wakes a reader that looks
    lock.unlock();
    spin_until(patience, [this] { return is_filled_.load(std::memory_order_acquire); });
    lock.lock();
  }
  messages.swap(queue_);
  is_filled_.store(false, std::memory_order_relaxed);
  posted_ = 0;
  told_ = Hurry::none;
  drained_.notify_all();
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

void Channel::fail_posted(vmp_status status, const std::string &message) {
  std::lock_guard lock(mutex_);
  if (failure_ != VMP_OK) return;
  failure_ = status;
  failure_message_ = message;
  answered_.notify_all();
  drained_.notify_all();
}

void Channel::close() {
  Wake released;  // destroyed outside the lock: what it holds may come back here
  std::lock_guard lock(mutex_);
  closed_ = true;
  released.swap(wake_);
  answered_.notify_all();
  drained_.notify_all();
}

}  // namespace vmp

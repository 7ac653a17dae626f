#include "core/remote/channel.h"

#include <cstring>
#include <thread>

#include "check.h"
#include "core/error.h"

namespace {

using namespace std::chrono_literals;

vmp_status call(vmp::Channel &channel, uint32_t kind, const std::string &body, std::string &answer, vmp_error *error) {
  char room[64];
  uint64_t size = 0;
  auto *transport = channel.transport();
  vmp_status status = transport->call(transport, 3, kind, body.data(), body.size(), room, sizeof(room), &size, error);
  answer.assign(room, size);
  return status;
}

}  // namespace

TEST("a call that waits gets the answer to its own message") {
  std::mutex mutex;
  std::condition_variable woken;
  bool wake = false;
  vmp::Channel channel("test",
                       [&](vmp::Channel::Hurry) {
                         std::lock_guard lock(mutex);
                         wake = true;
                         woken.notify_one();
                       },
                       5s, {});
  std::thread reader([&] {
    for (int answered = 0; answered < 400;) {
      std::unique_lock lock(mutex);
      woken.wait(lock, [&] { return wake; });
      wake = false;
      lock.unlock();
      auto messages = channel.drain();
      for (size_t at = 0; at < messages.size();) {
        vmp_message_header header;
        std::memcpy(&header, messages.data() + at, sizeof(header));
        channel.respond(header.call_id, VMP_OK, messages.data() + at + sizeof(header), header.size - sizeof(header));
        at += (header.size + 7) / 8 * 8;
        ++answered;
      }
    }
  });
  auto caller = [&](char letter) {
    for (int round = 0; round < 200; ++round) {
      std::string body(1 + static_cast<size_t>(round) % 30, letter);
      std::string answer;
      CHECK(call(channel, VMP_MESSAGE_SYNCHRONOUS, body, answer, nullptr) == VMP_OK);
      CHECK(answer == body);
    }
  };
  std::thread first(caller, 'a');
  std::thread second(caller, 'b');
  first.join();
  second.join();
  reader.join();
}

TEST("a reader that never answers gives its callers a time-out that names it") {
  vmp::Channel channel("acme/slow", [](vmp::Channel::Hurry) {}, 20ms, {});
  vmp_error error = vmp::make_error();
  std::string answer;
  CHECK(call(channel, VMP_MESSAGE_SYNCHRONOUS, "x", answer, &error) == VMP_ERROR_TIMED_OUT);
  CHECK(std::strstr(error.message, "acme/slow") != nullptr);
}

TEST("posted messages queue up in order and nobody waits") {
  int wakes = 0;
  vmp::Channel channel("test", [&](vmp::Channel::Hurry) { ++wakes; }, 5s, {});
  std::string answer;
  auto *transport = channel.transport();
  for (char letter : {'a', 'b', 'c'}) {
    CHECK(transport->call(transport, 1, VMP_MESSAGE_POSTED, &letter, 1, nullptr, 0, nullptr, nullptr) == VMP_OK);
  }
  CHECK(wakes == 1);
  auto messages = channel.drain();
  CHECK(messages.size() == 3 * (sizeof(vmp_message_header) + 8));
  CHECK(messages[24] == 'a' && messages[24 + 32] == 'b' && messages[24 + 64] == 'c');
}

TEST("closing answers those that wait") {
  vmp::Channel channel("test", [](vmp::Channel::Hurry) {}, 60s, {});
  vmp_status status = VMP_OK;
  std::thread caller([&] {
    std::string answer;
    status = call(channel, VMP_MESSAGE_SYNCHRONOUS, "x", answer, nullptr);
  });
  while (channel.drain().empty()) std::this_thread::yield();
  channel.close();
  caller.join();
  CHECK(status == VMP_ERROR_REVOKED);
}

namespace {

vmp_status post(vmp::Channel &channel, vmp_error *error) {
  auto *transport = channel.transport();
  return transport->call(transport, 1, VMP_MESSAGE_POSTED, "x", 1, nullptr, 0, nullptr, error);
}

}  // namespace

TEST("a reader of posted messages is hurried by a batch, and by a call that waits") {
  using Hurry = vmp::Channel::Hurry;
  std::vector<Hurry> told;
  vmp::Channel channel("test", [&](Hurry hurry) { told.push_back(hurry); }, 1ms, {.batch = 3, .most = 100});
  for (int i = 0; i < 5; ++i) CHECK(post(channel, nullptr) == VMP_OK);
  CHECK(told == (std::vector{Hurry::soon, Hurry::now}));
  channel.drain();
  CHECK(post(channel, nullptr) == VMP_OK);
  std::string answer;
  CHECK(call(channel, VMP_MESSAGE_SYNCHRONOUS, "x", answer, nullptr) == VMP_ERROR_TIMED_OUT);
  CHECK(told == (std::vector{Hurry::soon, Hurry::now, Hurry::soon, Hurry::now}));
}

TEST("whoever posts to a full queue waits until it is drained, and loses nothing") {
  vmp::Channel channel("test", [](vmp::Channel::Hurry) {}, 60s, {.batch = 2, .most = 4});
  constexpr size_t all = 1000;
  std::thread writer([&] {
    for (size_t i = 0; i < all; ++i) CHECK(post(channel, nullptr) == VMP_OK);
  });
  size_t seen = 0;
  while (seen < all) {
    const size_t drained = channel.drain().size() / (sizeof(vmp_message_header) + 8);
    CHECK(drained <= 4);
    seen += drained;
    std::this_thread::yield();
  }
  writer.join();
  CHECK(channel.drain().empty());
}

TEST("posting to a queue that stays full ends with a time-out that names its reader") {
  vmp::Channel channel("acme/full", [](vmp::Channel::Hurry) {}, 20ms, {.batch = 1, .most = 1});
  vmp_error error = vmp::make_error();
  CHECK(post(channel, &error) == VMP_OK);
  CHECK(post(channel, &error) == VMP_ERROR_TIMED_OUT);
  CHECK(std::strstr(error.message, "acme/full") != nullptr);
}

TEST("a posted message that failed is told to whoever waits and to all that follow") {
  vmp::Channel channel("test", [](vmp::Channel::Hurry) {}, 60s, {});
  vmp_error error = vmp::make_error();
  vmp_status status = VMP_OK;
  std::thread caller([&] {
    std::string answer;
    status = call(channel, VMP_MESSAGE_SYNCHRONOUS, "x", answer, &error);
  });
  while (channel.drain().empty()) std::this_thread::yield();
  channel.fail_posted(VMP_ERROR_IO, "of the test");
  caller.join();
  CHECK(status == VMP_ERROR_IO && std::strcmp(error.message, "of the test") == 0);
  CHECK(post(channel, &error) == VMP_ERROR_IO);
}

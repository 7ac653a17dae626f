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
  vmp::Channel channel(
      "test",
      [&] {
        std::lock_guard lock(mutex);
        wake = true;
        woken.notify_one();
      },
      5s);
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
  vmp::Channel channel(
      "acme/slow", [] {}, 20ms);
  vmp_error error = vmp::make_error();
  std::string answer;
  CHECK(call(channel, VMP_MESSAGE_SYNCHRONOUS, "x", answer, &error) == VMP_ERROR_TIMED_OUT);
  CHECK(std::strstr(error.message, "acme/slow") != nullptr);
}

TEST("posted messages queue up in order and nobody waits") {
  int wakes = 0;
  vmp::Channel channel(
      "test", [&] { ++wakes; }, 5s);
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
  vmp::Channel channel(
      "test", [] {}, 60s);
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

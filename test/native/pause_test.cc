// Pausing, resuming and stopping virtual CPUs that run and that wait, at any moment.
#include <array>
#include <random>
#include <thread>

#include "check.h"
#include "machine_fixture.h"

namespace {

using Progress = std::array<std::atomic<uint32_t>, 4>;
using Counts = std::array<uint32_t, 4>;

Counts counts_of(const Progress &progress) {
  Counts counts{};
  for (size_t i = 0; i < counts.size(); ++i) counts[i] = progress[i].load();
  return counts;
}

// Far longer than any host needs: false is a wake-up that was lost.
bool all_go_on(const Progress &progress) {
  const Counts before = counts_of(progress);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (size_t i = 0; i < before.size(); ++i) {
    while (progress[i].load() == before[i]) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
  }
  return true;
}

}  // namespace

TEST("of 100,000 pauses, resumes and stops at random moments none is lost") {
  Parts parts("several", "counting");
  CHECK(parts.seal() == VMP_OK);
  auto &progress = Parts::exported<Progress>("progress");
  vmp::Machine &machine = *parts.machine;
  uint32_t run = machine.spawn({});
  int ended = 0;
  std::minstd_rand random(16550);
  for (int i = 0; i < 100'000 && !check::failed; ++i) {
    const uint32_t choice = random() % 1000;
    if (choice < 480) {
      machine.pause();
    } else if (choice < 960) {
      machine.resume();
    } else if (choice < 985) {
      machine.pause();
      machine.wait_until_paused();
      const Counts before = counts_of(progress);
      std::this_thread::yield();
      CHECK(counts_of(progress) == before);
    } else if (choice < 998) {
      machine.resume();
      CHECK(all_go_on(progress));
    } else {
      // Also while they are paused.
      machine.stop_run(run, "STOPPED", "by a test");
      parts.wait_for(++ended);
      CHECK(parts.last.run == run && parts.last.error_code == "STOPPED");
      run = machine.spawn({});
    }
  }
  machine.resume();
  CHECK(check::failed || all_go_on(progress));
}

TEST("a limit of time ends a run that is paused") {
  Parts parts("several", "counting");
  CHECK(parts.seal() == VMP_OK);
  vmp::SpawnRequest request;
  request.limits.nanoseconds = 20'000'000;
  parts.machine->pause();
  parts.machine->spawn(std::move(request));
  parts.wait_for(1);
  CHECK(parts.last.limit == "time");
}

TEST("a machine that is paused can be closed") {
  Parts parts("several", "counting");
  CHECK(parts.seal() == VMP_OK);
  parts.machine->spawn({});
  parts.machine->pause();
  parts.machine->wait_until_paused();
  parts.machine->close();
  CHECK(parts.last.kind == vmp::RunEvent::Kind::ended);
}

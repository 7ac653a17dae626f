#include <dirent.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "guest.h"
#include "waiting.h"

namespace vmp_linux {
namespace {

const GuestPointer kPointer(Guest::kAt);

size_t open_descriptors() {
  size_t count = 0;
  DIR *folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

}  // namespace

TEST("a process is restored with its ids, masks, handlers, limits and place in the call") {
  HostFile stream;
  Guest source, restored;
  source.start(stream.descriptor);
  source.process().mode_mask = 027;
  source.process().limits[3] = {1000, 2000};
  source.process().actions[SIGUSR2 - 1] = {0x1234, 0, 0, 5};
  source.thread().blocked_signals = 6;
  source.thread().restarting = true;
  source.thread().clear_at_exit = 0x5000;
  const SnapshotOwner state = source.snapshot();
  CHECK(restored.restore(*state, stream.descriptor) == VMP_OK);
  const Process &process = restored.process();
  CHECK(process.id == source.process().id && restored.thread().id == source.thread().id);
  CHECK(process.family.session == process.id && process.run->first_process == process.id);
  CHECK(process.mode_mask == 027 && process.limits[3].hard == 2000);
  CHECK(process.actions[SIGUSR2 - 1].handler == 0x1234);
  CHECK(restored.thread().blocked_signals == 6 && restored.thread().restarting);
  CHECK(restored.thread().clear_at_exit == 0x5000);
  CHECK(restored.personality->find_process(process.id).get() == &process);
}

TEST("new processes have the ids that they would have had") {
  HostFile stream;
  Guest source, restored;
  source.start(stream.descriptor);
  const SnapshotOwner state = source.snapshot();
  CHECK(restored.restore(*state, stream.descriptor) == VMP_OK);
  CHECK(restored.personality->table().reserve(*restored.process().run) == source.process().id + 1);
}

TEST("a kept deadline and an interval timer have as long to go as they had") {
  HostFile stream;
  Guest source, restored;
  source.start(stream.descriptor);
  source.thread().kept_deadline = monotonic_nanoseconds() + 100 * kSecond;
  source.at<itimerval>() = {{7, 0}, {0, 60'000}};
  CHECK(calls::setitimer(source.thread(), ITIMER_REAL, kPointer, GuestPointer()) == 0);
  source.process().actions[SIGALRM - 1].handler = 0x1000;
  const SnapshotOwner state = source.snapshot();
  // Longer than the timer has to go: one that is kept as a moment has expired by then.
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const int64_t before = monotonic_nanoseconds();
  CHECK(restored.restore(*state, stream.descriptor) == VMP_OK);
  calls::getitimer(restored.thread(), ITIMER_REAL, kPointer);
  CHECK(restored.at<itimerval>().it_interval.tv_sec == 7);
  CHECK(*restored.thread().kept_deadline > before + 99 * kSecond);
  CHECK(*restored.thread().kept_deadline <= monotonic_nanoseconds() + 100 * kSecond);
  const auto has_expired = [&] {
    std::lock_guard lock(restored.process().signal_mutex);
    return (restored.process().pending.pending() & signal_bit(SIGALRM)) != 0;
  };
  while (!has_expired()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  CHECK(monotonic_nanoseconds() - before > 40'000'000);
}

TEST("a zombie is waited for in the machine that is restored") {
  HostFile stream;
  Guest source, restored;
  source.start(stream.descriptor);
  Process &parent = source.process();
  const uint32_t id = source.personality->table().reserve(*parent.run);
  const auto child = std::make_shared<Process>(*source.personality, parent.run, id);
  CHECK(source.personality->table().add_child(source.thread(), child, false));
  child->ended = true;
  source.personality->table().ended(*child, 9 << 8, {});
  const SnapshotOwner state = source.snapshot();
  CHECK(restored.restore(*state, stream.descriptor) == VMP_OK);
  CHECK(calls::tkill(restored.thread(), static_cast<int>(id), SIGTERM) == 0);  // as on Linux
  CHECK(calls::wait4(restored.thread(), -1, kPointer, WNOHANG, GuestPointer()) == id);
  CHECK(WEXITSTATUS(restored.at<int>()) == 9);
  CHECK(calls::wait4(restored.thread(), -1, kPointer, WNOHANG, GuestPointer()) == -ECHILD);
}

TEST("who has a signal to take, or is stopped, is called before its first instruction") {
  HostFile stream;
  Guest source, restored;
  source.start(stream.descriptor);
  const SnapshotOwner quiet = source.snapshot();
  source.thread().is_stopped = true;
  source.thread().attention = true;
  const SnapshotOwner stopped = source.snapshot();
  seen = {};
  CHECK(restored.restore(*quiet, stream.descriptor) == VMP_OK && seen.interrupts == 0);
  CHECK(restored.restore(*stopped, stream.descriptor) == VMP_OK && seen.interrupts == 1);
  CHECK(restored.thread().is_stopped);
}

TEST("a stopped process and one in vfork let a pause pass, restored or not, and go on waiting") {
  HostFile stream;
  Guest source, restored;
  source.start(stream.descriptor);
  const auto family = [](Guest &guest) { return guest.personality->table().family(guest.process()).state; };
  const auto come_back = [](Guest &guest) {
    guest.vcpu()->exit.kind = VMP_EXIT_INTERRUPTED;
    return guest.personality->handle_exit(guest.vcpu());
  };
  requests = VMP_REQUEST_PAUSE;
  source.thread().waits_for_vfork = true;
  CHECK(come_back(source) == VMP_ACTION_RESUME && source.thread().waits_for_vfork);
  source.process().vfork_done = true;
  calls::kill(source.thread(), static_cast<int>(source.process().id), SIGSTOP);
  seen = {};
  CHECK(come_back(source) == VMP_ACTION_RESUME && !source.thread().waits_for_vfork);
  CHECK(source.thread().is_stopped && seen.interrupts == 1);
  CHECK(family(source) == Process::Family::State::stopped);

  const SnapshotOwner state = source.snapshot();
  CHECK(restored.restore(*state, stream.descriptor) == VMP_OK);
  CHECK(come_back(restored) == VMP_ACTION_RESUME && restored.thread().is_stopped);
  for (Guest *guest : {&source, &restored}) {
    calls::kill(guest->thread(), static_cast<int>(guest->process().id), SIGCONT);
    CHECK(come_back(*guest) == VMP_ACTION_RESUME && !guest->thread().is_stopped);
    CHECK(family(*guest) == Process::Family::State::running);
  }
  requests = 0;
}

TEST("what is replaced goes without a word, and nothing of the host is left open") {
  HostFile stream;
  const size_t before = open_descriptors();
  {
    Guest source, restored;
    source.start(stream.descriptor);
    calls::pipe2(source.thread(), kPointer, 0);
    calls::eventfd2(source.thread(), 1, 0);
    const SnapshotOwner state = source.snapshot();
    CHECK(restored.restore(*state, stream.descriptor) == VMP_OK);
    const size_t once = open_descriptors();
    seen = {};
    for (int i = 0; i < 10; ++i) CHECK(restored.restore(*state, stream.descriptor) == VMP_OK);
    CHECK(open_descriptors() == once);
    CHECK(seen.ended == 0);
    CHECK(restored.personality->table().all().size() == 1);
  }
  CHECK(open_descriptors() == before);
}

TEST("a machine without the virtual CPU of a process is refused and has no process then") {
  HostFile stream;
  Guest source, restored;
  source.start(stream.descriptor);
  const SnapshotOwner state = source.snapshot();
  CHECK(restored.restore(*state, stream.descriptor) == VMP_OK);
  restored.vcpu()->index = 4;
  vmp_error error = fresh_error();
  CHECK(restored.restore(*state, stream.descriptor, &error) == VMP_ERROR_IO);
  CHECK(std::string(error.code) == "SNAPSHOT_INCOMPLETE");
  CHECK(restored.personality->table().all().empty());
  // Whoever ran it is let go.
  CHECK(restored.personality->handle_exit(restored.vcpu()) == VMP_ACTION_END_VCPU);
}

TEST("one snapshot is restored by several threads at a time") {
  HostFile stream;
  Guest source;
  source.start(stream.descriptor);
  calls::pipe2(source.thread(), kPointer, 0);
  const int in = source.at<int>();
  source.write(source.at<int>(Guest::kAt + 4), "shared");
  const SnapshotOwner state = source.snapshot();
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      Guest restored;
      for (int k = 0; k < 20; ++k) {
        if (restored.restore(*state, stream.descriptor) == VMP_OK && restored.read(in) == "shared") ++right;
      }
    });
  }
  for (std::thread &thread : threads) thread.join();
  CHECK(right == 80);
}

}  // namespace vmp_linux

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#include <csignal>

#include "guest.h"

namespace vmp_linux {
namespace {

const GuestPointer kPointer(Guest::kAt);

// Two machines restored from one that is gone by then.
struct Pair {
  explicit Pair(const auto &prepare) {
    {
      Guest source;
      source.start(stream.descriptor);
      prepare(source);
      vmp_error error = fresh_error();
      state = source.snapshot(&error);
      if (state == nullptr) throw std::runtime_error(error.message);
    }
    for (Guest *guest : {&one, &two}) {
      vmp_error error = fresh_error();
      if (guest->restore(*state, stream.descriptor, &error) != VMP_OK) throw std::runtime_error(error.message);
    }
  }
  HostFile stream;
  SnapshotOwner state;
  Guest one, two;
};

int open_file(Guest &guest, const char *path, uint32_t flags) {
  auto file = std::make_shared<FileDescription>();
  file->host = ::open(path, static_cast<int>(flags) | O_CLOEXEC, 0600);
  file->flags = flags & (O_ACCMODE | O_APPEND);
  return guest.process().add_descriptor(std::move(file), false);
}

struct TemporaryFile {
  TemporaryFile() { ::close(::mkstemp(path)); }
  ~TemporaryFile() { ::unlink(path); }
  char path[32] = "/tmp/vmp-snapshot-XXXXXX";
};

}  // namespace

TEST("what a pipe had unread is in each restored one, and is read there alone") {
  int ends[2];
  Pair pair([&](Guest &guest) {
    calls::pipe2(guest.thread(), kPointer, 0);
    std::memcpy(ends, &guest.at<int>(), sizeof ends);
    guest.write(ends[1], "kept");
  });
  CHECK(pair.one.read(ends[0]) == "kept");
  CHECK(pair.one.write(ends[1], "new") == 3);
  CHECK(pair.two.read(ends[0]) == "kept");
  CHECK(pair.one.read(ends[0]) == "new");
}

TEST("packets of a pipe stay packets") {
  int ends[2];
  Pair pair([&](Guest &guest) {
    calls::pipe2(guest.thread(), kPointer, O_DIRECT);
    std::memcpy(ends, &guest.at<int>(), sizeof ends);
    guest.write(ends[1], "a");
    guest.write(ends[1], "bc");
  });
  CHECK(pair.one.read(ends[0]) == "a");
  CHECK(pair.one.read(ends[0]) == "bc");
  pair.one.write(ends[1], "d");
  pair.one.write(ends[1], "e");
  CHECK(pair.one.read(ends[0]) == "d");
}

TEST("descriptors that shared a description share it again") {
  int first = -1, second = -1;
  TemporaryFile file;
  Pair pair([&](Guest &guest) {
    first = open_file(guest, file.path, O_RDWR);
    second = static_cast<int>(calls::dup(guest.thread(), first));
    calls::fcntl(guest.thread(), second, F_SETFD, FD_CLOEXEC);
  });
  const DescriptorTable &table = pair.one.process().descriptors;
  CHECK(table.find(first) != nullptr && table.find(first) == table.find(second));
  CHECK(!table.close_on_exec(first) && table.close_on_exec(second));
}

TEST("a file of the host, removed or not, is where it was, for each on its own") {
  int descriptor = -1;
  std::string path;
  Pair pair([&](Guest &guest) {
    TemporaryFile file;
    descriptor = open_file(guest, file.path, O_RDWR);
    guest.write(descriptor, "0123456789");
    calls::lseek(guest.thread(), descriptor, 4, SEEK_SET);
  });
  CHECK(pair.one.read(descriptor, 2) == "45");
  CHECK(pair.one.read(descriptor, 2) == "67");
  CHECK(pair.two.read(descriptor, 2) == "45");
}

TEST("an eventfd has its count, and is a semaphore if it was one") {
  int plain = -1, semaphore = -1;
  Pair pair([&](Guest &guest) {
    plain = static_cast<int>(calls::eventfd2(guest.thread(), 5, O_NONBLOCK));
    semaphore = static_cast<int>(calls::eventfd2(guest.thread(), 2, EFD_SEMAPHORE | O_NONBLOCK));
  });
  pair.one.read(plain, 8);
  CHECK(pair.one.at<uint64_t>() == 5);
  CHECK(pair.one.read(plain, 8) == "error 11");
  pair.two.read(semaphore, 8);
  CHECK(pair.two.at<uint64_t>() == 1);
  CHECK(pair.two.read(semaphore, 8).size() == 8);
  CHECK(pair.two.read(semaphore, 8) == "error 11");
}

TEST("a timerfd has as long to go as it had, and what it had counted") {
  int waiting = -1, expired = -1;
  Pair pair([&](Guest &guest) {
    waiting = static_cast<int>(calls::timerfd_create(guest.thread(), CLOCK_MONOTONIC, O_NONBLOCK));
    guest.at<itimerspec>() = {{50, 0}, {100, 0}};
    calls::timerfd_settime(guest.thread(), waiting, 0, kPointer, GuestPointer());
    expired = static_cast<int>(calls::timerfd_create(guest.thread(), CLOCK_BOOTTIME, O_NONBLOCK));
    guest.at<itimerspec>() = {{0, 0}, {0, 1}};
    calls::timerfd_settime(guest.thread(), expired, 0, kPointer, GuestPointer());
    while (guest.read(expired, 0) == "" && ::usleep(1000) == 0) {
      uint64_t left;
      calls::timerfd_gettime(guest.thread(), expired, kPointer);
      std::memcpy(&left, &guest.at<itimerspec>().it_value.tv_nsec, sizeof left);
      if (left == 0) break;
    }
  });
  calls::timerfd_gettime(pair.one.thread(), waiting, kPointer);
  const itimerspec left = pair.one.at<itimerspec>();
  CHECK(left.it_value.tv_sec <= 100 && left.it_value.tv_sec > 50 && left.it_interval.tv_sec == 50);
  CHECK(pair.one.read(waiting, 8) == "error 11");
  pair.two.read(expired, 8);
  CHECK(pair.two.at<uint64_t>() == 1);
}

TEST("an epoll instance watches the new descriptions, and nothing that is spent") {
  int ends[2], other[2], epoll = -1;
  Pair pair([&](Guest &guest) {
    calls::pipe2(guest.thread(), kPointer, 0);
    std::memcpy(ends, &guest.at<int>(), sizeof ends);
    calls::pipe2(guest.thread(), kPointer, 0);
    std::memcpy(other, &guest.at<int>(), sizeof other);
    epoll = static_cast<int>(calls::epoll_create1(guest.thread(), 0));
    guest.at<epoll_event>() = {EPOLLIN, {.u64 = 0x1122334455667788}};
    // The guest's struct epoll_event is padded on riscv64.
    guest.at<uint64_t>(Guest::kAt + 8) = 0x1122334455667788;
    calls::epoll_ctl(guest.thread(), epoll, EPOLL_CTL_ADD, ends[0], kPointer);
    guest.at<uint32_t>() = EPOLLIN | EPOLLONESHOT;
    calls::epoll_ctl(guest.thread(), epoll, EPOLL_CTL_ADD, other[0], kPointer);
    guest.write(other[1], "x");
    calls::epoll_wait(guest.thread(), epoll, kPointer, 8, 0);
  });
  pair.one.write(ends[1], "x");
  CHECK(calls::epoll_wait(pair.one.thread(), epoll, kPointer, 8, 0) == 1);
  CHECK(pair.one.at<uint64_t>(Guest::kAt + 8) == 0x1122334455667788);
  CHECK(calls::epoll_wait(pair.two.thread(), epoll, kPointer, 8, 0) == 0);
  pair.two.at<uint32_t>() = EPOLLIN;
  CHECK(calls::epoll_ctl(pair.two.thread(), epoll, EPOLL_CTL_MOD, other[0], kPointer) == 0);
  CHECK(calls::epoll_wait(pair.two.thread(), epoll, kPointer, 8, 0) == 1);
}

TEST("a signalfd shows the signal that was pending, once in each") {
  int descriptor = -1;
  Pair pair([&](Guest &guest) {
    guest.thread().blocked_signals = signal_bit(SIGUSR1);
    guest.at<uint64_t>() = signal_bit(SIGUSR1);
    descriptor = static_cast<int>(calls::signalfd4(guest.thread(), -1, kPointer, 8, O_NONBLOCK));
    calls::kill(guest.thread(), static_cast<int>(guest.process().id), SIGUSR1);
  });
  CHECK(pair.one.read(descriptor).size() == 128);
  CHECK(pair.one.at<uint32_t>() == SIGUSR1);
  CHECK(pair.one.read(descriptor) == "error 11");
  CHECK(pair.two.read(descriptor).size() == 128);
}

TEST("a memory file has its bytes, its seals and its place, and is nobody else's") {
  int descriptor = -1;
  Pair pair([&](Guest &guest) {
    std::strcpy(&guest.at<char>(), "name");
    descriptor = static_cast<int>(calls::memfd_create(guest.thread(), kPointer, MFD_ALLOW_SEALING));
    calls::lseek(guest.thread(), descriptor, 1 << 20, SEEK_SET);
    guest.write(descriptor, "behind a hole");
    calls::lseek(guest.thread(), descriptor, -4, SEEK_CUR);
    calls::fcntl(guest.thread(), descriptor, F_ADD_SEALS, F_SEAL_SHRINK);
  });
  CHECK(pair.one.read(descriptor) == "hole");
  CHECK(calls::fcntl(pair.one.thread(), descriptor, F_GET_SEALS, 0) == F_SEAL_SHRINK);
  calls::lseek(pair.one.thread(), descriptor, 1 << 20, SEEK_SET);
  pair.one.write(descriptor, "changed");
  calls::lseek(pair.two.thread(), descriptor, 1 << 20, SEEK_SET);
  CHECK(pair.two.read(descriptor) == "behind a hole");
}

TEST("standard streams are what the machine that is restored gives for them") {
  int copy = -1;
  Pair pair([&](Guest &guest) { copy = static_cast<int>(calls::dup(guest.thread(), 1)); });
  HostFile out;
  vmp_error error = fresh_error();
  CHECK(pair.one.restore(*pair.state, out.descriptor, &error) == VMP_OK);
  CHECK(pair.one.write(copy, "here") == 4);
  CHECK(out.text() == "here");
  CHECK(pair.stream.text().empty());
}

TEST("an inotify instance is refused by process and descriptor, and goes on") {
  HostFile stream;
  Guest guest;
  guest.start(stream.descriptor);
  const int64_t descriptor = calls::inotify_init1(guest.thread(), 0);
  vmp_error error = fresh_error();
  CHECK(guest.snapshot(&error) == nullptr);
  CHECK(error.status == VMP_ERROR_UNSUPPORTED && std::string(error.code) == "SNAPSHOT_UNSUPPORTED");
  CHECK(std::string(error.message) == "process " + std::to_string(guest.process().id) + ", descriptor " +
                                          std::to_string(descriptor) + ": an inotify instance cannot be copied");
  CHECK(calls::close(guest.thread(), static_cast<int>(descriptor)) == 0);
  CHECK(guest.snapshot(&error) != nullptr);
}

TEST("a locked file is locked again only where nobody else has locked it") {
  TemporaryFile file;
  HostFile stream;
  SnapshotOwner state;
  Guest restored;
  int descriptor = -1;
  {
    Guest source;
    source.start(stream.descriptor);
    descriptor = open_file(source, file.path, O_RDWR);
    source.at<struct flock>() = {F_WRLCK, SEEK_SET, 0, 10, 0};
    CHECK(calls::fcntl(source.thread(), descriptor, F_SETLK, Guest::kAt) == 0);
    CHECK(calls::flock(source.thread(), descriptor, 2) == 0);
    state = source.snapshot();
    vmp_error error = fresh_error();
    CHECK(restored.restore(*state, stream.descriptor, &error) == VMP_ERROR_IO);
    CHECK(std::string(error.code) == "SNAPSHOT_LOCK_HELD");
    CHECK(restored.personality->table().all().empty());
    CHECK(source.restore(*state, stream.descriptor, &error) == VMP_OK);
  }
  CHECK(restored.restore(*state, stream.descriptor) == VMP_OK);
  const OwnedDescriptor other(::open(file.path, O_RDWR));
  struct flock lock = {F_WRLCK, SEEK_SET, 0, 0, 0};
  CHECK(::fcntl(other.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type == F_WRLCK && lock.l_len == 10);
}

}  // namespace vmp_linux

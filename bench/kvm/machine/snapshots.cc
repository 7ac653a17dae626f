// snapshots fork|pool|reset ENGINE_LIBRARY ENGINE PERSONALITY_LIBRARY PERSONALITY PROGRAM COUNT: what a snapshot of a
// warmed guest (bench/guests/warm.c) saves; prints the median of COUNT times in nanoseconds.
//   fork   a machine from nothing to the first answer of its guest, which goes on from the snapshot
//   pool   the same, of machines that are made and brought to the snapshot before
//   reset  a machine back to the snapshot after its guest has written to sixteen pages
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>

#include "core/error.h"
#include "core/machine/machine.h"
#include "core/services/services.h"
#include "hypervisor/hypervisor.h"
#include "vm_plugin/accel_virtualization.h"

namespace {

constexpr uint64_t memory_size = 256u << 20;

[[noreturn]] void die(const std::string &reason) {
  std::fprintf(stderr, "snapshots: %s\n", reason.c_str());
  std::exit(1);
}

uint64_t now() {
  struct timespec time {};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1000000000 + static_cast<uint64_t>(time.tv_nsec);
}

struct Part {
  Part(const char *at, const char *path, const char *called) : point(at), name(called) {
    vmp::LibraryRefusal refusal;
    library = vmp::Library::open(path, called, refusal);
    if (library == nullptr) die(refusal.detail);
    std::string reason;
    provider = library->provider(at, called, reason);
    if (provider == nullptr) die(reason);
  }
  const std::string point, name;
  std::shared_ptr<vmp::Library> library;
  const vmp_provider *provider;
};

// Two pipes: what is written to one end of each comes out of the other.
struct Streams {
  Streams() {
    if (pipe2(input.data(), O_CLOEXEC) != 0 || pipe2(output.data(), O_CLOEXEC) != 0) die("no pipes");
  }
  ~Streams() {
    for (const int end : {input[0], input[1], output[0], output[1]}) close(end);
  }
  Streams(const Streams &) = delete;
  Streams &operator=(const Streams &) = delete;
  void ask(char command) const {
    if (write(input[1], &command, 1) != 1) die("the guest's input is gone");
  }
  void await_answer() const {
    char answer = 0;
    if (read(output[0], &answer, 1) != 1) die("the guest's output is gone");
  }
  std::array<int, 2> input, output;  // ends to read and to write
};

class Bench {
 public:
  explicit Bench(char **words)
      : parts_{Part(VMP_ACCEL_VIRTUALIZATION_POINT, words[2], words[3]),
               Part(VMP_OS_PERSONALITY_POINT, words[4], words[5])} {
    source_ = make();
    vmp::SpawnRequest request;
    request.program = open(words[6], O_RDONLY | O_CLOEXEC);
    request.path = words[6];
    request.arguments = {words[6]};
    request.standard[0] = streams_.input[0];
    request.standard[1] = streams_.output[1];
    source_->spawn(std::move(request));
    streams_.await_answer();
    std::string refuser;
    snapshot_ = source_->snapshot(refuser, &error_);
    if (snapshot_ == nullptr) die(error_.message);
  }
  ~Bench() { source_->close(); }
  Bench(const Bench &) = delete;
  Bench &operator=(const Bench &) = delete;

  uint64_t fork() {
    const Streams streams;
    streams.ask('n');
    const uint64_t start = now();
    const auto machine = make();
    restore(*machine, streams);
    machine->resume();
    streams.await_answer();
    const uint64_t taken = now() - start;
    machine->close();
    return taken;
  }

  uint64_t take_from_pool() {
    const Streams streams;
    streams.ask('n');
    const auto machine = make();
    restore(*machine, streams);
    const uint64_t start = now();
    machine->resume();
    streams.await_answer();
    const uint64_t taken = now() - start;
    machine->close();
    return taken;
  }

  uint64_t reset() {
    streams_.ask('t');
    streams_.await_answer();
    const uint64_t start = now();
    restore(*source_, streams_);
    const uint64_t taken = now() - start;
    source_->resume();
    return taken;
  }

 private:
  std::shared_ptr<vmp::Machine> make() {
    auto machine = vmp::Machine::create(
        memory_size, [](vmp::RunEvent &&) {}, &error_);
    if (machine == nullptr) die(error_.message);
    for (const Part &part : parts_) {
      std::shared_ptr<vmp::Instance> instance =
          vmp::Instance::create(part.library, part.point, part.name, part.provider, machine.get(),
                                std::make_unique<vmp_configuration>(), &error_);
      if (instance == nullptr) die(error_.message);
      machine->bindings().add(std::move(instance));
    }
    if (std::string refuser; machine->seal(refuser, &error_) != VMP_OK) die(refuser + ": " + error_.message);
    return machine;
  }

  void restore(vmp::Machine &machine, const Streams &streams) {
    std::string refuser;
    std::vector<vmp::RestoredRun> restored;
    const vmp::RestoredStreams given{snapshot_->runs.front().id, {streams.input[0], streams.output[1], 2}};
    if (machine.restore(snapshot_, {given}, false, restored, refuser, &error_) != VMP_OK) die(error_.message);
  }

  const std::array<Part, 2> parts_;
  vmp_error error_ = vmp::make_error();
  Streams streams_;
  std::shared_ptr<vmp::Machine> source_;
  std::shared_ptr<const vmp::Snapshot> snapshot_;
};

}  // namespace

int main(int count, char **words) {
  const uint64_t times = count == 8 ? std::strtoull(words[7], nullptr, 10) : 0;
  if (times == 0)
    die("usage: snapshots fork|pool|reset ENGINE_LIBRARY ENGINE PERSONALITY_LIBRARY PERSONALITY PROGRAM COUNT");
  vmp::offer_hypervisor(vmp_hypervisor());
  Bench bench(words);
  const std::string what = words[1];
  const auto measure = what == "fork" ? &Bench::fork : what == "pool" ? &Bench::take_from_pool : &Bench::reset;
  (bench.*measure)();  // what is done once
  std::vector<uint64_t> taken(times);
  for (uint64_t &time : taken) time = (bench.*measure)();
  std::sort(taken.begin(), taken.end());
  std::printf("%llu\n", static_cast<unsigned long long>(taken[times / 2]));
}

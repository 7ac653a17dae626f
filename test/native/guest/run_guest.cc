// Runs one guest with the core and plugins, without Node: what the sanitizer builds are driven with.
// run_guest [--device LIBRARY NAME]... [--pauses COUNT] [--resets COUNT]
//   ENGINE_LIBRARY ENGINE_NAME PERSONALITY_LIBRARY PERSONALITY_NAME MEMORY_BYTES ROOT|- PROGRAM [ARGUMENTS...]
// --pauses: meanwhile it is paused and goes on so often, at random moments.
// --resets: so often a snapshot of it is taken, and it is brought back to it after a while.
#include <fcntl.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <mutex>
#include <random>
#include <string_view>
#include <thread>

#include "core/error.h"
#include "core/machine/machine.h"
#include "core/services/services.h"
#include "hypervisor/hypervisor.h"
#include "vm_plugin/accel_virtualization.h"
#include "vm_plugin/arch_simulator.h"
#include "vm_plugin/device_virtual.h"

namespace {

[[noreturn]] void die(const std::string &reason) {
  std::fprintf(stderr, "run_guest: %s\n", reason.c_str());
  std::exit(125);
}

// Of the first of the points that the library provides by that name.
void add(vmp::Machine &machine, std::initializer_list<const char *> points, const std::string &path,
         const std::string &name, std::unique_ptr<vmp_configuration> configuration) {
  vmp::LibraryRefusal refusal;
  auto library = vmp::Library::open(path, name, refusal);
  if (library == nullptr) die(path + ": " + refusal.detail);
  std::string reason;
  const vmp_provider *provider = nullptr;
  const char *point = nullptr;
  for (const char *one : points) {
    point = one;
    if ((provider = library->provider(point, name, reason)) != nullptr) break;
  }
  if (provider == nullptr) die(path + ": " + (reason.empty() ? "there is none" : reason));
  vmp_error error = vmp::make_error();
  std::shared_ptr<vmp::Instance> instance =
      vmp::Instance::create(library, point, name, provider, &machine, std::move(configuration), &error);
  if (instance == nullptr) die(error.message);
  machine.bindings().add(std::move(instance));
}

struct Options {
  std::vector<std::pair<std::string, std::string>> devices;  // library and name
  int pauses = 0, resets = 0;
};

// The arguments are then those behind the options, from 1 on.
Options take_options(int &count, char **&arguments) {
  Options options;
  while (count > 3 && std::string_view(arguments[1]).starts_with("--")) {
    const bool is_device = std::string_view(arguments[1]) == "--device";
    if (is_device)
      options.devices.emplace_back(arguments[2], arguments[3]);
    else
      (std::string_view(arguments[1]) == "--pauses" ? options.pauses : options.resets) = std::atoi(arguments[2]);
    count -= is_device ? 3 : 2;
    arguments += is_device ? 3 : 2;
  }
  return options;
}

void pause_at_random(vmp::Machine &machine, int count) {
  std::minstd_rand random(1);
  for (int i = 0; i < count; ++i) {
    machine.pause();
    if (random() % 4 == 0) machine.wait_until_paused();
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 100));
    machine.resume();
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 500));
  }
}

// As long as the guest runs.
void reset_at_random(vmp::Machine &machine, int count) {
  std::minstd_rand random(2);
  for (int i = 0; i < count; ++i) {
    vmp_error error = vmp::make_error();
    std::string refuser;
    const auto snapshot = machine.snapshot(refuser, &error);
    if (snapshot == nullptr) {
      if (std::string_view(error.message).find("no program runs") == std::string_view::npos &&
          std::string_view(error.code) != "SNAPSHOT_UNSUPPORTED")
        die(std::string(error.code) + ": " + error.message);
      continue;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 2000));
    std::vector<vmp::RestoredRun> restored;
    // Its run may have ended: then it stays so.
    if (machine.restore(snapshot, {}, false, restored, refuser, &error) != VMP_OK && !refuser.empty())
      die(std::string(error.code) + ": " + error.message);
    machine.resume();
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 1000));
  }
}

}  // namespace

int main(int count, char **arguments) {
  const Options options = take_options(count, arguments);
  if (count < 8) die("too few arguments");
  std::mutex mutex;
  std::condition_variable ended;
  bool done = false;
  vmp::RunEvent last;
  vmp_error error = vmp::make_error();
  auto machine = vmp::Machine::create(
      std::strtoull(arguments[5], nullptr, 10),
      [&](vmp::RunEvent &&event) {
        if (event.kind == vmp::RunEvent::Kind::spawned) return;
        std::lock_guard lock(mutex);
        last = std::move(event);
        done = true;
        ended.notify_one();
      },
      &error);
  if (machine == nullptr) die(error.message);
  std::string root = arguments[6];
  auto configuration = std::make_unique<vmp_configuration>();
  if (root != "-") {
    configuration->values.emplace("root", root);
    // ThreadSanitizer leaves little more than a terabyte of addresses to all processes together, of which there are
    // twice as many while they are brought back.
    configuration->values.emplace("addressSpaceBits", options.resets == 0 ? 34.0 : 32.0);
  }
  vmp::offer_hypervisor(vmp_hypervisor());
  add(*machine, {VMP_ARCH_SIMULATOR_POINT, VMP_ACCEL_VIRTUALIZATION_POINT}, arguments[1], arguments[2],
      std::make_unique<vmp_configuration>());
  add(*machine, {VMP_OS_PERSONALITY_POINT}, arguments[3], arguments[4], std::move(configuration));
  for (const auto &[library, name] : options.devices)
    add(*machine, {VMP_DEVICE_VIRTUAL_POINT}, library, name, std::make_unique<vmp_configuration>());
  if (std::string refuser; machine->seal(refuser, &error) != VMP_OK) die(refuser + ": " + error.message);
  vmp::SpawnRequest request;
  request.path = arguments[7];
  for (int index = 7; index < count; ++index) request.arguments.emplace_back(arguments[index]);
  if (root == "-") request.program = open(arguments[7], O_RDONLY | O_CLOEXEC);
  machine->spawn(std::move(request));
  pause_at_random(*machine, options.pauses);
  reset_at_random(*machine, options.resets);
  std::unique_lock lock(mutex);
  ended.wait(lock, [&] { return done; });
  lock.unlock();
  machine->close();
  if (!last.error_code.empty()) die(last.error_code + ": " + last.detail);
  if (!last.detail.empty()) std::fprintf(stderr, "%s\n", last.detail.c_str());
  return last.signal != 0 ? 128 + last.signal : last.exit_code;
}

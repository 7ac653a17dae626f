// A machine of the parts of machine_parts.c.
#pragma once

#include <dlfcn.h>

#include <condition_variable>

#include "core/error.h"
#include "core/machine/machine.h"
#include "vm_plugin/arch_simulator.h"

inline const std::string parts_path = std::string(VMP_TEST_PLUGINS) + "/machine_parts.node";

// A machine of the engine and one personality of machine_parts.c; counts the runs that have ended.
struct Parts {
  explicit Parts(const std::string &personality, const std::string &engine = "engine") {
    vmp::LibraryRefusal refusal;
    library = vmp::Library::open(parts_path, "parts", refusal);
    machine = vmp::Machine::create(
        4 << 20,
        [this](vmp::RunEvent &&event) {
          std::lock_guard lock(mutex);
          if (event.kind == vmp::RunEvent::Kind::spawned) return;
          ++ended;
          last = std::move(event);
          changed.notify_all();
        },
        nullptr);
    if (!personality.empty()) {
      add(VMP_ARCH_SIMULATOR_POINT, engine);
      add(VMP_OS_PERSONALITY_POINT, personality);
    }
  }
  ~Parts() {
    machine->close();
    library->release();
  }
  void add(const char *point, const std::string &name) {
    std::string reason;
    machine->bindings().add(vmp::Instance::create(library, point, name, library->provider(point, name, reason),
                                                  machine.get(), std::make_unique<vmp_configuration>(), nullptr));
  }
  vmp_status seal() { return machine->seal(refuser, &error); }
  void wait_for(int runs) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return ended == runs; });
  }
  template <typename Value>
  static Value &exported(const char *name) {
    return *static_cast<Value *>(dlsym(dlopen(parts_path.c_str(), RTLD_NOW | RTLD_NOLOAD), name));
  }

  std::shared_ptr<vmp::Library> library;
  std::shared_ptr<vmp::Machine> machine;
  vmp_error error = vmp::make_error();
  std::string refuser;
  std::mutex mutex;
  std::condition_variable changed;
  int ended = 0;
  vmp::RunEvent last;
};

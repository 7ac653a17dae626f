// The threads of a machine and its only run loop: run to an exit, dispatch, repeat.
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <thread>

#include "core/error.h"
#include "core/machine/machine.h"

namespace vmp {
namespace {

constexpr uint64_t no_budget = ~uint64_t{0};

uint64_t thread_cpu_nanoseconds() {
  struct timespec used {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<uint64_t>(used.tv_sec) * 1000000000 + static_cast<uint64_t>(used.tv_nsec);
}

std::vector<vmp_string> borrow(const std::vector<std::string> &owned) {
  std::vector<vmp_string> strings;
  strings.reserve(owned.size());
  for (const auto &text : owned) strings.push_back({text.data(), text.size()});
  return strings;
}

std::string over_time(const Run &run) {
  return "it has run for " + std::to_string(run.limits.nanoseconds / 1'000'000) + " ms";
}

RunEvent event_of(RunEvent::Kind kind, uint32_t run) {
  RunEvent event;
  event.kind = kind;
  event.run = run;
  return event;
}

RunEvent refused(uint32_t run, const vmp_error &error) {
  RunEvent event = event_of(RunEvent::Kind::refused, run);
  event.error_code = error.code[0] != '\0' ? error.code : "STATUS_" + std::to_string(error.status);
  event.detail = error.message;
  return event;
}

}  // namespace

// Throws std::system_error when the host gives no more threads.
void Machine::start_thread(std::function<void()> work) {
  running_.fetch_add(1, std::memory_order_acq_rel);
  try {
    std::thread([self = shared_from_this(), work = std::move(work)]() mutable {
      work();
      work = nullptr;  // what it holds goes before the machine may
      self->thread_ended();
    }).detach();
  } catch (const std::system_error &) {
    thread_ended();
    throw;
  }
}

uint32_t Machine::spawn(SpawnRequest request) {
  static std::atomic<uint32_t> next{1};  // one sequence for all machines, as of spaces
  const auto run = std::make_shared<Run>(next.fetch_add(1), request.limits);
  std::copy(std::begin(request.standard), std::end(request.standard), run->standard);
  run->trace = request.trace;
  {
    std::lock_guard lock(mutex_);
    runs_.emplace(run->id, run);
    run->threads = 1;  // the one that makes the first process and then runs it
  }
  const int program = request.program;
  const auto refuse = [&](const char *code, const std::string &message) {
    ::close(program);
    end_guest(*run);
    {
      std::lock_guard lock(mutex_);
      runs_.erase(run->id);
      run_ended_.notify_all();
    }
    vmp_error error = make_error();
    fail(&error, VMP_ERROR_OUT_OF_MEMORY, code, message);
    listener_(refused(run->id, error));
    return run->id;
  };
  if (personality_.whole_processor && !begin_guest(run))
    return refuse("VMP_MACHINE_BUSY", "one that owns the processor runs already");
  const bool counts = engine_->facts().counts_instructions;
  if (!counts && request.limits.instructions != 0)
    return refuse("VMP_LIMIT_UNSUPPORTED",
                  "the engine runs on the processor itself, which does not count instructions");
  try {
    if (!counts && request.limits.nanoseconds != 0) start_thread([this, run] { watch_deadline(run); });
    start_thread(
        [this, run, request = std::move(request)]() mutable { run_first(std::move(run), std::move(request)); });
  } catch (const std::system_error &failure) {
    return refuse("VMP_MACHINE_FAILED", failure.what());
  }
  return run->id;
}

// Where the engine does not come back by itself.
void Machine::watch_deadline(const std::shared_ptr<Run> &run) {
  // Another one may be there under its number, when the machine was brought back to a snapshot.
  const auto is_gone = [&] {
    const auto found = runs_.find(run->id);
    return found == runs_.end() || found->second != run;
  };
  std::unique_lock lock(mutex_);
  while (!is_gone()) {
    // A snapshot that the run is brought back to moves its deadline.
    if (!run->is_over_time()) {
      const std::chrono::steady_clock::time_point deadline{std::chrono::nanoseconds(run->deadline())};
      run_ended_.wait_until(lock, deadline);
      continue;
    }
    end_locked(*run, "", "time", over_time(*run));
    run_ended_.wait(lock, [&] { return is_gone() || !run->is_over_time(); });
  }
}

vmp_status Machine::start_vcpu(vmp_vcpu *vcpu, vmp_error *error) {
  const auto run = Vcpu::from(vcpu).run();
  {
    std::lock_guard lock(mutex_);
    ++run->threads;
    ++looping_;
  }
  try {
    start_thread([this, vcpu, run] { run_to_end(vcpu, run); });
  } catch (const std::system_error &failure) {
    std::lock_guard lock(mutex_);
    --run->threads;  // the caller's own is among them: none becomes 0 here
    --looping_;
    rest_changed_.notify_all();
    return fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_MACHINE_FAILED", failure.what());
  }
  return VMP_OK;
}

// A virtual CPU's thread, from its first instruction on.
void Machine::run_to_end(vmp_vcpu *vcpu, std::shared_ptr<Run> run) {
  run_loop(Vcpu::from(vcpu));
  const uint64_t instructions = vcpu->instructions;
  const bool was_dropped = Vcpu::from(vcpu).is_dropped;
  {
    std::lock_guard lock(mutex_);
    --looping_;
    Vcpu::from(vcpu).has_ended = true;
    rest_changed_.notify_all();
  }
  destroy_vcpu(vcpu);
  if (was_dropped) {
    std::lock_guard lock(mutex_);
    --dropping_;
    rest_changed_.notify_all();
  }
  leave_run(std::move(run), instructions, thread_cpu_nanoseconds());
}

// At the end of a virtual CPU's thread. The last one of a run tells what became of it.
void Machine::leave_run(std::shared_ptr<Run> run, uint64_t instructions, uint64_t cpu_nanoseconds) {
  RunEvent ended = event_of(RunEvent::Kind::ended, run->id);
  {
    std::lock_guard lock(mutex_);
    run->instructions += instructions;
    run->cpu_nanoseconds += cpu_nanoseconds;
    if (--run->threads != 0 || run->id == 0) return;
  }
  flush_devices(*run);
  end_guest(*run);
  {
    std::lock_guard lock(mutex_);
    if (run->result) {
      ended = std::move(*run->result);
    } else if (run->stopping || stopping_) {
      describe_stop(*run, ended);
    } else {
      ended.error_code = "VMP_MACHINE_FAILED";
      ended.detail =
          "the personality ended every virtual CPU without a result of process " + std::to_string(run->first_process);
    }
    ended.process = run->first_process;
    ended.instructions = run->instructions;
    ended.cpu_nanoseconds = run->cpu_nanoseconds;
    end_calls(run->id, "the process has ended");
    runs_.erase(run->id);
    run_ended_.notify_all();
  }
  listener_(std::move(ended));
}

// What a run has posted is done before its end is told. A device that fails in it ends the run as it would have before.
void Machine::flush_devices(Run &run) {
  vmp_error error = make_error();
  if (devices_.flush(&error) == VMP_OK) return;
  stop(error.code, error.message);
  std::lock_guard lock(mutex_);
  run.result.reset();
}

void Machine::run_first(std::shared_ptr<Run> run, SpawnRequest request) {
  vmp_error error = make_error();
  vmp_vcpu *vcpu = nullptr;
  uint32_t process = 0;
  {
    auto arguments = borrow(request.arguments);
    auto environment = borrow(request.environment);
    std::vector<vmp_mount> mounts;
    for (const auto &mount : request.mounts) {
      mounts.push_back({{mount.host.data(), mount.host.size()},
                        {mount.guest.data(), mount.guest.size()},
                        mount.read_only ? 1u : 0u,
                        0});
    }
    vmp_spawn spawn{};
    spawn.struct_size = sizeof(spawn);
    spawn.program = request.program;
    spawn.path = {request.path.data(), request.path.size()};
    spawn.arguments = arguments.data();
    spawn.argument_count = arguments.size();
    spawn.environment = environment.data();
    spawn.environment_count = environment.size();
    spawn.working_directory = {request.working_directory.data(), request.working_directory.size()};
    spawn.standard_input = request.standard[0];
    spawn.standard_output = request.standard[1];
    spawn.standard_error = request.standard[2];
    spawn.run = run->id;
    spawn.root = {request.root.data(), request.root.size()};
    spawn.root_read_only = request.root_read_only ? 1 : 0;
    spawn.process_limit = request.process_limit;
    spawn.mounts = mounts.data();
    spawn.mount_count = mounts.size();
    spawn.open_file_limit = request.open_file_limit;
    spawn.trace = request.trace;
    std::lock_guard control(control_mutex_);
    vmp_status status = personality_.vtable->spawn(personality_.self, &spawn, &vcpu, &process, &error);
    std::lock_guard lock(mutex_);
    if (status != VMP_OK || vcpu == nullptr) {
      vcpu = nullptr;  // what a personality that refuses may have left there
      error.status = status;
      runs_.erase(run->id);
      run_ended_.notify_all();
    } else {
      run->first_process = process;
      ++looping_;
    }
  }
  if (vcpu == nullptr) {
    end_guest(*run);
    return listener_(refused(run->id, error));
  }
  RunEvent spawned = event_of(RunEvent::Kind::spawned, run->id);
  spawned.process = process;
  listener_(std::move(spawned));

  run_to_end(vcpu, std::move(run));
}

void Machine::end_over_time(Run &run) {
  std::lock_guard lock(mutex_);
  if (run.is_over_time()) end_locked(run, "", "time", over_time(run));
}

// False when the run has reached a limit, and is being ended for it.
bool Machine::run_budgeted(Vcpu &vcpu) {
  Run &run = *vcpu.run();
  if (!run.has_budget()) [[likely]] {
    engine_->run(vcpu, no_budget);
    return true;
  }
  if (run.is_over_time()) {
    end_over_time(run);
    return false;
  }
  const uint64_t budget = run.take_instructions();
  if (budget == 0) {
    end_run(run, "", "instructions", "it has executed " + std::to_string(run.limits.instructions) + " instructions");
    return false;
  }
  const uint64_t before = vcpu.layout()->instructions;
  engine_->run(vcpu, budget);
  const uint64_t used = vcpu.layout()->instructions - before;
  run.give_back_instructions(budget - std::min(used, budget));
  return true;
}

// True when a memory fault was one that the guest does not see: the engine executes the instruction again.
bool Machine::resolve_fault(Vcpu &vcpu) {
  const vmp_exit &exit = vcpu.layout()->exit;
  auto &space = AddressSpace::from(vcpu.layout()->space);
  vmp_error error = make_error();
  switch (space.resolve(exit.u.memory.address, exit.u.memory.access, &error)) {
    case AddressSpace::Resolution::ready:
      return true;
    case AddressSpace::Resolution::refused:
      return false;
    case AddressSpace::Resolution::out_of_memory:
      break;
  }
  end_run(*vcpu.run(), "", "memory", error.message);
  return true;  // to the request that this has set
}

// True when the exit was a device's and is served, or has stopped the machine.
bool Machine::serve_device(Vcpu &vcpu) {
  vmp_exit &exit = vcpu.layout()->exit;
  if (exit.kind == VMP_EXIT_MEMORY_FAULT) {
    if (exit.u.memory.access == VMP_PROTECTION_EXECUTE ||
        !devices_.has(VMP_DEVICE_REGION_MMIO, exit.u.memory.address)) {
      return false;
    }
    exit.flags |= VMP_EXIT_FLAG_DESCRIBE;
    engine_->run(vcpu, no_budget);
  }
  if (exit.kind != VMP_EXIT_MMIO && exit.kind != VMP_EXIT_PORT_IO) return false;
  const uint32_t kind = exit.kind == VMP_EXIT_MMIO ? VMP_DEVICE_REGION_MMIO : VMP_DEVICE_REGION_PORT;
  if (!devices_.touches(kind, exit.u.io)) return false;
  vmp_error error;
  clear_error(error);
  if (devices_.serve(kind, exit.u.io, &error) != VMP_OK) stop(error.code, error.message);
  return true;
}

void Machine::run_loop(Vcpu &vcpu) {
  vmp_vcpu *layout = vcpu.layout();
  for (;;) {
    // What a device has just answered is completed by the engine first, which then leaves for the request.
    bool completes = layout->exit.kind == VMP_EXIT_MMIO || layout->exit.kind == VMP_EXIT_PORT_IO;
    uint32_t requests = layout->requests.load(std::memory_order_acquire);
    if (!completes && (requests & VMP_REQUEST_PAUSE) != 0 && (requests & VMP_REQUEST_STOP) == 0) {
      if (!rest_in_loop(vcpu)) return;
      continue;
    }
    if (!completes && requests != 0) {
      layout->exit.kind = VMP_EXIT_INTERRUPTED;
      if (personality_.vtable->handle_exit(personality_.self, layout) != VMP_ACTION_RESUME) return;
      // What the personality was shown, not what may have come since: it must see the stop before its virtual CPU goes.
      if ((requests & VMP_REQUEST_STOP) != 0) return;
    }
    if (!run_budgeted(vcpu)) {
      layout->exit.kind = VMP_EXIT_BUDGET;  // what a device answered is not completed any more: the run ends here
      continue;
    }
    switch (layout->exit.kind) {
      case VMP_EXIT_BUDGET:
      case VMP_EXIT_INTERRUPTED:
        continue;
      case VMP_EXIT_MEMORY_FAULT:
        if (resolve_fault(vcpu)) continue;
        [[fallthrough]];
      case VMP_EXIT_MMIO:
      case VMP_EXIT_PORT_IO:
        if (serve_device(vcpu)) continue;
        break;
      case VMP_EXIT_ENGINE_ERROR:
        end_run(
            *vcpu.run(), "VMP_MACHINE_FAILED", "",
            "the engine cannot go on: " + std::string(layout->exit.u.error.message,
                                                      strnlen(layout->exit.u.error.message, sizeof(vmp_exit_error))));
        break;
      default:
        break;
    }
    if (personality_.vtable->handle_exit(personality_.self, layout) != VMP_ACTION_RESUME) return;
  }
}

}  // namespace vmp

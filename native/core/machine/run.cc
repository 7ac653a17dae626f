// The threads of a machine and its only run loop: run to an exit, dispatch, repeat.
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <system_error>
#include <thread>

#include "core/error.h"
#include "core/machine/fault_guard.h"
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

uint32_t Machine::spawn(SpawnRequest request) {
  const uint32_t run = next_run_++;
  const int program = request.program;
  running_.fetch_add(1, std::memory_order_acq_rel);
  try {
    std::thread([self = shared_from_this(), run, request = std::move(request)]() mutable {
      self->run_first(run, std::move(request));
      self->thread_ended();
    }).detach();
  } catch (const std::system_error &failure) {
    thread_ended();
    ::close(program);
    vmp_error error = make_error();
    fail(&error, VMP_ERROR_OUT_OF_MEMORY, "VMP_MACHINE_FAILED", failure.what());
    listener_(refused(run, error));
  }
  return run;
}

vmp_status Machine::start_vcpu(vmp_vcpu *vcpu, vmp_error *error) {
  running_.fetch_add(1, std::memory_order_acq_rel);
  try {
    std::thread([self = shared_from_this(), vcpu] {
      self->run_vcpu(Vcpu::from(vcpu));
      self->destroy_vcpu(vcpu);
      self->thread_ended();
    }).detach();
  } catch (const std::system_error &failure) {
    thread_ended();
    return fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_MACHINE_FAILED", failure.what());
  }
  return VMP_OK;
}

void Machine::run_first(uint32_t run, SpawnRequest request) {
  vmp_error error = make_error();
  vmp_vcpu *vcpu = nullptr;
  uint32_t process = 0;
  {
    auto arguments = borrow(request.arguments);
    auto environment = borrow(request.environment);
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
    std::lock_guard lock(control_mutex_);
    vmp_status status = personality_.vtable->spawn(personality_.self, &spawn, &vcpu, &process, &error);
    if (status != VMP_OK || vcpu == nullptr) {
      error.status = status;
      listener_(refused(run, error));
      return;
    }
  }
  RunEvent spawned = event_of(RunEvent::Kind::spawned, run);
  spawned.process = process;
  listener_(std::move(spawned));

  run_vcpu(Vcpu::from(vcpu));

  RunEvent ended = event_of(RunEvent::Kind::ended, run);
  uint64_t instructions = vcpu->instructions;
  {
    std::lock_guard lock(mutex_);
    auto result = results_.extract(process);
    if (!result.empty()) {
      ended = std::move(result.mapped());
    } else if (stopping_) {
      ended.error_code = stop_code_;
      ended.detail = stop_detail_;
    } else {
      ended.error_code = "VMP_MACHINE_FAILED";
      ended.detail = "the personality ended the virtual CPU without a result of process " + std::to_string(process);
    }
  }
  ended.run = run;
  ended.process = process;
  ended.instructions = instructions;
  ended.cpu_nanoseconds = thread_cpu_nanoseconds();
  destroy_vcpu(vcpu);
  listener_(std::move(ended));
}

// Leaves the engine by siglongjmp when the guest touched what the host's mappings forbid; no destructor between.
void Machine::run_engine(Vcpu &vcpu) {
  vmp_vcpu *layout = vcpu.layout();
  auto &space = AddressSpace::from(layout->space);
  FaultGuard guard(space.guard_begin(), space.guard_size());
  if (sigsetjmp(guard.jump(), 0) == 0) {
    engine_.vtable->run(engine_.self, layout, no_budget);
    return;
  }
  vmp_exit &exit = layout->exit;
  exit.kind = VMP_EXIT_MEMORY_FAULT;
  exit.flags = 0;
  exit.pc = vcpu.state_register(engine_.capabilities->system_call.program_counter);
  exit.u.memory.address = guard.fault().address - reinterpret_cast<uint64_t>(layout->space->base);
  exit.u.memory.size = 0;
  exit.u.memory.access = guard.fault().write ? VMP_PROTECTION_WRITE : VMP_PROTECTION_READ;
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
    run_engine(vcpu);
  }
  if (exit.kind != VMP_EXIT_MMIO && exit.kind != VMP_EXIT_PORT_IO) return false;
  uint32_t kind = exit.kind == VMP_EXIT_MMIO ? VMP_DEVICE_REGION_MMIO : VMP_DEVICE_REGION_PORT;
  vmp_error error = make_error();
  if (devices_.serve(kind, exit.u.io, &error) != VMP_OK) stop(error.code, error.message);
  return true;
}

void Machine::run_vcpu(Vcpu &vcpu) {
  vmp_vcpu *layout = vcpu.layout();
  for (;;) {
    // What a device has just answered is completed by the engine first, which then leaves for the request.
    bool completes = layout->exit.kind == VMP_EXIT_MMIO || layout->exit.kind == VMP_EXIT_PORT_IO;
    uint32_t requests = layout->requests.load(std::memory_order_acquire);
    if (!completes && requests != 0) {
      layout->exit.kind = VMP_EXIT_INTERRUPTED;
      if (personality_.vtable->handle_exit(personality_.self, layout) != VMP_ACTION_RESUME) return;
      // What the personality was shown, not what may have come since: it must see the stop before its virtual CPU goes.
      if ((requests & VMP_REQUEST_STOP) != 0) return;
    }
    run_engine(vcpu);
    switch (layout->exit.kind) {
      case VMP_EXIT_BUDGET:
      case VMP_EXIT_INTERRUPTED:
        continue;
      case VMP_EXIT_MEMORY_FAULT:
      case VMP_EXIT_MMIO:
      case VMP_EXIT_PORT_IO:
        if (serve_device(vcpu)) continue;
        break;
      case VMP_EXIT_ENGINE_ERROR:
        stop("VMP_MACHINE_FAILED",
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

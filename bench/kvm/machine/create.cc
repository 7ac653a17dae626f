// create ENGINE_LIBRARY ENGINE COUNT: machines of 64 MiB from nothing to their guest's first exit, one after the other,
// as bench/kvm/loop makes them; prints the median of their nanoseconds. What is done once a process comes before.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "core/error.h"
#include "core/machine/machine.h"
#include "core/services/services.h"
#include "event.h"
#include "hypervisor/hypervisor.h"
#include "vm_plugin/accel_virtualization.h"

namespace {

constexpr uint64_t memory_size = 64u << 20, program_at = 0x400000, stack_at = 0x600000;

[[noreturn]] void die(const std::string &reason) {
  std::fprintf(stderr, "create: %s\n", reason.c_str());
  std::exit(1);
}

uint64_t now() {
  struct timespec time {};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1000000000 + static_cast<uint64_t>(time.tv_nsec);
}

// The least of a personality: a program that makes a system call, at which it ends.
struct Personality {
  vmp::Machine *machine = nullptr;
  uint32_t run = 0;
  uint64_t first_exit = 0;
};

vmp_status spawn(void *self, const vmp_spawn *request, vmp_vcpu **vcpu, uint32_t *process, vmp_error *error) {
  auto &personality = *static_cast<Personality *>(self);
  personality.run = request->run;
  *process = 1;
  vmp_address_space *space = nullptr;
  constexpr uint32_t all = VMP_PROTECTION_READ | VMP_PROTECTION_WRITE | VMP_PROTECTION_EXECUTE;
  vmp_status status = personality.machine->create_space(request->run, memory_size, &space, error);
  if (status == VMP_OK) status = vmp::AddressSpace::from(space).map(program_at, VMP_PAGE_SIZE, all, 0, 0, error);
  if (status != VMP_OK) return status;
  constexpr uint8_t program[] = {0xb8, 39, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7};  // 1: mov eax, 39; syscall; jmp 1b
  vmp::AddressSpace::from(space).write(program_at, program, sizeof program);
  status = personality.machine->create_vcpu(request->run, space, vcpu, error);
  if (status != VMP_OK) return status;
  auto &state = *reinterpret_cast<vmp_x86_64_state *>(reinterpret_cast<uint8_t *>(*vcpu) + VMP_VCPU_STATE_OFFSET);
  state.rip = program_at;
  state.gpr[4] = stack_at;
  return VMP_OK;
}

uint32_t handle_exit(void *self, vmp_vcpu *vcpu) {
  auto &personality = *static_cast<Personality *>(self);
  personality.first_exit = now();
  if (vcpu->exit.kind != VMP_EXIT_SYSTEM_CALL) die("the first exit is number " + std::to_string(vcpu->exit.kind));
  vmp_process_result result{};
  result.struct_size = sizeof result;
  result.process = 1;
  personality.machine->process_ended(personality.run, result);
  return VMP_ACTION_END_VCPU;
}

uint64_t nanoseconds_to_first_exit(const std::shared_ptr<vmp::Library> &library, const vmp_provider *engine,
                                   const std::string &name) {
  vmp_os_personality table{};
  table.struct_size = sizeof table;
  table.spawn = spawn;
  table.handle_exit = handle_exit;
  Personality personality;
  Event ended;
  vmp_error error = vmp::make_error();
  const uint64_t start = now();
  auto machine = vmp::Machine::create(
      memory_size,
      [&](vmp::RunEvent &&event) {
        if (event.kind == vmp::RunEvent::Kind::spawned) return;
        if (!event.error_code.empty()) die(event.error_code + ": " + event.detail);
        ended.set();
      },
      &error);
  if (machine == nullptr) die(error.message);
  personality.machine = machine.get();
  std::shared_ptr<vmp::Instance> instance =
      vmp::Instance::create(library, VMP_ACCEL_VIRTUALIZATION_POINT, name, engine, machine.get(),
                            std::make_unique<vmp_configuration>(), &error);
  if (instance == nullptr) die(error.message);
  machine->bindings().add(std::move(instance));
  machine->bindings().add(
      std::make_shared<vmp::Instance>(VMP_OS_PERSONALITY_POINT, "first-exit", "bench", &table, &personality));
  if (std::string refuser; machine->seal(refuser, &error) != VMP_OK) die(refuser + ": " + error.message);
  machine->spawn({});
  ended.wait();
  const uint64_t taken = personality.first_exit - start;
  machine->close();
  return taken;
}

}  // namespace

int main(int count, char **words) {
  const uint64_t machines = count == 4 ? std::strtoull(words[3], nullptr, 10) : 0;
  if (machines == 0) die("usage: create ENGINE_LIBRARY ENGINE COUNT");
  vmp::offer_hypervisor(vmp_hypervisor());
  vmp::LibraryRefusal refusal;
  auto library = vmp::Library::open(words[1], words[2], refusal);
  if (library == nullptr) die(refusal.detail);
  std::string reason;
  const vmp_provider *engine = library->provider(VMP_ACCEL_VIRTUALIZATION_POINT, words[2], reason);
  if (engine == nullptr) die("no engine: " + reason);
  std::vector<uint64_t> times(machines);
  for (uint64_t &time : times) time = nanoseconds_to_first_exit(library, engine, words[2]);
  std::sort(times.begin(), times.end());
  std::printf("%llu\n", static_cast<unsigned long long>(times[machines / 2]));
}

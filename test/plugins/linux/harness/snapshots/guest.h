// A personality with one process of which no instruction ever runs: the tests make its system calls themselves. Its
// memory is flat, its virtual CPU a block of bytes.
#pragma once

#include <sys/mman.h>
#include <unistd.h>
#include <vm_plugin/arch_simulator.h>

#include <cstring>
#include <stdexcept>

#include "calls/calls.h"
#include "check.h"
#include "personality.h"
#include "snapshot/state.h"

namespace vmp_linux {

inline constexpr uint64_t kSpaceSize = uint64_t{1} << 28;

struct Space {
  vmp_address_space layout{};
  Space() {
    void *base =
        ::mmap(nullptr, kSpaceSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    layout.base = static_cast<uint8_t *>(base);
    layout.size = kSpaceSize;
    layout.id = 7;
  }
  ~Space() { ::munmap(layout.base, kSpaceSize); }
};

// What a test asks of the host's services.
struct Seen {
  int interrupts = 0, ended = 0;
};
inline Seen seen;
inline uint32_t requests = 0;  // pending: none is acknowledged away

class Host {
 public:
  static const vmp_host *get() {
    static const vmp_host host = {sizeof(vmp_host), VMP_ABI_MAJOR, VMP_ABI_MINOR, service, nullptr};
    return &host;
  }

 private:
  static uint64_t copy_out(vmp_address_space *space, uint64_t at, void *to, uint64_t size) {
    std::memcpy(to, space->base + at, size);
    return size;
  }
  static uint64_t copy_in(vmp_address_space *space, uint64_t at, const void *from, uint64_t size) {
    std::memcpy(space->base + at, from, size);
    return size;
  }
  static vmp_status copy_string(vmp_address_space *space, uint64_t at, char *to, uint64_t capacity, uint64_t *length) {
    *length = ::strnlen(reinterpret_cast<char *>(space->base + at), capacity);
    if (*length == capacity) return VMP_ERROR_TOO_SMALL;
    std::memcpy(to, space->base + at, *length + 1);
    return VMP_OK;
  }
  static vmp_status wait(vmp_vcpu *, int32_t, uint32_t, int64_t, uint32_t *) {
    return requests != 0 ? VMP_ERROR_CANCELLED : VMP_ERROR_TIMED_OUT;
  }
  static vmp_status absent(const vmp_configuration *, const char *, vmp_string *) { return VMP_ERROR_NOT_FOUND; }
  static vmp_status absent(const vmp_configuration *, const char *, int64_t *) { return VMP_ERROR_NOT_FOUND; }
  static vmp_status absent(const vmp_configuration *, const char *, int32_t *) { return VMP_ERROR_NOT_FOUND; }

  static const void *service(const vmp_host *, const char *id) {
    static const vmp_memory_service memory = [] {
      vmp_memory_service table{};
      table.struct_size = sizeof table;
      table.space_destroy = [](vmp_address_space *) {};
      table.prepare = [](vmp_address_space *, uint64_t, uint64_t, uint32_t) {};
      table.read = copy_out;
      table.write = copy_in;
      table.read_string = copy_string;
      return table;
    }();
    static const vmp_machine_service machine = [] {
      vmp_machine_service table{};
      table.struct_size = sizeof table;
      table.memory = [](vmp_machine *) -> const vmp_guest_memory * {
        static vmp_guest_memory guest{};
        guest.size = kSpaceSize;
        return &guest;
      };
      table.vcpu_interrupt = [](vmp_vcpu *) { ++seen.interrupts; };
      table.vcpu_acknowledge = [](vmp_vcpu *) { return requests; };
      table.process_stopped = [](vmp_machine *, uint32_t, uint32_t, uint32_t) {};
      table.answers_set = [](vmp_address_space *, const vmp_call_answer *, uint32_t) {};
      table.wait = wait;
      table.process_ended = [](vmp_machine *, uint32_t, const vmp_process_result *) { ++seen.ended; };
      return table;
    }();
    static const vmp_log_service log = {sizeof log, 0, nullptr, [](const vmp_host *, uint32_t) { return 0; }};
    static const vmp_config_service config = [] {
      vmp_config_service table{};
      table.struct_size = sizeof table;
      table.string = absent;
      table.integer = absent;
      table.boolean = absent;
      return table;
    }();
    const std::string_view name = id;
    if (name == VMP_MEMORY_SERVICE) return &memory;
    if (name == VMP_MACHINE_SERVICE) return &machine;
    if (name == VMP_LOG_SERVICE) return &log;
    return name == VMP_CONFIG_SERVICE ? &config : nullptr;
  }
};

inline vmp_error fresh_error() {
  vmp_error error{};
  error.struct_size = sizeof error;
  return error;
}

using SnapshotOwner = std::unique_ptr<const SnapshotState>;

// One machine as the personality sees it.
class Guest {
 public:
  static constexpr uint64_t kAt = 0x20000;  // where calls put and find what they are given

  Guest() {
    vmp_create_info info{};
    info.struct_size = sizeof info;
    info.host = Host::get();
    info.machine = reinterpret_cast<vmp_machine *>(this);
    void *self = nullptr;
    vmp_error error = fresh_error();
    if (Personality::create(&info, &self, &error) != VMP_OK) throw std::runtime_error(error.message);
    personality.reset(static_cast<Personality *>(self));
    vmp_arch_simulator_capabilities engine{};
    engine.architecture = VMP_ARCHITECTURE_RISCV64;
    engine.state_size = sizeof(vmp_riscv64_state);
    engine.address_bits = 28;
    engine.system_call.instruction_size = 4;
    vmp_binding binding{};
    binding.point = VMP_ARCH_SIMULATOR_POINT;
    binding.capabilities = &engine;
    const vmp_bindings bindings = {sizeof bindings, 1, sizeof binding, 0, &binding};
    if (personality->attach(&bindings, &error) != VMP_OK) throw std::runtime_error(error.message);
    vcpu()->index = 3;
    vcpu()->machine = info.machine;
    vcpu()->space = &space.layout;
  }

  ~Guest() {
    if (vcpu()->personality_data == nullptr) return;
    personality->end_process(thread(), 0, SIGKILL, "", "");
    const auto last = std::move(thread().keep);
  }

  // Its first process, with three standard streams.
  void start(int stream) {
    auto run = std::make_shared<Run>(5);
    vmp_spawn request{};
    request.program = -1;
    vmp_error error = fresh_error();
    if (run->files.open(personality->settings(), request, &error) != VMP_OK) throw std::runtime_error(error.message);
    const uint32_t id = personality->table().reserve(*run);
    auto process = std::make_shared<Process>(*personality, run, id);
    process->family.group = process->family.session = id;
    process->limits.fill({~uint64_t{0}, ~uint64_t{0}});
    process->working_directory = run->files.open_root_directory();
    process->map = std::make_shared<MemoryMap>(GuestMemory(personality->services().memory, &space.layout), 1 << 20);
    for (int i = 0; i < 3; ++i) {
      int reason = 0;
      auto file = borrow_stream(stream, &reason);
      file->stream = i;
      process->descriptors.put(i, std::move(file), false);
    }
    process->threads.push_back(std::make_unique<Thread>(process, vcpu(), id));
    personality->table().add_first(process);
    enter();
  }

  SnapshotOwner snapshot(vmp_error *error = nullptr) {
    const SnapshotState *state = nullptr;
    personality->snapshot(&state, error);
    return SnapshotOwner(state);
  }

  vmp_status restore(const SnapshotState &state, int stream, vmp_error *error = nullptr) {
    vmp_address_space *spaces[] = {&space.layout};
    vmp_vcpu *vcpus[] = {vcpu()};
    const vmp_restored_streams streams = {5, stream, stream, stream, -1, 0};
    const vmp_restore request = {sizeof request, 0, &state, spaces, 1, vcpus, 1, &streams, 1};
    const vmp_status status = personality->restore(request, error);
    if (status == VMP_OK) enter();
    return status;
  }

  vmp_vcpu *vcpu() { return reinterpret_cast<vmp_vcpu *>(block); }
  Thread &thread() { return *static_cast<Thread *>(vcpu()->personality_data); }
  Process &process() { return thread().process; }

  template <typename T>
  T &at(uint64_t address = kAt) {
    return *reinterpret_cast<T *>(space.layout.base + address);
  }
  std::string read(int descriptor, uint64_t most = 4096) {
    const int64_t size = calls::read(thread(), descriptor, GuestPointer(kAt), most);
    return size < 0 ? "error " + std::to_string(-size) : std::string(&at<char>(), static_cast<size_t>(size));
  }
  int64_t write(int descriptor, std::string_view text) {
    std::memcpy(&at<char>(), text.data(), text.size());
    return calls::write(thread(), descriptor, GuestPointer(kAt), text.size());
  }

  Space space;
  alignas(64) uint8_t block[VMP_VCPU_STATE_OFFSET + sizeof(vmp_riscv64_state)] = {};
  std::unique_ptr<Personality> personality;

 private:
  // As at its first exit.
  void enter() {
    thread().has_host_thread = true;
    personality->timers().thread_began(thread());
  }
};

// A file of the host that is gone with it.
struct HostFile {
  HostFile() : descriptor(::memfd_create("stream", MFD_CLOEXEC)) {}
  ~HostFile() { ::close(descriptor); }
  std::string text() const {
    char bytes[256];
    const ssize_t size = ::pread(descriptor, bytes, sizeof bytes, 0);
    return std::string(bytes, size > 0 ? static_cast<size_t>(size) : 0);
  }
  const int descriptor;
};

}  // namespace vmp_linux

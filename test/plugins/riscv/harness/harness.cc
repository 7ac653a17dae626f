// Runs a static riscv64 ELF program, or several threads of one, on the interpreter alone: no core, no personality.
// Serves write, exit, mmap, munmap, mprotect, the instruction-cache flush and what signal handlers need; every other
// exit ends the run with one line on standard error.
//
//   harness PLUGIN [options] PROGRAM
//
// --budget N      run() gets N instructions at a time
// --once          the first exit ends the run, whatever it is
// --skip          faults and illegal instructions are printed and stepped over
// --interrupt N   every virtual CPU is asked to stop after N milliseconds
// --threads N     N virtual CPUs start at the entry with a0 = their index, each with a stack and a host thread of its
// own
// --device A      the page at A is a device: a read gives offset and size, a write prints a line
// --arena N       bytes of guest address space
// --space-kind N  the address space says that it is of this kind
// --describe      prints the engine's capabilities and ends
// --time          prints CPU nanoseconds and instructions on standard error
#include <dlfcn.h>
#include <elf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "arena.h"
#include "signals.h"

namespace {

struct Options {
  const char *plugin = nullptr;
  const char *program = nullptr;
  uint64_t budget = ~uint64_t{0};
  uint64_t interrupt = 0;
  uint64_t threads = 1;
  uint64_t arena = uint64_t{1} << 38;
  uint64_t device = 0;
  uint64_t space_kind = VMP_SPACE_ARENA;
  bool once = false;
  bool skip = false;
  bool describe = false;
  bool time = false;
};

struct Machine {
  Options options;
  harness::Arena arena;
  harness::Signals signals;
  const vmp_arch_simulator *simulator = nullptr;
  void *self = nullptr;
  std::atomic<int> exit_code{0};
  std::atomic<uint64_t> instructions{0};
  std::atomic<uint64_t> next_mapping{0x2000000000};
};

[[noreturn]] void die(const char *message, const char *detail = "") {
  std::fprintf(stderr, "harness: %s%s\n", message, detail);
  std::_Exit(2);
}

vmp_riscv64_state *state_of(vmp_vcpu *vcpu) {
  return reinterpret_cast<vmp_riscv64_state *>(reinterpret_cast<uint8_t *>(vcpu) + VMP_VCPU_STATE_OFFSET);
}

uint64_t page_up(uint64_t value) { return (value + VMP_PAGE_SIZE - 1) / VMP_PAGE_SIZE * VMP_PAGE_SIZE; }

uint64_t load_program(harness::Arena &arena, const char *path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  Elf64_Ehdr header;
  if (bytes.size() < sizeof header) {
    die("not an ELF file: ", path);
  }
  std::memcpy(&header, bytes.data(), sizeof header);
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr part;
    std::memcpy(&part, bytes.data() + header.e_phoff + i * sizeof part, sizeof part);
    if (part.p_type != PT_LOAD) {
      continue;
    }
    const uint32_t protection = ((part.p_flags & PF_R) != 0 ? VMP_PROTECTION_READ : 0) |
                                ((part.p_flags & PF_W) != 0 ? VMP_PROTECTION_WRITE : 0) |
                                ((part.p_flags & PF_X) != 0 ? VMP_PROTECTION_EXECUTE : 0);
    const uint64_t start = part.p_vaddr - part.p_vaddr % VMP_PAGE_SIZE;
    arena.map(start, page_up(part.p_vaddr + part.p_memsz) - start, protection);
    arena.populate(part.p_vaddr, bytes.data() + part.p_offset, part.p_filesz);
  }
  return header.e_entry;
}

void print_exit(const vmp_vcpu *vcpu) {
  const vmp_exit &exit = vcpu->exit;
  std::fprintf(stderr, "exit kind=%u pc=%" PRIx64, exit.kind, exit.pc);
  if (exit.kind == VMP_EXIT_MEMORY_FAULT || exit.kind == VMP_EXIT_MISALIGNED) {
    std::fprintf(stderr, " address=%" PRIx64 " size=%u access=%u", exit.u.memory.address, exit.u.memory.size,
                 exit.u.memory.access);
  } else if (exit.kind == VMP_EXIT_ILLEGAL_INSTRUCTION) {
    uint64_t encoding;
    std::memcpy(&encoding, exit.u.instruction.bytes, sizeof encoding);
    std::fprintf(stderr, " size=%u encoding=%" PRIx64, exit.u.instruction.size, encoding);
  } else if (exit.kind == VMP_EXIT_ENGINE_ERROR) {
    std::fprintf(stderr, " message=%s", exit.u.error.message);
  }
  std::fprintf(stderr, " instructions=%" PRIu64 "\n", vcpu->instructions);
}

// Whether the virtual CPU goes on.
bool system_call(Machine &machine, vmp_vcpu *vcpu) {
  uint64_t *x = state_of(vcpu)->x;
  switch (x[17]) {
    case 64: {
      const std::vector<uint8_t> bytes = machine.arena.read(x[11], x[12]);
      x[10] = static_cast<uint64_t>(::write(static_cast<int>(x[10]), bytes.data(), bytes.size()));
      return true;
    }
    case 93:
    case 94:
      machine.exit_code = static_cast<int>(x[10] & 0xff);
      return false;
    case 132:
      x[10] = machine.signals.set_stack(machine.arena, x[10]);
      return true;
    case 134:
      x[10] = machine.signals.set_action(machine.arena, x[10], x[11]);
      return true;
    case 215:
      machine.arena.unmap(x[10], page_up(x[11]));
      x[10] = 0;
      return true;
    case 222:
      x[10] = x[10] != 0 ? x[10] : machine.next_mapping.fetch_add(page_up(x[11]) + VMP_PAGE_SIZE);
      machine.arena.map(x[10], page_up(x[11]), static_cast<uint32_t>(x[12]), static_cast<int>(x[14]));
      return true;
    case 279:
      x[10] = static_cast<uint64_t>(memfd_create("guest", 0));
      if (ftruncate(static_cast<int>(x[10]), 1 << 20) != 0) {
        die("memfd_create");
      }
      return true;
    case 226:
      machine.arena.protect(x[10], page_up(x[11]), static_cast<uint32_t>(x[12]));
      x[10] = 0;
      return true;
    case 259:
      machine.arena.invalidate_code();
      x[10] = 0;
      return true;
    default:
      std::fprintf(stderr, "system call %" PRIu64 " is not served\n", x[17]);
      machine.exit_code = 3;
      return false;
  }
}

// A fault in the device's page: asks the engine what the access was, and answers it.
bool serve_device(Machine &machine, vmp_vcpu *vcpu) {
  const uint64_t device = machine.options.device;
  if (device == 0 || vcpu->exit.u.memory.address - device >= VMP_PAGE_SIZE) {
    return false;
  }
  vcpu->exit.flags |= 1;
  harness::run_guarded(machine.simulator, machine.self, vcpu, 0);
  if (vcpu->exit.kind != VMP_EXIT_MMIO) {
    return false;
  }
  vmp_exit_io &io = vcpu->exit.u.io;
  if (io.write != 0) {
    std::fprintf(stderr, "device write offset=%" PRIx64 " size=%u data=%" PRIx64 "\n", io.address - device, io.size,
                 io.data);
  } else {
    io.data = ((io.address - device) | uint64_t{io.size} << 16) * 0x0101010101010101u;
  }
  return true;
}

bool steps_over(Machine &machine, vmp_vcpu *vcpu) {
  const uint32_t kind = vcpu->exit.kind;
  const bool fault = kind == VMP_EXIT_MEMORY_FAULT || kind == VMP_EXIT_MISALIGNED || kind == VMP_EXIT_BREAKPOINT ||
                     kind == VMP_EXIT_ILLEGAL_INSTRUCTION;
  const bool fetch = kind == VMP_EXIT_MEMORY_FAULT && vcpu->exit.u.memory.access == VMP_PROTECTION_EXECUTE;
  if (!machine.options.skip || !fault) {
    return false;
  }
  print_exit(vcpu);
  if (fetch) {
    state_of(vcpu)->pc = state_of(vcpu)->x[1];  // where the jump came from
  } else {
    const std::vector<uint8_t> code = machine.arena.read(state_of(vcpu)->pc, 1);
    state_of(vcpu)->pc += !code.empty() && (code[0] & 3) == 3 ? 4 : 2;
  }
  return true;
}

// Whether the virtual CPU goes on after its exit.
bool handle_exit(Machine &machine, vmp_vcpu *vcpu) {
  if (machine.options.once) {
    print_exit(vcpu);
    return false;
  }
  switch (vcpu->exit.kind) {
    case VMP_EXIT_BUDGET:
      return true;
    case VMP_EXIT_SYSTEM_CALL:
      return system_call(machine, vcpu);
    case VMP_EXIT_MEMORY_FAULT:
      if (serve_device(machine, vcpu)) {
        return true;
      }
      break;
    default:
      break;
  }
  if (machine.signals.deliver(machine.arena, vcpu, state_of(vcpu)) || steps_over(machine, vcpu)) {
    return true;
  }
  print_exit(vcpu);
  machine.exit_code = 1;
  return false;
}

void run_vcpu(Machine &machine, uint64_t entry, uint32_t index) {
  alignas(64) uint8_t storage[VMP_VCPU_STATE_OFFSET + sizeof(vmp_riscv64_state)] = {};
  vmp_vcpu *vcpu = new (storage) vmp_vcpu{};
  vcpu->struct_size = sizeof storage;
  vcpu->architecture = VMP_ARCHITECTURE_RISCV64;
  vcpu->index = index;
  vcpu->space = machine.arena.space();
  vmp_error error{};
  error.struct_size = sizeof error;
  if (machine.simulator->vcpu_attach(machine.self, vcpu, &error) != VMP_OK) {
    die("vcpu_attach: ", error.message);
  }
  constexpr uint64_t stack_size = 1 << 20;
  const uint64_t stack = machine.options.arena - (index + 1) * 2 * stack_size;
  machine.arena.map(stack, stack_size, VMP_PROTECTION_READ | VMP_PROTECTION_WRITE);
  state_of(vcpu)->pc = entry;
  state_of(vcpu)->x[2] = stack + stack_size - 4096;
  state_of(vcpu)->x[10] = index;
  std::thread interrupter;
  if (machine.options.interrupt != 0) {
    interrupter = std::thread([&machine, vcpu] {
      std::this_thread::sleep_for(std::chrono::milliseconds(machine.options.interrupt));
      vcpu->requests.fetch_or(VMP_REQUEST_STOP, std::memory_order_release);
    });
  }
  do {
    harness::run_guarded(machine.simulator, machine.self, vcpu, machine.options.budget);
  } while (handle_exit(machine, vcpu));
  if (interrupter.joinable()) {
    interrupter.join();
  }
  machine.instructions += vcpu->instructions;
  machine.simulator->vcpu_detach(machine.self, vcpu);
}

void describe(const vmp_arch_simulator_capabilities &capabilities) {
  const vmp_system_call_abi &abi = capabilities.system_call;
  std::printf("{\"architecture\":%u,\"stateSize\":%u,\"addressBits\":%u,\"hwcap\":%" PRIu64 ",\"isa\":\"%.*s\",",
              capabilities.architecture, capabilities.state_size, capabilities.address_bits, capabilities.hwcap,
              static_cast<int>(capabilities.isa.size), capabilities.isa.data);
  std::printf("\"systemCall\":{\"number\":%u,\"result\":%u,\"arguments\":[%u,%u,%u,%u,%u,%u],", abi.number, abi.result,
              abi.arguments[0], abi.arguments[1], abi.arguments[2], abi.arguments[3], abi.arguments[4],
              abi.arguments[5]);
  std::printf("\"stackPointer\":%u,\"programCounter\":%u,\"threadPointer\":%u,\"instructionSize\":%u}}\n",
              abi.stack_pointer, abi.program_counter, abi.thread_pointer, abi.instruction_size);
}

Options parse(int argc, char **argv) {
  Options options;
  const std::map<std::string, uint64_t *> numbers = {
      {"--budget", &options.budget}, {"--interrupt", &options.interrupt}, {"--threads", &options.threads},
      {"--arena", &options.arena},   {"--device", &options.device},       {"--space-kind", &options.space_kind}};
  const std::map<std::string, bool *> flags = {{"--once", &options.once},
                                               {"--skip", &options.skip},
                                               {"--describe", &options.describe},
                                               {"--time", &options.time}};
  for (int i = 1; i < argc; ++i) {
    const auto number = numbers.find(argv[i]);
    const auto flag = flags.find(argv[i]);
    if (number != numbers.end() && i + 1 < argc) {
      *number->second = std::strtoull(argv[++i], nullptr, 0);
    } else if (flag != flags.end()) {
      *flag->second = true;
    } else if (options.plugin == nullptr) {
      options.plugin = argv[i];
    } else {
      options.program = argv[i];
    }
  }
  if (options.plugin == nullptr || (options.program == nullptr && !options.describe)) {
    die("usage: harness PLUGIN [options] PROGRAM");
  }
  return options;
}

}  // namespace

int main(int argc, char **argv) {
  const Options options = parse(argc, argv);
  static Machine machine{options, harness::Arena(options.arena), {}};
  void *library = dlopen(options.plugin, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    die("dlopen: ", dlerror());
  }
  const auto *entry = static_cast<const vmp_entry *>(dlsym(library, "vm_plugin_entry"));
  const vmp_provider *provider = entry == nullptr ? nullptr : entry->get(VMP_ARCH_SIMULATOR_POINT, "interpreter", 0);
  if (provider == nullptr) {
    die("no interpreter in ", options.plugin);
  }
  if (options.describe) {
    describe(*static_cast<const vmp_arch_simulator_capabilities *>(provider->capabilities));
    return 0;
  }
  vmp_create_info info{};
  info.struct_size = sizeof info;
  info.host = harness::host(&machine.arena);
  vmp_error error{};
  error.struct_size = sizeof error;
  if (provider->create(&info, &machine.self, &error) != VMP_OK) {
    die("create: ", error.message);
  }
  machine.simulator = static_cast<const vmp_arch_simulator *>(provider->vtable);
  harness::install_fault_handler();
  machine.arena.space()->kind = static_cast<uint32_t>(options.space_kind);
  const uint64_t start = load_program(machine.arena, options.program);
  std::vector<std::thread> threads;
  for (uint32_t index = 1; index < options.threads; ++index) {
    threads.emplace_back([start, index] { run_vcpu(machine, start, index); });
  }
  run_vcpu(machine, start, 0);
  for (std::thread &thread : threads) {
    thread.join();
  }
  provider->destroy(machine.self);
  if (options.time) {
    timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    std::fprintf(stderr, "cpu_ns=%lld instructions=%" PRIu64 "\n", used.tv_sec * 1000000000ll + used.tv_nsec,
                 machine.instructions.load());
  }
  return machine.exit_code;
}

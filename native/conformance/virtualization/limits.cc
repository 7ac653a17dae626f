#include <dirent.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "conformance/virtualization/guest.h"

namespace vmp::conformance {
namespace {

void identity_size(Context &context) {
  std::vector<vmp_identity_leaf> leaves(context.leaves.size());
  const auto ask = [&](uint32_t capacity, vmp_status expected) {
    uint32_t count = capacity;
    vmp_error error = make_error();
    const vmp_status status = context.table().identity(context.self(), leaves.data(), &count, &error);
    expect_status("identity", expected, status, error);
    expect(count == context.leaves.size(), "identity with room for %u leaves says %u instead of %zu", capacity, count,
           context.leaves.size());
  };
  ask(0, VMP_ERROR_TOO_SMALL);
  ask(static_cast<uint32_t>(leaves.size()) - 1, VMP_ERROR_TOO_SMALL);
  ask(static_cast<uint32_t>(leaves.size()), VMP_OK);
}

// Leaf 80000002H: the first part of the brand string (Intel SDM volume 2, CPUID), which nothing depends on.
void identity_seen(Context &context) {
  constexpr uint32_t brand = 0x80000002;
  auto leaves = context.leaves;
  const auto found = std::find_if(leaves.begin(), leaves.end(), [](const auto &leaf) { return leaf.leaf == brand; });
  expect(found != leaves.end(), "identity lacks leaf 0x80000002");
  found->eax = 0x11111111;
  found->ebx = 0x22222222;
  found->ecx = 0x33333333;
  found->edx = 0x44444444;
  Memory memory(address::memory_size);
  VirtualMachine machine(context);
  machine.map(0, memory);
  VirtualCpu cpu(machine, 0, leaves);
  memory.data()[address::code] = 0x0f;  // cpuid; hlt
  memory.data()[address::code + 1] = 0xa2;
  memory.data()[address::code + 2] = 0xf4;
  enter_mode(cpu, memory, Mode::long64);
  cpu.state().gpr[rax] = brand;
  cpu.run_to(VMP_EXIT_HALT, "CPUID");
  const uint64_t *gpr = cpu.state().gpr;
  expect(gpr[rax] == found->eax && gpr[rbx] == found->ebx && gpr[rcx] == found->ecx && gpr[rdx] == found->edx,
         "CPUID answers %llx %llx %llx %llx, not the leaf that vcpu_create was given",
         static_cast<unsigned long long>(gpr[rax]), static_cast<unsigned long long>(gpr[rbx]),
         static_cast<unsigned long long>(gpr[rcx]), static_cast<unsigned long long>(gpr[rdx]));
}

// A second virtual CPU of a guest, about to run the same code.
std::unique_ptr<VirtualCpu> add_vcpu(Guest &guest, uint32_t index) {
  auto cpu = std::make_unique<VirtualCpu>(guest.machine, index);
  enter_mode(*cpu, guest.memory, Mode::long64);
  return cpu;
}

void own_state(Context &context) {
  Guest guest(context, Mode::long64, {0x48, 0x01, 0xc8, 0xf4});  // add rax, rcx; hlt
  std::vector<std::unique_ptr<VirtualCpu>> others;
  for (uint32_t i = 1; i < std::min<uint32_t>(4, context.host.largest_vcpus); ++i) others.push_back(add_vcpu(guest, i));
  guest.reg(rax) = 100;
  for (uint32_t i = 0; i < others.size(); ++i) others[i]->state().gpr[rcx] = i + 1;
  for (int round = 1; round <= 3; ++round) {
    for (uint32_t i = 0; i < others.size(); ++i) {
      others[i]->state().rip = address::code;
      others[i]->run_to(VMP_EXIT_HALT, "an addition on another virtual CPU");
      expect(others[i]->state().gpr[rax] == round * (i + 1), "a virtual CPU's registers are not its own");
    }
  }
  guest.cpu.run_to(VMP_EXIT_HALT, "an addition on the first virtual CPU");
  expect(guest.reg(rax) == 100, "the first virtual CPU's registers are not its own");
}

// Each tells the other that it is there and waits for it: only two that run at once come to an end.
void at_once(Context &context) {
  // mov byte [rbx], 1; cmp byte [rcx], 1; jne back; hlt
  Guest guest(context, Mode::long64, {0xc6, 0x03, 0x01, 0x80, 0x39, 0x01, 0x75, 0xfb, 0xf4});
  const auto other = add_vcpu(guest, 1);
  guest.reg(rbx) = other->state().gpr[rcx] = address::data;
  guest.reg(rcx) = other->state().gpr[rbx] = address::data + 64;
  std::atomic<int> left{2};
  const auto work = [&left](VirtualCpu &cpu) {
    cpu.run();
    --left;
  };
  std::thread first(work, std::ref(guest.cpu)), second(work, std::ref(*other));
  using namespace std::chrono_literals;
  for (auto waited = 0ms; left > 0 && waited < 10'000ms; waited += 1ms) std::this_thread::sleep_for(1ms);
  const bool ended = left == 0;
  while (left > 0) {
    for (VirtualCpu *cpu : {&guest.cpu, other.get()}) cpu->request(VMP_REQUEST_STOP);
    std::this_thread::sleep_for(10ms);
  }
  first.join();
  second.join();
  expect(ended, "two virtual CPUs that wait for each other do not run at the same time");
  expect(guest.cpu.exit().kind == VMP_EXIT_HALT && other->exit().kind == VMP_EXIT_HALT, "they end with %s and %s",
         describe_exit(guest.cpu.exit()).c_str(), describe_exit(other->exit()).c_str());
}

// vcpu_create until it is refused.
void too_many(Context &context) {
  constexpr uint32_t most = 4096;  // beyond which a test takes too long
  if (context.host.largest_vcpus > most)
    throw Inapplicable{"the backend allows " + std::to_string(context.host.largest_vcpus) +
                       " virtual CPUs, more than a test can make"};
  VirtualMachine machine(context);
  std::vector<std::unique_ptr<VirtualCpu>> made;
  bool is_refused = false;
  try {
    while (made.size() <= context.host.largest_vcpus)
      made.push_back(std::make_unique<VirtualCpu>(machine, static_cast<uint32_t>(made.size())));
  } catch (const Failure &) {
    is_refused = true;
  }
  expect(is_refused, "more virtual CPUs than the %u of describe can be made", context.host.largest_vcpus);
  expect(made.size() >= 1, "not even one virtual CPU can be made");
}

uint64_t entries(const char *folder) {
  DIR *opened = ::opendir(folder);
  expect(opened != nullptr, "%s cannot be read", folder);
  uint64_t count = 0;
  while (::readdir(opened) != nullptr) ++count;
  ::closedir(opened);
  return count;
}

void leaves_nothing(Context &context) {
  constexpr uint64_t rounds = 50;
  const auto round = [&context] {
    Guest guest(context, Mode::long64, {0xf4});
    guest.cpu.run_to(VMP_EXIT_HALT, "HLT");
  };
  round();  // what is made once and kept
  const uint64_t descriptors = entries("/proc/self/fd"), threads = entries("/proc/self/task");
  for (uint64_t i = 0; i < rounds; ++i) round();
  // The process has a life beside the case: one of each a round is what would be left behind.
  const uint64_t descriptors_after = entries("/proc/self/fd"), threads_after = entries("/proc/self/task");
  expect(descriptors_after < descriptors + rounds / 2, "%llu virtual machines leave %llu descriptors open",
         static_cast<unsigned long long>(rounds), static_cast<unsigned long long>(descriptors_after - descriptors));
  expect(threads_after < threads + rounds / 2, "%llu virtual machines leave %llu threads behind",
         static_cast<unsigned long long>(rounds), static_cast<unsigned long long>(threads_after - threads));
}

void any_order(Context &context) {
  auto first = std::make_unique<Guest>(context, Mode::long64, Guest::Code{0xf4});
  auto second = std::make_unique<Guest>(context, Mode::long64, Guest::Code{0xf4});
  first.reset();
  second->cpu.run_to(VMP_EXIT_HALT, "HLT in one machine when another is gone");
  auto third = std::make_unique<Guest>(context, Mode::long64, Guest::Code{0xf4});
  second.reset();
  third->cpu.run_to(VMP_EXIT_HALT, "HLT in a machine that was made later");
}

constexpr uint32_t several = VMP_VIRTUALIZATION_SEVERAL_VCPUS;
constexpr Case cases[] = {
    {"identity says how many leaves there are where the room is too small", 0, identity_size},
    {"CPUID answers as the leaves given say", 0, identity_seen},
    {"each of several virtual CPUs has a state of its own", several, own_state},
    {"two virtual CPUs run at once", several, at_once},
    {"more virtual CPUs than there can be are refused", 0, too_many},
    {"virtual machines are destroyed in any order", 0, any_order},
    {"fifty virtual machines leave no descriptor and no thread behind", 0, leaves_nothing},
};

}  // namespace

constinit const Group limit_cases = {"limits", cases};

}  // namespace vmp::conformance

#include "core/machine/user_mode/system_area.h"

#include <sys/mman.h>

#include <cstring>
#include <initializer_list>

#include "core/machine/user_mode/vdso_image.h"
#include "vm_plugin/memory.h"

namespace vmp {
namespace {

// Offsets in the area.
constexpr uint64_t page = 0x1000;
constexpr uint64_t root_table = 0x0;
constexpr uint64_t arena_directories = 0x1000;  // the table of them: an entry for each GiB
constexpr uint64_t probe_root_table = 0x2000;
constexpr uint64_t probe_directories = 0x3000;
constexpr uint64_t own_directory = 0xe000;
constexpr uint64_t own_table = 0xf000;
constexpr uint64_t descriptors = 0x10000;
constexpr uint64_t interrupts = 0x11000;
constexpr uint64_t stub_page = 0x12000;
constexpr uint64_t vcpu_blocks = 0x13000;  // a page each: the task state below, the stack from the top
constexpr uint64_t time_page = 0x5d000;
constexpr uint64_t time_code = 0x5e000;
constexpr uint64_t call_page = 0x5f000;     // the stub of system calls
constexpr uint64_t probe_tables = 0x60000;  // a directory and a table for each probed page
constexpr uint64_t directories = 0x100000;  // one for each GiB of the arena
constexpr uint64_t gibibyte = uint64_t{1} << 30;
constexpr uint64_t own_index = SystemArea::base / gibibyte;

static_assert(SystemArea::ring_test >= SystemArea::system_call_stub + CallStub::size);
static_assert(SystemArea::stubs == SystemArea::base + stub_page);
static_assert(SystemArea::root == SystemArea::base + root_table);
static_assert(SystemArea::probe_root == SystemArea::base + probe_root_table);
static_assert(SystemArea::system_call_stub == SystemArea::base + call_page);
static_assert(SystemArea::clock_page == SystemArea::base + time_page &&
              SystemArea::vdso == SystemArea::base + time_code);
static_assert(vcpu_blocks + SystemArea::largest_vcpus * page <= time_page && call_page + page <= probe_tables);
static_assert(probe_tables + 2 * SystemArea::most_probed * page <= directories);
static_assert(directories + own_index * page <= SystemArea::size);

// Bits of an entry (volume 3, section 4.5). Accessed and dirty are set beforehand, so that the processor writes
// nothing.
constexpr uint64_t present = 1, writable = 2, user = 4, accessed = 0x20, dirty = 0x40, large = 0x80;

// The task state (volume 3, section 7.7) with a port bitmap that lets ring 3 write to one port: some hypervisors leave
// the processor in ring 3 in the stub of system calls. Where a write came from is checked.
constexpr uint64_t task_size = 104;
constexpr uint64_t task_stack = 4, task_bitmap = 102;  // offsets
constexpr uint64_t bitmap_bytes = SystemArea::system_call_port / 8 + 1;
constexpr uint64_t task_limit = task_size + bitmap_bytes;  // a byte of ones ends the bitmap

// Attributes as vmp_x86_64_segment has them.
constexpr uint16_t code_attributes = 0xa0fb, data_attributes = 0xc0f3, task_attributes = 0x008b, unusable = 0x0100;

// Volume 3, sections 2.5 and 2.2.1; volume 4, table 2-2.
constexpr uint64_t cr0_bits = 0x80050033;  // PG AM WP NE ET MP PE
constexpr uint64_t cr4_bits = 0x6a0;       // OSXMMEXCPT OSFXSR PGE PAE
constexpr uint64_t efer_bits = 0xd01;      // NXE LMA LME SCE
constexpr uint64_t star_bits = uint64_t{SystemArea::user_data - 8} << 48 | uint64_t{SystemArea::kernel_code} << 32;
constexpr uint64_t sfmask_bits = 0x47700;  // AC NT IOPL DF IF TF

constexpr uint64_t block(uint32_t index) { return vcpu_blocks + index * page; }

void emit(uint8_t *&at, std::initializer_list<uint8_t> bytes) {
  for (const uint8_t byte : bytes) *at++ = byte;
}

}  // namespace

std::unique_ptr<SystemArea> SystemArea::create() {
  void *memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  // A dozen of its pages are used: a large one would be cleared, and held, for each virtual machine.
  madvise(memory, size, MADV_NOHUGEPAGE);
  std::unique_ptr<SystemArea> area(new SystemArea(static_cast<uint8_t *>(memory)));
  area->restore();
  return area;
}

SystemArea::~SystemArea() { munmap(memory_, size); }

void SystemArea::build() {
  table(root_table)[0] = (base + arena_directories) | present | writable | user | accessed;
  for (uint64_t i = 0; i < own_index; ++i)
    table(arena_directories)[i] = (base + directories + i * page) | present | writable | user | accessed;
  // What ring 3 may reach is said by the last entry of the four.
  table(arena_directories)[own_index] = (base + own_directory) | present | writable | user | accessed;
  table(own_directory)[0] = (base + own_table) | present | writable | user | accessed;
  for (uint64_t at = descriptors; at < time_page; at += page)
    table(own_table)[at / page] = (base + at) | present | (at == stub_page ? 0 : writable) | accessed | dirty;
  for (const uint64_t at : {time_page, time_code, call_page}) {
    const bool is_programs = at != call_page || !stub_is_forbidden_;
    table(own_table)[at / page] = (base + at) | present | (is_programs ? user : 0) | accessed | dirty;
  }
  write_vdso({memory_ + time_code, page});

  table(probe_root_table)[0] = (base + probe_directories) | present | writable | user | accessed;
  table(probe_directories)[own_index] = (base + own_directory) | present | writable | user | accessed;

  // Segments (volume 3, section 3.4.5), where SYSCALL and SYSRET want them.
  table(descriptors)[kernel_code / 8] = 0x00af9b000000ffff;
  table(descriptors)[kernel_data / 8] = 0x00cf93000000ffff;
  table(descriptors)[user_data / 8] = 0x00cff3000000ffff;
  table(descriptors)[user_code / 8] = 0x00affb000000ffff;

  CallStub::write(memory_ + call_page, system_call_port, stub_is_forbidden_);
  uint8_t *code = memory_ + (ring_test - base);
  emit(code, {0x0f, 0x05});  // syscall
  code = memory_ + (return_stub - base);
  emit(code, {0x48, 0xcf});  // iretq
  for (uint32_t vector = 0; vector < vectors; ++vector) {
    const uint64_t handler = handlers + vector * handler_size;
    code = memory_ + (handler - base);
    emit(code, {0xe6, static_cast<uint8_t>(exception_port + vector), 0x0f, 0x0b});  // out imm8, al; ud2: never goes on
    // An interrupt gate of 64 bits (volume 3, section 6.14.1); INT3 and INTO may be used by ring 3.
    const uint64_t ring = vector == 3 || vector == 4 ? 3 : 0;
    uint64_t *gate = table(interrupts) + vector * 2;
    gate[0] =
        (handler & 0xffff) | uint64_t{kernel_code} << 16 | (0x8e | ring << 5) << 40 | (handler >> 16 & 0xffff) << 48;
    gate[1] = handler >> 32;
  }
}

void SystemArea::cover(uint64_t address, uint64_t bytes) {
  for (const uint64_t end = address + bytes; address < end; address += large_page) {
    uint64_t &entry = table(directories + address / gibibyte * page)[address % gibibyte / large_page];
    __atomic_store_n(&entry, address | present | writable | user | accessed | dirty | large, __ATOMIC_RELEASE);
  }
}

SystemArea::Frame &SystemArea::frame(uint32_t index) const {
  return *reinterpret_cast<Frame *>(memory_ + (frame_address(index) - base));
}

uint64_t SystemArea::frame_address(uint32_t index) { return base + block(index) + page - sizeof(Frame); }

void SystemArea::initialize(vmp_x86_64_state &state, uint32_t index) const {
  uint8_t *task = memory_ + block(index);
  const uint64_t stack = base + block(index) + page;
  std::memcpy(task + task_stack, &stack, sizeof stack);
  const uint16_t bitmap = task_size;
  std::memcpy(task + task_bitmap, &bitmap, sizeof bitmap);
  std::memset(task + task_size, 0xff, bitmap_bytes + 1);
  if (!stub_is_forbidden_) task[task_size + system_call_port / 8] = static_cast<uint8_t>(~(1u << system_call_port % 8));

  const vmp_x86_64_segment data{0, 0xffffffff, user_data, data_attributes};
  state.cs = {0, 0xffffffff, user_code, code_attributes};
  state.ds = state.es = state.fs = state.gs = state.ss = data;
  state.tr = {base + block(index), static_cast<uint32_t>(task_limit), 0x30, task_attributes};
  state.ldt = {0, 0, 0, unusable};
  state.gdt_base = base + descriptors;
  state.gdt_limit = 8 * 8 - 1;
  state.idt_base = base + interrupts;
  state.idt_limit = vectors * 16 - 1;
  state.cr0 = cr0_bits;
  state.cr2 = 0;
  state.cr3 = root;
  state.cr4 = cr4_bits;
  state.cr8 = 0;
  state.efer = efer_bits;
  state.kernel_gs_base = 0;
  state.star = star_bits;
  state.lstar = system_call_stub;
  state.cstar = 0;
  state.sfmask = sfmask_bits;
}

void SystemArea::restore() {
  build();
  set_answers({});
}

void SystemArea::set_answers(std::span<const vmp_call_answer> answers) {
  CallStub::set_answers(memory_ + call_page, answers);
}

void SystemArea::forbid_stub() {
  stub_is_forbidden_ = true;
  build();
}

void SystemArea::probe(std::span<const ProbedPage> pages) {
  // Two tables for each page; what two pages have in common is found again.
  uint64_t used = 0;
  std::memset(table(probe_directories), 0, own_index * sizeof(uint64_t));
  const auto below = [&](uint64_t &entry) {
    if ((entry & present) == 0) {
      const uint64_t fresh = probe_tables + used++ * page;
      std::memset(memory_ + fresh, 0, page);
      entry = (base + fresh) | present | writable | user | accessed;
    }
    return table((entry & ~(page - 1)) - base);
  };
  for (const ProbedPage &one : pages) {
    const uint64_t address = one.address / page * page;
    uint64_t *directory = below(table(probe_directories)[address / gibibyte]);
    uint64_t *entries = below(directory[address % gibibyte / large_page]);
    const uint64_t write = one.access == VMP_PROTECTION_WRITE ? writable : 0;
    entries[address % large_page / page] = address | present | write | user | accessed | dirty;
  }
}

}  // namespace vmp

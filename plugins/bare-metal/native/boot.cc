#include "boot.h"

#include <algorithm>
#include <array>
#include <vector>

namespace vmp_bare_metal {
namespace {

// Attributes as vmp_x86_64_segment has them: accessed code and data, a busy task state (Intel SDM volume 3, 3.4.5).
constexpr uint16_t code16 = 0x009b, data16 = 0x0093, code32 = 0xc09b, code64 = 0xa09b, data32 = 0xc093, task = 0x008b;
constexpr uint16_t code_selector = 8, data_selector = 16, task_selector = 24;
constexpr uint32_t task_limit = 0x67, whole_limit = 0xffffffff, real_limit = 0xffff;
constexpr uint64_t real_stack = 0x7000;

// Volume 3, sections 2.5 and 2.2.1.
constexpr uint64_t protection_enable = 1, monitor = 2, extension_type = 0x10, numeric_error = 0x20;
constexpr uint64_t paging = uint64_t{1} << 31;
constexpr uint64_t physical_address_extension = 0x20, floating_point_save = 0x600;  // OSFXSR, OSXMMEXCPT
constexpr uint64_t long_mode = 0x500;                                               // LME, LMA

// Xen, include/public/arch-x86/hvm/start_info.h.
struct StartInformation {
  uint32_t magic, version, flags, modules;
  uint64_t module_list, command_line, root_pointer, memory_map;
  uint32_t memory_map_entries, reserved;
};
struct MemoryMapEntry {
  uint64_t address, size;
  uint32_t type, reserved;
};
constexpr uint32_t start_magic = 0x336ec578, start_version = 1, type_memory = 1;

constexpr uint64_t most_entries = (boot_area::command_line - boot_area::memory_map) / sizeof(MemoryMapEntry);
constexpr uint64_t longest_command_line = 4095;

uint64_t descriptor(uint16_t attributes, uint32_t limit) {
  const uint32_t units = (attributes & 0x8000) != 0 ? limit >> 12 : limit;  // of pages where the granularity says so
  return (units & 0xffff) | uint64_t{attributes & 0xffu} << 40 | uint64_t{units >> 16 & 15} << 48 |
         uint64_t{attributes & 0xf000u} << 40;
}

// Volume 3, section 4.5: pages of 2 MiB.
std::vector<uint64_t> page_tables() {
  constexpr uint64_t entries = 512, page = 0x1000, directories = 4, large_page = 2 << 20;
  constexpr uint64_t present_writable_user = 7, large = 0x80;
  std::vector<uint64_t> tables(entries * (2 + directories));
  constexpr uint64_t level3 = boot_area::page_tables + page, level2 = level3 + page;
  tables[0] = level3 | present_writable_user;
  for (uint64_t i = 0; i < directories; ++i) tables[entries + i] = (level2 + i * page) | present_writable_user;
  for (uint64_t i = 0; i < directories * entries; ++i)
    tables[2 * entries + i] = i * large_page | present_writable_user | large;
  return tables;
}

}  // namespace

vmp_status write_boot_area(const vmp_memory_service &memory, vmp_address_space *space, Mode mode, const MemoryMap &map,
                           const std::string &command_line, vmp_error *error) {
  if (command_line.size() > longest_command_line) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "COMMAND_LINE_TOO_LONG",
                "the command line has %zu bytes; it may have %llu", command_line.size(),
                static_cast<unsigned long long>(longest_command_line));
  }
  std::vector<MemoryMapEntry> entries;
  for (const Range &range : map.ranges()) entries.push_back({range.address, range.size, type_memory, 0});
  if (entries.size() > most_entries) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "MEMORY_MAP_TOO_LONG",
                "devices cut memory into %zu parts; there may be %llu", entries.size(),
                static_cast<unsigned long long>(most_entries));
  }
  const uint16_t code = mode == Mode::long64 ? code64 : code32;
  const std::array<uint64_t, 4> descriptors = {0, descriptor(code, whole_limit), descriptor(data32, whole_limit),
                                               descriptor(task, task_limit)};
  const StartInformation information = {start_magic,
                                        start_version,
                                        0,
                                        0,
                                        0,
                                        boot_area::command_line,
                                        0,
                                        boot_area::memory_map,
                                        static_cast<uint32_t>(entries.size()),
                                        0};
  const auto put = [&](uint64_t address, const void *from, uint64_t size) {
    return memory.populate(space, address, from, size, error);
  };
  vmp_status status = put(boot_area::descriptors, descriptors.data(), sizeof descriptors);
  if (status == VMP_OK) status = put(boot_area::start_information, &information, sizeof information);
  if (status == VMP_OK) status = put(boot_area::memory_map, entries.data(), entries.size() * sizeof entries[0]);
  if (status == VMP_OK) status = put(boot_area::command_line, command_line.c_str(), command_line.size() + 1);
  if (status != VMP_OK || mode != Mode::long64) return status;
  const std::vector<uint64_t> tables = page_tables();
  return put(boot_area::page_tables, tables.data(), tables.size() * sizeof tables[0]);
}

void enter(vmp_x86_64_state &state, Mode mode, uint64_t entry) {
  std::fill(std::begin(state.gpr), std::end(state.gpr), 0);
  state.rflags = 2;
  uint64_t &rbx = state.gpr[3], &rsp = state.gpr[4];
  vmp_x86_64_segment data = {0, real_limit, 0, data16};
  if (mode == Mode::real) {
    // The segment that begins at the entry's paragraph, but for what lies in the first 64 KiB.
    const uint64_t base = entry <= real_limit ? 0 : entry & ~uint64_t{15};
    state.cs = {base, real_limit, static_cast<uint16_t>(base >> 4), code16};
    state.rip = entry - base;
    rsp = real_stack;
  } else {
    const bool is_long = mode == Mode::long64;
    state.cs = {0, whole_limit, code_selector, is_long ? code64 : code32};
    data = {0, whole_limit, data_selector, data32};
    state.tr = {0, task_limit, task_selector, task};
    state.gdt_base = boot_area::descriptors;
    state.gdt_limit = task_selector + 7;
    state.idt_base = state.idt_limit = 0;
    state.cr0 = protection_enable | extension_type;
    state.cr4 = 0;
    if (is_long) {
      state.cr0 |= monitor | numeric_error | paging;
      state.cr3 = boot_area::page_tables;
      state.cr4 = physical_address_extension | floating_point_save;
      state.efer = long_mode;
    }
    state.rip = entry;
    rsp = boot_area::stack;
    rbx = boot_area::start_information;
  }
  state.ds = state.es = state.fs = state.gs = state.ss = data;
}

}  // namespace vmp_bare_metal

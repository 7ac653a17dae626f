// Starts the guest: its memory, what is loaded into it, and its virtual CPUs.
#include <algorithm>

#include "boot.h"
#include "personality.h"

namespace vmp_bare_metal {
namespace {

constexpr uint64_t real_load_address = 0x7c00, load_address = 1 << 20;
constexpr uint64_t real_end = 1 << 20, low_end = uint64_t{4} << 30;

using Number = unsigned long long;

vmp_x86_64_state &state_of(vmp_vcpu *vcpu) {
  return *reinterpret_cast<vmp_x86_64_state *>(reinterpret_cast<uint8_t *>(vcpu) + VMP_VCPU_STATE_OFFSET);
}

// The arguments but the first, which is the image's name.
std::string command_line_of(const vmp_spawn &request) {
  std::string line;
  for (uint64_t i = 1; i < request.argument_count; ++i) {
    if (i > 1) line += ' ';
    line += view(request.arguments[i]);
  }
  return line;
}

}  // namespace

vmp_status Personality::choose_image(const ImageFile &file, Image &image, vmp_error *error) const {
  const bool has_elf = settings_.mode == Mode::pvh || (settings_.mode != Mode::real && is_elf(file));
  if (!has_elf) {
    image.mode = settings_.mode == Mode::automatic ? Mode::long64 : settings_.mode;
    const uint64_t address =
        settings_.load_address.value_or(image.mode == Mode::real ? real_load_address : load_address);
    image.segments = {{0, address, file.size(), file.size()}};
    image.entry = settings_.entry.value_or(address);
    return VMP_OK;
  }
  ElfKernel kernel;
  if (const vmp_status status = read_elf(file, kernel, error); status != VMP_OK) return status;
  image.mode = settings_.mode == Mode::automatic ? Mode::pvh : settings_.mode;
  if (image.mode == Mode::pvh && !kernel.pvh_entry) {
    return fail(
        error, VMP_ERROR_PLUGIN, "PVH_NOTE_MISSING",
        "the image has no note XEN_ELFNOTE_PHYS32_ENTRY; to enter it at e_entry 0x%llx set mode to protected or long",
        static_cast<Number>(kernel.entry));
  }
  image.segments = std::move(kernel.segments);
  image.entry = settings_.entry.value_or(image.mode == Mode::pvh ? *kernel.pvh_entry : kernel.entry);
  return VMP_OK;
}

vmp_status Personality::check_image(const Image &image, const MemoryMap &map, vmp_error *error) const {
  const bool is_real = image.mode == Mode::real;
  for (const Segment &segment : image.segments) {
    const Range range = {segment.address, segment.size};
    if (!map.has(range)) {
      return fail(error, VMP_ERROR_PLUGIN, "IMAGE_OUTSIDE_MEMORY",
                  "0x%llx bytes of the image at offset 0x%llx belong to address 0x%llx, where the guest's memory of "
                  "0x%llx bytes has no room",
                  static_cast<Number>(segment.size), static_cast<Number>(segment.offset),
                  static_cast<Number>(segment.address), static_cast<Number>(map.end()));
    }
    if (!is_real && segment.address < boot_area::end && segment.address + segment.size > boot_area::begin) {
      return fail(error, VMP_ERROR_PLUGIN, "IMAGE_IN_BOOT_AREA",
                  "the image's address 0x%llx: from 0x%llx to 0x%llx the guest finds what it boots with",
                  static_cast<Number>(segment.address), static_cast<Number>(boot_area::begin),
                  static_cast<Number>(boot_area::end));
    }
  }
  if (!is_real && !map.has(boot_area::whole)) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "BOOT_AREA_HIDDEN",
                "a device has its registers between 0x%llx and 0x%llx, where the guest finds what it boots with",
                static_cast<Number>(boot_area::begin), static_cast<Number>(boot_area::end));
  }
  if (!map.has({image.entry, 1}) || image.entry >= (is_real ? real_end : low_end)) {
    return fail(error, VMP_ERROR_PLUGIN, "ENTRY_INVALID", "the entry 0x%llx is not in memory below 0x%llx",
                static_cast<Number>(image.entry), static_cast<Number>(is_real ? real_end : low_end));
  }
  return VMP_OK;
}

vmp_status Personality::choose_memory(MemoryMap &map, vmp_error *error) const {
  const uint64_t there = services_.machine->memory(machine_)->size;
  const uint64_t wanted = settings_.memory.value_or(there);
  if (wanted > there) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "MEMORY_TOO_LARGE",
                "memory is %llu bytes, and the machine has %llu: give it more with --memory",
                static_cast<Number>(wanted), static_cast<Number>(there));
  }
  map = MemoryMap(wanted, hidden_);
  return VMP_OK;
}

vmp_status Personality::make_space(const vmp_spawn &request, const ImageFile &file, const Image &image,
                                   const MemoryMap &map, vmp_error *error) {
  const vmp_memory_service &memory = *services_.memory;
  vmp_status status = memory.space_create(machine_, request.run, map.end(), &space_, error);
  if (status != VMP_OK) return status;
  constexpr uint32_t all = VMP_PROTECTION_READ | VMP_PROTECTION_WRITE | VMP_PROTECTION_EXECUTE;
  for (const Range &range : map.ranges()) {
    status = memory.map(space_, range.address, range.size, all, 0, 0, error);
    if (status != VMP_OK) return status;
  }
  for (const Segment &segment : image.segments) {
    status = file.load(segment.offset, segment.file_size, memory, space_, segment.address, error);
    if (status != VMP_OK) return status;
  }
  if (image.mode == Mode::real) return VMP_OK;
  return write_boot_area(memory, space_, image.mode, map, command_line_of(request), error);
}

vmp_status Personality::make_vcpus(uint32_t run, const Image &image, vmp_vcpu **first, vmp_error *error) {
  const vmp_machine_service &machine = *services_.machine;
  if (settings_.interrupt_controller) {
    for (const uint32_t device : {VMP_HARDWARE_INTERRUPT_CONTROLLER, VMP_HARDWARE_TIMER}) {
      const vmp_status status = machine.hardware_create(space_, device, error);
      if (status != VMP_OK) return status;
    }
  }
  std::vector<vmp_vcpu *> made;
  for (uint32_t i = 0; i < settings_.cpus; ++i) {
    vmp_vcpu *vcpu = nullptr;
    if (const vmp_status status = machine.vcpu_create(machine_, run, space_, &vcpu, error); status != VMP_OK) {
      std::for_each(made.rbegin(), made.rend(), [&](vmp_vcpu *one) { machine.vcpu_destroy(one); });
      return status;
    }
    made.push_back(vcpu);
  }
  *first = made.front();
  enter(state_of(*first), image.mode, image.entry);
  machine.vcpu_store(*first, VMP_STATE_SYSTEM);
  made.erase(made.begin());
  start_others(run, made);
  return VMP_OK;
}

// They wait for the first one's INIT and startup interrupts. When the host has no thread for one, the run ends: those
// that are started cannot be taken back.
void Personality::start_others(uint32_t run, const std::vector<vmp_vcpu *> &others) {
  const vmp_machine_service &machine = *services_.machine;
  bool starts = true;
  for (vmp_vcpu *vcpu : others) {
    vmp_error refusal{};
    refusal.struct_size = sizeof refusal;
    if (starts && machine.vcpu_start(vcpu, &refusal) == VMP_OK) continue;
    if (starts) {
      const std::string_view message = refusal.message;
      machine.run_limit(machine_, run, {"threads", 7}, {message.data(), message.size()});
    }
    starts = false;
    machine.vcpu_destroy(vcpu);
  }
}

vmp_status Personality::spawn(const vmp_spawn &request, vmp_vcpu **vcpu, uint32_t *process, vmp_error *error) {
  ImageFile file(request.program);  // ours, whatever happens
  drop_space();                     // the last guest's; the machine has one at a time
  Image image{};
  MemoryMap map(0, {});
  vmp_status status = file.open(error);
  if (status == VMP_OK) status = choose_image(file, image, error);
  if (status == VMP_OK) status = choose_memory(map, error);
  if (status == VMP_OK) status = check_image(image, map, error);
  if (status == VMP_OK) status = make_space(request, file, image, map, error);
  run_ = request.run;
  if (status == VMP_OK) status = make_vcpus(request.run, image, vcpu, error);
  if (status == VMP_OK)
    *process = guest_process;
  else
    drop_space();
  return status;
}

}  // namespace vmp_bare_metal

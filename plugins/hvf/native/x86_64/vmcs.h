// Fields of the VMCS, its controls and exit reasons (Intel SDM volume 3, chapter 24, appendices B and C).
#pragma once
#include <cstdint>

namespace vmp::hvf::vmcs {

enum Field : uint32_t {
  guest_physical_address = 0x2400,
  guest_pat = 0x2804,
  guest_pdpte0 = 0x280a,
  pin_controls = 0x4000,
  primary_controls = 0x4002,
  exception_bitmap = 0x4004,
  exit_controls = 0x400c,
  entry_controls = 0x4012,
  entry_interruption = 0x4016,
  entry_error_code = 0x4018,
  entry_instruction_length = 0x401a,
  secondary_controls = 0x401e,
  exit_reason = 0x4402,
  vectoring_information = 0x4408,
  vectoring_error_code = 0x440a,
  instruction_length = 0x440c,
  guest_interruptibility = 0x4824,
  qualification = 0x6400,
  guest_dr7 = 0x681a,
};

// Sections 24.6.1, 24.6.2, 24.8.1.
constexpr uint64_t pin_external_interrupt = 1u << 0, pin_nmi = 1u << 3, pin_virtual_nmis = 1u << 5;
constexpr uint64_t interrupt_window = 1u << 2, tsc_offset = 1u << 3, hlt_exiting = 1u << 7, mwait_exiting = 1u << 10,
                   rdpmc_exiting = 1u << 11, cr8_load_exiting = 1u << 19, cr8_store_exiting = 1u << 20,
                   io_exiting = 1u << 24, monitor_trap = 1u << 27, monitor_exiting = 1u << 29, use_secondary = 1u << 31;
constexpr uint64_t enable_rdtscp = 1u << 3, unrestricted_guest = 1u << 7, enable_invpcid = 1u << 12;
constexpr uint64_t entry_load_efer = 1u << 15;
constexpr uint64_t exit_save_efer = 1u << 20, exit_load_efer = 1u << 21, exit_host_64 = 1u << 9;

// Section 24.4.2: blocking by STI and by MOV SS. Sections 24.8.3, 24.9.3.
constexpr uint64_t blocking = 3, interruption_valid = 1u << 31, interruption_error_code = 1u << 11;
enum InterruptionType : uint64_t { external_interrupt = 0, hardware_exception = 3 << 8 };

enum ExitReason : uint32_t {
  exception_or_nmi = 0,
  external = 1,
  triple_fault = 2,
  window = 7,
  cpuid = 10,
  hlt = 12,
  invd = 13,
  rdpmc = 15,
  vmcall = 18,
  vmxon = 27,
  control_register = 28,
  io_instruction = 30,
  rdmsr = 31,
  wrmsr = 32,
  invalid_guest_state = 33,
  mwait = 36,
  monitor_trap_flag = 37,
  monitor = 39,
  ept_violation = 48,
  wbinvd = 54,
  xsetbv = 55,
};

// EPT violations (table 27-7).
constexpr uint64_t violation_write = 1u << 1, violation_fetch = 1u << 2, violation_of_access = 1u << 8;

constexpr unsigned invalid_opcode = 6, general_protection = 13;

}  // namespace vmp::hvf::vmcs

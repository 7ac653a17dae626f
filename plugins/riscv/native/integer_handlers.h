// The handlers of operations on x registers and of plain accesses: shapes, filled from the lists of integer.h,
// multiply.h and bit_manipulation.h. EXECUTE_ runs the slot s, alone or after n instructions of a pair.
#pragma once
#include "bit_manipulation.h"
#include "dispatch.h"
#include "multiply.h"

// clang-format off
// first: FROM_REGISTER or FROM_HELD.
#define EXECUTE_REGISTERS(name, s, first) HOLD(s, compute::name(first(s), x[(s)->rs2]))
#define EXECUTE_IMMEDIATES(name, s, first) HOLD(s, compute::name(first(s), IMMEDIATE(s)))
#define EXECUTE_LOADS(type, s, n, first) do { \
    address = first(s) + IMMEDIATE(s); \
    CHECK_BOUNDS(s, n, sizeof(type)); \
    SETTLE(s, n); \
    HOLD(s, static_cast<uint64_t>(guest_load<type>(base + address))); \
  } while (0)
#define EXECUTE_STORES(type, s, n, first) do { \
    address = first(s) + IMMEDIATE(s); \
    CHECK_BOUNDS(s, n, sizeof(type)); \
    SETTLE(s, n); \
    guest_store<type>(base + address, static_cast<type>(x[(s)->rs2])); \
  } while (0)
// Linked, in either direction.
#define EXECUTE_BRANCHES(name, s, n, first) \
    if (compute::name(first(s), x[(s)->rs2])) do { \
      retired += (n) + 1; \
      MOVE_NEAR(s); \
      POLL(); \
      DISPATCH(); \
    } while (0)

#define BOTH_WAYS(name, execute, ...) \
  do_##name: execute(__VA_ARGS__, FROM_REGISTER); NEXT(); \
  do_##name##_chained: execute(__VA_ARGS__, FROM_HELD); NEXT();
#define REGISTERS(name, value) BOTH_WAYS(name, EXECUTE_REGISTERS, name, ip)
#define IMMEDIATES(name, value) BOTH_WAYS(name, EXECUTE_IMMEDIATES, name, ip)
#define EXECUTE_UNARIES(name, s, first) HOLD(s, compute::name(first(s), 0))
#define UNARIES(name, value) BOTH_WAYS(name, EXECUTE_UNARIES, name, ip)
#define LOADS(name, type) BOTH_WAYS(name, EXECUTE_LOADS, type, ip, 0)
#define STORES(name, type) do_##name: EXECUTE_STORES(type, ip, 0, FROM_REGISTER); NEXT();
// Three handlers each: not linked, and linked forward, which needs no poll, and backward.
#define BRANCHES(name, condition) \
  do_##name: \
    if (compute::name(x[ip->rs1], x[ip->rs2])) { target = PC() + IMMEDIATE(ip); ++retired; goto jump_and_link; } \
    NEXT(); \
  do_##name##_forward: \
    if (compute::name(x[ip->rs1], x[ip->rs2])) { ++retired; MOVE_NEAR(ip); DISPATCH(); } \
    NEXT(); \
  do_##name##_backward: \
    EXECUTE_BRANCHES(name, ip, 0, FROM_REGISTER); \
    NEXT();

#define INTEGER_HANDLERS() \
  VM_PLUGIN_RISCV_INTEGER_REGISTERS(REGISTERS) \
  VM_PLUGIN_RISCV_INTEGER_IMMEDIATES(IMMEDIATES) \
  VM_PLUGIN_RISCV_LOADS(LOADS) \
  VM_PLUGIN_RISCV_STORES(STORES) \
  VM_PLUGIN_RISCV_BRANCHES(BRANCHES)
#define MULTIPLY_HANDLERS() VM_PLUGIN_RISCV_MULTIPLY_REGISTERS(REGISTERS)
#define BIT_MANIPULATION_HANDLERS() \
  VM_PLUGIN_RISCV_BIT_REGISTERS(REGISTERS) \
  VM_PLUGIN_RISCV_BIT_IMMEDIATES(IMMEDIATES) \
  VM_PLUGIN_RISCV_BIT_UNARIES(UNARIES)
// clang-format on

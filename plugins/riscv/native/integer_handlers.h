// The handlers of operations on x registers and of plain accesses: shapes, filled from the lists of integer.h,
// multiply.h and bit_manipulation.h.
#pragma once
#include "bit_manipulation.h"
#include "dispatch.h"
#include "multiply.h"

// clang-format off
#define REGISTERS(name, value, length) \
  do_##name##_##length: { const uint64_t a = x[ip->rs1], b = x[ip->rs2]; x[ip->rd] = (value); } NEXT(length);
#define IMMEDIATES(name, value, length) \
  do_##name##_##length: { const uint64_t a = x[ip->rs1], b = IMMEDIATE(); x[ip->rd] = (value); } NEXT(length);
#define UNARIES(name, value) \
  do_##name##_4: { const uint64_t a = x[ip->rs1]; x[ip->rd] = (value); } NEXT(4);

#define LOADS(name, type, length) \
  do_##name##_##length: \
    address = x[ip->rs1] + IMMEDIATE(); \
    CHECK_BOUNDS(sizeof(type)); \
    SETTLE(); \
    x[ip->rd] = static_cast<uint64_t>(guest_load<type>(base + address)); \
    NEXT(length);
#define STORES(name, type, length) \
  do_##name##_##length: \
    address = x[ip->rs1] + IMMEDIATE(); \
    CHECK_BOUNDS(sizeof(type)); \
    SETTLE(); \
    guest_store<type>(base + address, static_cast<type>(x[ip->rs2])); \
    NEXT(length);

// Three handlers each: to another page, and forward and backward in this one.
#define BRANCHES(name, condition, length) \
  do_##name##_##length: { const uint64_t a = x[ip->rs1], b = x[ip->rs2]; \
    if (condition) { target = PC() + IMMEDIATE(); ++retired; goto jump; } } NEXT(length); \
  do_##name##_forward_##length: { const uint64_t a = x[ip->rs1], b = x[ip->rs2]; \
    if (condition) { ++retired; MOVE_NEAR(); DISPATCH(); } } NEXT(length); \
  do_##name##_backward_##length: { const uint64_t a = x[ip->rs1], b = x[ip->rs2]; \
    if (condition) { ++retired; MOVE_NEAR(); POLL(); DISPATCH(); } } NEXT(length);

#define REGISTERS_4(name, value) REGISTERS(name, value, 4)
#define REGISTERS_BOTH(name, value) REGISTERS(name, value, 4) REGISTERS(name, value, 2)
#define IMMEDIATES_4(name, value) IMMEDIATES(name, value, 4)
#define IMMEDIATES_BOTH(name, value) IMMEDIATES(name, value, 4) IMMEDIATES(name, value, 2)
#define LOADS_4(name, type) LOADS(name, type, 4)
#define LOADS_BOTH(name, type) LOADS(name, type, 4) LOADS(name, type, 2)
#define STORES_4(name, type) STORES(name, type, 4)
#define STORES_BOTH(name, type) STORES(name, type, 4) STORES(name, type, 2)
#define BRANCHES_4(name, condition) BRANCHES(name, condition, 4)
#define BRANCHES_BOTH(name, condition) BRANCHES(name, condition, 4) BRANCHES(name, condition, 2)

#define INTEGER_HANDLERS() \
  VM_PLUGIN_RISCV_INTEGER_REGISTERS(REGISTERS_4, REGISTERS_BOTH) \
  VM_PLUGIN_RISCV_INTEGER_IMMEDIATES(IMMEDIATES_4, IMMEDIATES_BOTH) \
  VM_PLUGIN_RISCV_LOADS(LOADS_4, LOADS_BOTH) \
  VM_PLUGIN_RISCV_STORES(STORES_4, STORES_BOTH) \
  VM_PLUGIN_RISCV_BRANCHES(BRANCHES_4, BRANCHES_BOTH)
#define MULTIPLY_HANDLERS() VM_PLUGIN_RISCV_MULTIPLY_REGISTERS(REGISTERS_4)
#define BIT_MANIPULATION_HANDLERS() \
  VM_PLUGIN_RISCV_BIT_REGISTERS(REGISTERS_4) \
  VM_PLUGIN_RISCV_BIT_IMMEDIATES(IMMEDIATES_4) \
  VM_PLUGIN_RISCV_BIT_UNARIES(UNARIES)
// clang-format on

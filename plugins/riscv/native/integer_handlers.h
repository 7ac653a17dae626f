// The handlers of operations on x registers and of plain accesses: shapes, filled from the lists of integer.h,
// multiply.h and bit_manipulation.h.
#pragma once
#include "bit_manipulation.h"
#include "dispatch.h"
#include "multiply.h"

// clang-format off
#define REGISTERS(name, value) \
  do_##name: { const uint64_t a = x[ip->rs1], b = x[ip->rs2]; x[ip->rd] = (value); } NEXT();
#define IMMEDIATES(name, value) \
  do_##name: { const uint64_t a = x[ip->rs1], b = IMMEDIATE(); x[ip->rd] = (value); } NEXT();
#define UNARIES(name, value) \
  do_##name: { const uint64_t a = x[ip->rs1]; x[ip->rd] = (value); } NEXT();

#define LOADS(name, type) \
  do_##name: \
    address = x[ip->rs1] + IMMEDIATE(); \
    CHECK_BOUNDS(sizeof(type)); \
    SETTLE(); \
    x[ip->rd] = static_cast<uint64_t>(guest_load<type>(base + address)); \
    NEXT();
#define STORES(name, type) \
  do_##name: \
    address = x[ip->rs1] + IMMEDIATE(); \
    CHECK_BOUNDS(sizeof(type)); \
    SETTLE(); \
    guest_store<type>(base + address, static_cast<type>(x[ip->rs2])); \
    NEXT();

// Three handlers each: not linked, and linked forward and backward.
#define BRANCHES(name, condition) \
  do_##name: { const uint64_t a = x[ip->rs1], b = x[ip->rs2]; \
    if (condition) { target = PC() + IMMEDIATE(); ++retired; goto jump_and_link; } } NEXT(); \
  do_##name##_forward: { const uint64_t a = x[ip->rs1], b = x[ip->rs2]; \
    if (condition) { ++retired; MOVE_NEAR(); DISPATCH(); } } NEXT(); \
  do_##name##_backward: { const uint64_t a = x[ip->rs1], b = x[ip->rs2]; \
    if (condition) { ++retired; MOVE_NEAR(); POLL(); DISPATCH(); } } NEXT();

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

// The handlers of the A extension, filled from the list of atomic.h.
#pragma once
#include "atomic.h"
#include "dispatch.h"

// clang-format off
// `cell` is the memory, checked, with the state ready for a fault.
#define ATOMIC_CELL(type) \
    address = x[ip->rs1]; \
    if (address % sizeof(type) != 0) [[unlikely]] goto misaligned; \
    CHECK_BOUNDS(ip, 0, sizeof(type)); \
    SETTLE(ip, 0); \
    type *const cell = guest_atomic<type>(base + address)

#define ATOMICS(name, type, expression) \
  do_##name: { \
    ATOMIC_CELL(type); \
    const type b = static_cast<type>(x[ip->rs2]); \
    WRITE_X(as_register(static_cast<type>(expression))); } NEXT();

#define LOAD_RESERVED(name, type) \
  do_##name: { \
    ATOMIC_CELL(type); \
    const uint64_t value = as_register(__atomic_load_n(cell, __ATOMIC_SEQ_CST)); \
    state->reservation_address = address; \
    state->reservation_value = value; \
    WRITE_X(value); } NEXT();

// Succeeds while memory holds what LR read: a store of the same value in between goes unnoticed.
#define STORE_CONDITIONAL(name, type) \
  do_##name: { \
    ATOMIC_CELL(type); \
    type expected = static_cast<type>(state->reservation_value); \
    const bool stored = state->reservation_address == address && \
        __atomic_compare_exchange_n(cell, &expected, static_cast<type>(x[ip->rs2]), false, __ATOMIC_SEQ_CST, \
                                    __ATOMIC_SEQ_CST); \
    state->reservation_address = no_reservation; \
    WRITE_X(stored ? 0 : 1); } NEXT();

#define ATOMIC_HANDLERS() \
  VM_PLUGIN_RISCV_ATOMIC_UPDATES(ATOMICS, w, int32_t, uint32_t) \
  VM_PLUGIN_RISCV_ATOMIC_UPDATES(ATOMICS, d, int64_t, uint64_t) \
  LOAD_RESERVED(lr_w, uint32_t) LOAD_RESERVED(lr_d, uint64_t) \
  STORE_CONDITIONAL(sc_w, uint32_t) STORE_CONDITIONAL(sc_d, uint64_t)
// clang-format on

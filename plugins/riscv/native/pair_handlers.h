// The handlers of pairs (slot.h): the first's work, then the second's, and one dispatch for both.
#pragma once
#include "integer_handlers.h"

// clang-format off
#define PAIR_addi(s, n) EXECUTE_IMMEDIATES(addi, s)
#define PAIR_add(s, n) EXECUTE_REGISTERS(add, s)
#define PAIR_addiw(s, n) EXECUTE_IMMEDIATES(addiw, s)
#define PAIR_addw(s, n) EXECUTE_REGISTERS(addw, s)
#define PAIR_sub(s, n) EXECUTE_REGISTERS(sub, s)
#define PAIR_subw(s, n) EXECUTE_REGISTERS(subw, s)
#define PAIR_slli(s, n) EXECUTE_IMMEDIATES(slli, s)
#define PAIR_srli(s, n) EXECUTE_IMMEDIATES(srli, s)
#define PAIR_slliw(s, n) EXECUTE_IMMEDIATES(slliw, s)
#define PAIR_srliw(s, n) EXECUTE_IMMEDIATES(srliw, s)
#define PAIR_andi(s, n) EXECUTE_IMMEDIATES(andi, s)
#define PAIR_and_(s, n) EXECUTE_REGISTERS(and_, s)
#define PAIR_or_(s, n) EXECUTE_REGISTERS(or_, s)
#define PAIR_xor_(s, n) EXECUTE_REGISTERS(xor_, s)
#define PAIR_mul(s, n) EXECUTE_REGISTERS(mul, s)
#define PAIR_load_immediate(s, n) x[(s)->rd] = IMMEDIATE(s)
#define PAIR_move(s, n) x[(s)->rd] = x[(s)->rs1]
#define PAIR_lbu(s, n) EXECUTE_LOADS(uint8_t, s, n)
#define PAIR_lw(s, n) EXECUTE_LOADS(int32_t, s, n)
#define PAIR_lwu(s, n) EXECUTE_LOADS(uint32_t, s, n)
#define PAIR_ld(s, n) EXECUTE_LOADS(int64_t, s, n)
#define PAIR_sb(s, n) EXECUTE_STORES(uint8_t, s, n)
#define PAIR_sw(s, n) EXECUTE_STORES(uint32_t, s, n)
#define PAIR_sd(s, n) EXECUTE_STORES(uint64_t, s, n)
#define PAIR_beq(s, n) EXECUTE_BRANCHES(beq, s, n)
#define PAIR_bne(s, n) EXECUTE_BRANCHES(bne, s, n)
#define PAIR_blt(s, n) EXECUTE_BRANCHES(blt, s, n)
#define PAIR_bge(s, n) EXECUTE_BRANCHES(bge, s, n)
#define PAIR_bltu(s, n) EXECUTE_BRANCHES(bltu, s, n)
#define PAIR_bgeu(s, n) EXECUTE_BRANCHES(bgeu, s, n)
#define PAIR_jump_register(s, n) do { ++retired; ip = (s); goto do_jump_register; } while (0)

#define EXECUTE_PAIRS(first, second) \
  do_##first##_then_##second: PAIR_##first(ip, 0); PAIR_##second((ip + 1), 1); retired += 2; ip += 2; DISPATCH();
#define PAIR_HANDLERS() VM_PLUGIN_RISCV_PAIRS(EXECUTE_PAIRS)
// clang-format on

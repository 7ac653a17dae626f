// The handlers of pairs (slot.h): the first's work, then the second's, and one dispatch for both.
#pragma once
#include "integer_handlers.h"

// clang-format off
#define PAIR_addi(s, n, from) EXECUTE_IMMEDIATES(addi, s, from)
#define PAIR_add(s, n, from) EXECUTE_REGISTERS(add, s, from)
#define PAIR_addiw(s, n, from) EXECUTE_IMMEDIATES(addiw, s, from)
#define PAIR_addw(s, n, from) EXECUTE_REGISTERS(addw, s, from)
#define PAIR_sub(s, n, from) EXECUTE_REGISTERS(sub, s, from)
#define PAIR_subw(s, n, from) EXECUTE_REGISTERS(subw, s, from)
#define PAIR_slli(s, n, from) EXECUTE_IMMEDIATES(slli, s, from)
#define PAIR_srli(s, n, from) EXECUTE_IMMEDIATES(srli, s, from)
#define PAIR_slliw(s, n, from) EXECUTE_IMMEDIATES(slliw, s, from)
#define PAIR_srliw(s, n, from) EXECUTE_IMMEDIATES(srliw, s, from)
#define PAIR_andi(s, n, from) EXECUTE_IMMEDIATES(andi, s, from)
#define PAIR_and_(s, n, from) EXECUTE_REGISTERS(and_, s, from)
#define PAIR_or_(s, n, from) EXECUTE_REGISTERS(or_, s, from)
#define PAIR_xor_(s, n, from) EXECUTE_REGISTERS(xor_, s, from)
#define PAIR_mul(s, n, from) EXECUTE_REGISTERS(mul, s, from)
#define PAIR_sll(s, n, from) EXECUTE_REGISTERS(sll, s, from)
#define PAIR_srl(s, n, from) EXECUTE_REGISTERS(srl, s, from)
#define PAIR_srlw(s, n, from) EXECUTE_REGISTERS(srlw, s, from)
#define PAIR_sltu(s, n, from) EXECUTE_REGISTERS(sltu, s, from)
#define PAIR_sltiu(s, n, from) EXECUTE_IMMEDIATES(sltiu, s, from)
#define PAIR_xori(s, n, from) EXECUTE_IMMEDIATES(xori, s, from)
#define PAIR_mulhu(s, n, from) EXECUTE_REGISTERS(mulhu, s, from)
#define PAIR_lhu(s, n, from) EXECUTE_LOADS(uint16_t, s, n, from)
#define PAIR_sh(s, n, from) EXECUTE_STORES(uint16_t, s, n, from)
#define PAIR_auipc(s, n, from) HOLD(s, PC_OF(s) + IMMEDIATE(s))
#define PAIR_jump_backward(s, n, from) do { \
    retired += (n) + 1; \
    MOVE_NEAR(s); \
    POLL(); \
    DISPATCH(); \
  } while (0)
#define PAIR_call_near(s, n, from) do { \
    x[(s)->rd] = PC_OF(s) + (s)->length; \
    PAIR_jump_backward(s, n, from); \
  } while (0)
#define PAIR_load_immediate(s, n, from) HOLD(s, IMMEDIATE(s))
#define PAIR_move(s, n, from) HOLD(s, from(s))
#define PAIR_lbu(s, n, from) EXECUTE_LOADS(uint8_t, s, n, from)
#define PAIR_lw(s, n, from) EXECUTE_LOADS(int32_t, s, n, from)
#define PAIR_lwu(s, n, from) EXECUTE_LOADS(uint32_t, s, n, from)
#define PAIR_ld(s, n, from) EXECUTE_LOADS(int64_t, s, n, from)
#define PAIR_sb(s, n, from) EXECUTE_STORES(uint8_t, s, n, from)
#define PAIR_sw(s, n, from) EXECUTE_STORES(uint32_t, s, n, from)
#define PAIR_sd(s, n, from) EXECUTE_STORES(uint64_t, s, n, from)
#define PAIR_beq(s, n, from) EXECUTE_BRANCHES(beq, s, n, from)
#define PAIR_bne(s, n, from) EXECUTE_BRANCHES(bne, s, n, from)
#define PAIR_blt(s, n, from) EXECUTE_BRANCHES(blt, s, n, from)
#define PAIR_bge(s, n, from) EXECUTE_BRANCHES(bge, s, n, from)
#define PAIR_bltu(s, n, from) EXECUTE_BRANCHES(bltu, s, n, from)
#define PAIR_bgeu(s, n, from) EXECUTE_BRANCHES(bgeu, s, n, from)
#define PAIR_jump_register(s, n, from) do { \
    target = (from(s) + IMMEDIATE(s)) & ~uint64_t{1}; \
    retired += (n) + 1; \
    ip = (s); \
    JUMP_TO_TARGET(); \
  } while (0)

#define EXECUTE_PAIR(name, first, from_first, second, from_second) \
  do_##name: PAIR_##first(ip, 0, from_first); PAIR_##second((ip + 1), 1, from_second); \
    retired += 2; ip += 2; DISPATCH_NEXT();
#define EXECUTE_PAIRS(first, second) \
  EXECUTE_PAIR(first##_then_##second, first, FROM_REGISTER, second, FROM_REGISTER) \
  EXECUTE_PAIR(first##_into_##second, first, FROM_REGISTER, second, FROM_HELD) \
  EXECUTE_PAIR(first##_chained_then_##second, first, FROM_HELD, second, FROM_REGISTER) \
  EXECUTE_PAIR(first##_chained_into_##second, first, FROM_HELD, second, FROM_HELD)
#define PAIR_HANDLERS() VM_PLUGIN_RISCV_PAIRS(EXECUTE_PAIRS)
// clang-format on

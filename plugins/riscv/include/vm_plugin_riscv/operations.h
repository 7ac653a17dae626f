// Every 32-bit instruction of RV64GC with Zba, Zbb, Zbc, Zbs, Zfh and Zicond: name, mask, match, format.
// Encodings: RISC-V Instruction Set Manual, volume I, chapter "RV32/64G Instruction Set Listings" and those of the
// extensions named. Compressed instructions decode to these too.
#ifndef VM_PLUGIN_RISCV_OPERATIONS_H
#define VM_PLUGIN_RISCV_OPERATIONS_H

#include <cstdint>

// clang-format off
#define VM_PLUGIN_RISCV_INTEGER(X) \
  X(lui, 0x0000007f, 0x00000037, upper) X(auipc, 0x0000007f, 0x00000017, upper) \
  X(jal, 0x0000007f, 0x0000006f, jump) X(jalr, 0x0000707f, 0x00000067, jump_register) \
  X(beq, 0x0000707f, 0x00000063, branch) X(bne, 0x0000707f, 0x00001063, branch) \
  X(blt, 0x0000707f, 0x00004063, branch) X(bge, 0x0000707f, 0x00005063, branch) \
  X(bltu, 0x0000707f, 0x00006063, branch) X(bgeu, 0x0000707f, 0x00007063, branch) \
  X(lb, 0x0000707f, 0x00000003, load) X(lh, 0x0000707f, 0x00001003, load) \
  X(lw, 0x0000707f, 0x00002003, load) X(ld, 0x0000707f, 0x00003003, load) \
  X(lbu, 0x0000707f, 0x00004003, load) X(lhu, 0x0000707f, 0x00005003, load) X(lwu, 0x0000707f, 0x00006003, load) \
  X(sb, 0x0000707f, 0x00000023, store) X(sh, 0x0000707f, 0x00001023, store) \
  X(sw, 0x0000707f, 0x00002023, store) X(sd, 0x0000707f, 0x00003023, store) \
  X(addi, 0x0000707f, 0x00000013, immediate) X(slti, 0x0000707f, 0x00002013, immediate) \
  X(sltiu, 0x0000707f, 0x00003013, immediate) X(xori, 0x0000707f, 0x00004013, immediate) \
  X(ori, 0x0000707f, 0x00006013, immediate) X(andi, 0x0000707f, 0x00007013, immediate) \
  X(slli, 0xfc00707f, 0x00001013, shift) X(srli, 0xfc00707f, 0x00005013, shift) X(srai, 0xfc00707f, 0x40005013, shift) \
  X(add, 0xfe00707f, 0x00000033, registers) X(sub, 0xfe00707f, 0x40000033, registers) \
  X(sll, 0xfe00707f, 0x00001033, registers) X(slt, 0xfe00707f, 0x00002033, registers) \
  X(sltu, 0xfe00707f, 0x00003033, registers) X(xor_, 0xfe00707f, 0x00004033, registers) \
  X(srl, 0xfe00707f, 0x00005033, registers) X(sra, 0xfe00707f, 0x40005033, registers) \
  X(or_, 0xfe00707f, 0x00006033, registers) X(and_, 0xfe00707f, 0x00007033, registers) \
  X(addiw, 0x0000707f, 0x0000001b, immediate) X(slliw, 0xfe00707f, 0x0000101b, shift) \
  X(srliw, 0xfe00707f, 0x0000501b, shift) X(sraiw, 0xfe00707f, 0x4000501b, shift) \
  X(addw, 0xfe00707f, 0x0000003b, registers) X(subw, 0xfe00707f, 0x4000003b, registers) \
  X(sllw, 0xfe00707f, 0x0000103b, registers) X(srlw, 0xfe00707f, 0x0000503b, registers) \
  X(sraw, 0xfe00707f, 0x4000503b, registers) \
  X(fence, 0x0000707f, 0x0000000f, fence) X(fence_i, 0x0000707f, 0x0000100f, fence) \
  X(ecall, 0xffffffff, 0x00000073, system) X(ebreak, 0xffffffff, 0x00100073, system)

#define VM_PLUGIN_RISCV_CONTROL_STATUS(X) /* Zicsr */ \
  X(csrrw, 0x0000707f, 0x00001073, control_status) X(csrrs, 0x0000707f, 0x00002073, control_status) \
  X(csrrc, 0x0000707f, 0x00003073, control_status) X(csrrwi, 0x0000707f, 0x00005073, control_status) \
  X(csrrsi, 0x0000707f, 0x00006073, control_status) X(csrrci, 0x0000707f, 0x00007073, control_status)

#define VM_PLUGIN_RISCV_MULTIPLY(X) \
  X(mul, 0xfe00707f, 0x02000033, registers) X(mulh, 0xfe00707f, 0x02001033, registers) \
  X(mulhsu, 0xfe00707f, 0x02002033, registers) X(mulhu, 0xfe00707f, 0x02003033, registers) \
  X(div, 0xfe00707f, 0x02004033, registers) X(divu, 0xfe00707f, 0x02005033, registers) \
  X(rem, 0xfe00707f, 0x02006033, registers) X(remu, 0xfe00707f, 0x02007033, registers) \
  X(mulw, 0xfe00707f, 0x0200003b, registers) X(divw, 0xfe00707f, 0x0200403b, registers) \
  X(divuw, 0xfe00707f, 0x0200503b, registers) X(remw, 0xfe00707f, 0x0200603b, registers) \
  X(remuw, 0xfe00707f, 0x0200703b, registers)

#define VM_PLUGIN_RISCV_ATOMIC(X) \
  X(lr_w, 0xf9f0707f, 0x1000202f, atomic) X(sc_w, 0xf800707f, 0x1800202f, atomic) \
  X(amoswap_w, 0xf800707f, 0x0800202f, atomic) X(amoadd_w, 0xf800707f, 0x0000202f, atomic) \
  X(amoxor_w, 0xf800707f, 0x2000202f, atomic) X(amoand_w, 0xf800707f, 0x6000202f, atomic) \
  X(amoor_w, 0xf800707f, 0x4000202f, atomic) X(amomin_w, 0xf800707f, 0x8000202f, atomic) \
  X(amomax_w, 0xf800707f, 0xa000202f, atomic) X(amominu_w, 0xf800707f, 0xc000202f, atomic) \
  X(amomaxu_w, 0xf800707f, 0xe000202f, atomic) \
  X(lr_d, 0xf9f0707f, 0x1000302f, atomic) X(sc_d, 0xf800707f, 0x1800302f, atomic) \
  X(amoswap_d, 0xf800707f, 0x0800302f, atomic) X(amoadd_d, 0xf800707f, 0x0000302f, atomic) \
  X(amoxor_d, 0xf800707f, 0x2000302f, atomic) X(amoand_d, 0xf800707f, 0x6000302f, atomic) \
  X(amoor_d, 0xf800707f, 0x4000302f, atomic) X(amomin_d, 0xf800707f, 0x8000302f, atomic) \
  X(amomax_d, 0xf800707f, 0xa000302f, atomic) X(amominu_d, 0xf800707f, 0xc000302f, atomic) \
  X(amomaxu_d, 0xf800707f, 0xe000302f, atomic)

#define VM_PLUGIN_RISCV_FLOAT_SINGLE(X) \
  X(flw, 0x0000707f, 0x00002007, float_load) X(fsw, 0x0000707f, 0x00002027, float_store) \
  X(fmadd_s, 0x0600007f, 0x00000043, float_fused) X(fmsub_s, 0x0600007f, 0x00000047, float_fused) \
  X(fnmsub_s, 0x0600007f, 0x0000004b, float_fused) X(fnmadd_s, 0x0600007f, 0x0000004f, float_fused) \
  X(fadd_s, 0xfe00007f, 0x00000053, float_arithmetic) X(fsub_s, 0xfe00007f, 0x08000053, float_arithmetic) \
  X(fmul_s, 0xfe00007f, 0x10000053, float_arithmetic) X(fdiv_s, 0xfe00007f, 0x18000053, float_arithmetic) \
  X(fsqrt_s, 0xfff0007f, 0x58000053, float_convert) \
  X(fsgnj_s, 0xfe00707f, 0x20000053, float_select) X(fsgnjn_s, 0xfe00707f, 0x20001053, float_select) \
  X(fsgnjx_s, 0xfe00707f, 0x20002053, float_select) \
  X(fmin_s, 0xfe00707f, 0x28000053, float_select) X(fmax_s, 0xfe00707f, 0x28001053, float_select) \
  X(fcvt_w_s, 0xfff0007f, 0xc0000053, float_to_integer) X(fcvt_wu_s, 0xfff0007f, 0xc0100053, float_to_integer) \
  X(fcvt_l_s, 0xfff0007f, 0xc0200053, float_to_integer) X(fcvt_lu_s, 0xfff0007f, 0xc0300053, float_to_integer) \
  X(fcvt_s_w, 0xfff0007f, 0xd0000053, integer_to_float) X(fcvt_s_wu, 0xfff0007f, 0xd0100053, integer_to_float) \
  X(fcvt_s_l, 0xfff0007f, 0xd0200053, integer_to_float) X(fcvt_s_lu, 0xfff0007f, 0xd0300053, integer_to_float) \
  X(fmv_x_w, 0xfff0707f, 0xe0000053, float_to_bits) X(fmv_w_x, 0xfff0707f, 0xf0000053, float_from_bits) \
  X(feq_s, 0xfe00707f, 0xa0002053, float_compare) X(flt_s, 0xfe00707f, 0xa0001053, float_compare) \
  X(fle_s, 0xfe00707f, 0xa0000053, float_compare) X(fclass_s, 0xfff0707f, 0xe0001053, float_to_bits)

#define VM_PLUGIN_RISCV_FLOAT_DOUBLE(X) \
  X(fld, 0x0000707f, 0x00003007, float_load) X(fsd, 0x0000707f, 0x00003027, float_store) \
  X(fmadd_d, 0x0600007f, 0x02000043, float_fused) X(fmsub_d, 0x0600007f, 0x02000047, float_fused) \
  X(fnmsub_d, 0x0600007f, 0x0200004b, float_fused) X(fnmadd_d, 0x0600007f, 0x0200004f, float_fused) \
  X(fadd_d, 0xfe00007f, 0x02000053, float_arithmetic) X(fsub_d, 0xfe00007f, 0x0a000053, float_arithmetic) \
  X(fmul_d, 0xfe00007f, 0x12000053, float_arithmetic) X(fdiv_d, 0xfe00007f, 0x1a000053, float_arithmetic) \
  X(fsqrt_d, 0xfff0007f, 0x5a000053, float_convert) \
  X(fsgnj_d, 0xfe00707f, 0x22000053, float_select) X(fsgnjn_d, 0xfe00707f, 0x22001053, float_select) \
  X(fsgnjx_d, 0xfe00707f, 0x22002053, float_select) \
  X(fmin_d, 0xfe00707f, 0x2a000053, float_select) X(fmax_d, 0xfe00707f, 0x2a001053, float_select) \
  X(fcvt_s_d, 0xfff0007f, 0x40100053, float_convert) X(fcvt_d_s, 0xfff0007f, 0x42000053, float_convert) \
  X(fcvt_w_d, 0xfff0007f, 0xc2000053, float_to_integer) X(fcvt_wu_d, 0xfff0007f, 0xc2100053, float_to_integer) \
  X(fcvt_l_d, 0xfff0007f, 0xc2200053, float_to_integer) X(fcvt_lu_d, 0xfff0007f, 0xc2300053, float_to_integer) \
  X(fcvt_d_w, 0xfff0007f, 0xd2000053, integer_to_float) X(fcvt_d_wu, 0xfff0007f, 0xd2100053, integer_to_float) \
  X(fcvt_d_l, 0xfff0007f, 0xd2200053, integer_to_float) X(fcvt_d_lu, 0xfff0007f, 0xd2300053, integer_to_float) \
  X(fmv_x_d, 0xfff0707f, 0xe2000053, float_to_bits) X(fmv_d_x, 0xfff0707f, 0xf2000053, float_from_bits) \
  X(feq_d, 0xfe00707f, 0xa2002053, float_compare) X(flt_d, 0xfe00707f, 0xa2001053, float_compare) \
  X(fle_d, 0xfe00707f, 0xa2000053, float_compare) X(fclass_d, 0xfff0707f, 0xe2001053, float_to_bits)

#define VM_PLUGIN_RISCV_BIT_MANIPULATION(X) /* Zba, Zbb, Zbc, Zbs, Zicond */ \
  X(add_uw, 0xfe00707f, 0x0800003b, registers) X(sh1add, 0xfe00707f, 0x20002033, registers) \
  X(sh2add, 0xfe00707f, 0x20004033, registers) X(sh3add, 0xfe00707f, 0x20006033, registers) \
  X(sh1add_uw, 0xfe00707f, 0x2000203b, registers) X(sh2add_uw, 0xfe00707f, 0x2000403b, registers) \
  X(sh3add_uw, 0xfe00707f, 0x2000603b, registers) X(slli_uw, 0xfc00707f, 0x0800101b, shift) \
  X(andn, 0xfe00707f, 0x40007033, registers) X(orn, 0xfe00707f, 0x40006033, registers) \
  X(xnor, 0xfe00707f, 0x40004033, registers) \
  X(clz, 0xfff0707f, 0x60001013, unary) X(clzw, 0xfff0707f, 0x6000101b, unary) \
  X(ctz, 0xfff0707f, 0x60101013, unary) X(ctzw, 0xfff0707f, 0x6010101b, unary) \
  X(cpop, 0xfff0707f, 0x60201013, unary) X(cpopw, 0xfff0707f, 0x6020101b, unary) \
  X(max, 0xfe00707f, 0x0a006033, registers) X(maxu, 0xfe00707f, 0x0a007033, registers) \
  X(min, 0xfe00707f, 0x0a004033, registers) X(minu, 0xfe00707f, 0x0a005033, registers) \
  X(sext_b, 0xfff0707f, 0x60401013, unary) X(sext_h, 0xfff0707f, 0x60501013, unary) \
  X(zext_h, 0xfff0707f, 0x0800403b, unary) \
  X(rol, 0xfe00707f, 0x60001033, registers) X(rolw, 0xfe00707f, 0x6000103b, registers) \
  X(ror, 0xfe00707f, 0x60005033, registers) X(rorw, 0xfe00707f, 0x6000503b, registers) \
  X(rori, 0xfc00707f, 0x60005013, shift) X(roriw, 0xfe00707f, 0x6000501b, shift) \
  X(orc_b, 0xfff0707f, 0x28705013, unary) X(rev8, 0xfff0707f, 0x6b805013, unary) \
  X(clmul, 0xfe00707f, 0x0a001033, registers) X(clmulh, 0xfe00707f, 0x0a003033, registers) \
  X(clmulr, 0xfe00707f, 0x0a002033, registers) \
  X(bclr, 0xfe00707f, 0x48001033, registers) X(bclri, 0xfc00707f, 0x48001013, shift) \
  X(bext, 0xfe00707f, 0x48005033, registers) X(bexti, 0xfc00707f, 0x48005013, shift) \
  X(binv, 0xfe00707f, 0x68001033, registers) X(binvi, 0xfc00707f, 0x68001013, shift) \
  X(bset, 0xfe00707f, 0x28001033, registers) X(bseti, 0xfc00707f, 0x28001013, shift) \
  X(czero_eqz, 0xfe00707f, 0x0e005033, registers) X(czero_nez, 0xfe00707f, 0x0e007033, registers)

#define VM_PLUGIN_RISCV_FLOAT_HALF_ACCESSES(X) /* Zfh */ \
  X(flh, 0x0000707f, 0x00001007, float_load) X(fsh, 0x0000707f, 0x00001027, float_store)

#define VM_PLUGIN_RISCV_FLOAT_HALF(X) /* Zfh but for its accesses */ \
  X(fmadd_h, 0x0600007f, 0x04000043, float_fused) X(fmsub_h, 0x0600007f, 0x04000047, float_fused) \
  X(fnmsub_h, 0x0600007f, 0x0400004b, float_fused) X(fnmadd_h, 0x0600007f, 0x0400004f, float_fused) \
  X(fadd_h, 0xfe00007f, 0x04000053, float_arithmetic) X(fsub_h, 0xfe00007f, 0x0c000053, float_arithmetic) \
  X(fmul_h, 0xfe00007f, 0x14000053, float_arithmetic) X(fdiv_h, 0xfe00007f, 0x1c000053, float_arithmetic) \
  X(fsqrt_h, 0xfff0007f, 0x5c000053, float_convert) \
  X(fsgnj_h, 0xfe00707f, 0x24000053, float_select) X(fsgnjn_h, 0xfe00707f, 0x24001053, float_select) \
  X(fsgnjx_h, 0xfe00707f, 0x24002053, float_select) \
  X(fmin_h, 0xfe00707f, 0x2c000053, float_select) X(fmax_h, 0xfe00707f, 0x2c001053, float_select) \
  X(fcvt_s_h, 0xfff0007f, 0x40200053, float_convert) X(fcvt_h_s, 0xfff0007f, 0x44000053, float_convert) \
  X(fcvt_d_h, 0xfff0007f, 0x42200053, float_convert) X(fcvt_h_d, 0xfff0007f, 0x44100053, float_convert) \
  X(fcvt_w_h, 0xfff0007f, 0xc4000053, float_to_integer) X(fcvt_wu_h, 0xfff0007f, 0xc4100053, float_to_integer) \
  X(fcvt_l_h, 0xfff0007f, 0xc4200053, float_to_integer) X(fcvt_lu_h, 0xfff0007f, 0xc4300053, float_to_integer) \
  X(fcvt_h_w, 0xfff0007f, 0xd4000053, integer_to_float) X(fcvt_h_wu, 0xfff0007f, 0xd4100053, integer_to_float) \
  X(fcvt_h_l, 0xfff0007f, 0xd4200053, integer_to_float) X(fcvt_h_lu, 0xfff0007f, 0xd4300053, integer_to_float) \
  X(fmv_x_h, 0xfff0707f, 0xe4000053, float_to_bits) X(fmv_h_x, 0xfff0707f, 0xf4000053, float_from_bits) \
  X(feq_h, 0xfe00707f, 0xa4002053, float_compare) X(flt_h, 0xfe00707f, 0xa4001053, float_compare) \
  X(fle_h, 0xfe00707f, 0xa4000053, float_compare) X(fclass_h, 0xfff0707f, 0xe4001053, float_to_bits)
// clang-format on

#define VM_PLUGIN_RISCV_OPERATIONS(X)    \
  VM_PLUGIN_RISCV_INTEGER(X)             \
  VM_PLUGIN_RISCV_CONTROL_STATUS(X)      \
  VM_PLUGIN_RISCV_MULTIPLY(X)            \
  VM_PLUGIN_RISCV_ATOMIC(X)              \
  VM_PLUGIN_RISCV_FLOAT_SINGLE(X)        \
  VM_PLUGIN_RISCV_FLOAT_DOUBLE(X)        \
  VM_PLUGIN_RISCV_BIT_MANIPULATION(X)    \
  VM_PLUGIN_RISCV_FLOAT_HALF_ACCESSES(X) \
  VM_PLUGIN_RISCV_FLOAT_HALF(X)

namespace vmp::riscv {

// `illegal` stands for every reserved or unknown encoding.
enum class Operation : uint16_t {
  illegal,
#define VM_PLUGIN_RISCV_NAME(name, mask, match, format) name,
  VM_PLUGIN_RISCV_OPERATIONS(VM_PLUGIN_RISCV_NAME)
#undef VM_PLUGIN_RISCV_NAME
      count
};

// Which operands an operation has, and in which register file (x or f).
enum class Format : uint8_t {
  none,              // illegal
  registers,         // x rd, x rs1, x rs2
  unary,             // x rd, x rs1
  immediate,         // x rd, x rs1, immediate
  shift,             // x rd, x rs1, immediate (the amount, below the width)
  upper,             // x rd, immediate (shifted already)
  load,              // x rd, x rs1, immediate
  store,             // x rs1, x rs2, immediate
  branch,            // x rs1, x rs2, immediate (from pc)
  jump,              // x rd, immediate (from pc)
  jump_register,     // x rd, x rs1, immediate
  fence,             // immediate (fm, pred, succ)
  system,            // none
  control_status,    // x rd, x rs1 or the 5-bit immediate in its place, immediate (number of the register)
  atomic,            // x rd, x rs1, x rs2, immediate (aq 2, rl 1)
  float_load,        // f rd, x rs1, immediate
  float_store,       // x rs1, f rs2, immediate
  float_arithmetic,  // f rd, f rs1, f rs2, rounding
  float_fused,       // f rd, f rs1, f rs2, f rs3, rounding
  float_convert,     // f rd, f rs1, rounding
  float_select,      // f rd, f rs1, f rs2
  float_compare,     // x rd, f rs1, f rs2
  float_to_bits,     // x rd, f rs1
  float_from_bits,   // f rd, x rs1
  float_to_integer,  // x rd, f rs1, rounding
  integer_to_float,  // f rd, x rs1, rounding
};

}  // namespace vmp::riscv
#endif

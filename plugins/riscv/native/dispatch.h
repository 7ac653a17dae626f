// What every handler in execute() is made of. The names used here are execute()'s variables: state, vcpu, context,
// space, x, f, base, space_size, retired (instructions), limit, ip (the slot), code and page (the current code page and
// its guest address), target (an address to jump to), held (the last integer result), address (of a guest access).
#pragma once
#include "guest_access.h"

// clang-format off
#define DISPATCH() goto *handlers[static_cast<size_t>(ip->handler)]
#define DISPATCH_NEXT() goto *handlers[static_cast<size_t>(ip->chained)]
#define NEXT() do { ++retired; ++ip; DISPATCH_NEXT(); } while (0)

// Where an operation's first operand comes from.
#define FROM_REGISTER(s) x[(s)->rs1]
#define FROM_HELD(s) held
// What the operations of VM_PLUGIN_RISCV_CHAINABLE, and constants, leave behind.
#define HOLD(s, value) x[(s)->rd] = held = (value)

#define PC_OF(s) (page | ((s)->pc_low & (page_size - 1)))
#define PC() PC_OF(ip)
#define IMMEDIATE(s) static_cast<uint64_t>(int64_t{(s)->immediate})
// For results whose destination may be x0, which the specialiser turns into other handlers where that is frequent.
#define WRITE_X(value) do { x[ip->rd] = (value); x[0] = 0; } while (0)

// Polled where code can go back, so that no loop escapes it.
#define MUST_LEAVE() (retired >= limit || vcpu->requests.load(std::memory_order_relaxed) != 0)
#define POLL() do { if (MUST_LEAVE()) [[unlikely]] goto pause; } while (0)

// A slot s may run as part of a longer sequence that began at ip, after n instructions of it.
// What the state must hold before a guest access. The page's address is in state->pc already.
#define SETTLE(s, n) do { \
    __builtin_memcpy(&state->pc, &(s)->pc_low, sizeof (s)->pc_low); \
    vcpu->instructions = retired + (n); \
    std::atomic_signal_fence(std::memory_order_seq_cst); \
  } while (0)
#define CHECK_BOUNDS(s, n, bytes) \
    if (address > space_size - (bytes)) [[unlikely]] do { ip = (s); retired += (n); goto outside; } while (0)

// To a slot of the same page: the immediate is the distance.
#define MOVE_NEAR(s) (ip = reinterpret_cast<Slot *>(reinterpret_cast<uint8_t *>(s) + (s)->immediate))
// To any address. Expanded at each use, as every return is worth a branch prediction of its own.
#define JUMP_TO_TARGET() do { \
    if ((target ^ page) >= page_size) { \
      CodePage *const recent = context.cache.recent(target - target % page_size); \
      if (recent == nullptr || is_stale(context, space)) [[unlikely]] goto enter; \
      code = recent; \
      page = target - target % page_size; \
      state->pc = page; \
    } \
    ip = &code->slots[code->slot_of[target % page_size / 2]]; \
    POLL(); \
    DISPATCH(); \
  } while (0)
// clang-format on

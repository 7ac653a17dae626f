#include "core/machine/fault_guard.h"

#include <signal.h>
#include <ucontext.h>
#if defined(__aarch64__)
#include <asm/sigcontext.h>
#endif

#include <mutex>

#include "vm_plugin/memory.h"

namespace vmp {

namespace {

// initial-exec: the handler must not call the dynamic linker, which may allocate.
__attribute__((tls_model("initial-exec"))) thread_local FaultGuard *current_guard = nullptr;

struct sigaction previous_segv;
struct sigaction previous_bus;

bool was_write([[maybe_unused]] const void *context) {
#if defined(__x86_64__)
  // Intel SDM volume 3, section 4.7: bit 1 of the page-fault error code.
  return (static_cast<const ucontext_t *>(context)->uc_mcontext.gregs[REG_ERR] & 2) != 0;
#elif defined(__aarch64__)
  // Linux, Documentation/arch/arm64/signal context records; Arm ARM, ESR_EL1: WnR is bit 6 of a data abort.
  const auto *record =
      reinterpret_cast<const _aarch64_ctx *>(static_cast<const ucontext_t *>(context)->uc_mcontext.__reserved);
  for (; record->magic != 0 && record->size != 0;
       record = reinterpret_cast<const _aarch64_ctx *>(reinterpret_cast<const uint8_t *>(record) + record->size)) {
    if (record->magic == ESR_MAGIC) return (reinterpret_cast<const esr_context *>(record)->esr & 0x40) != 0;
  }
  return false;
#else
  return false;
#endif
}

void hand_on(int number, siginfo_t *info, void *context) {
  struct sigaction &previous = number == SIGSEGV ? previous_segv : previous_bus;
  if ((previous.sa_flags & SA_SIGINFO) != 0) {
    previous.sa_sigaction(number, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(number);
  } else if (info->si_code > 0) {
    // Back to the default action: the faulting instruction runs again and ends the process as it would have.
    sigaction(number, &previous, nullptr);
  } else if (previous.sa_handler == SIG_DFL) {
    // Sent by kill(2) or the like, so no instruction repeats it; it arrives when the handler has returned.
    sigaction(number, &previous, nullptr);
    raise(number);
  }
}

}  // namespace

struct FaultHandler {
  static void handle(int number, siginfo_t *info, void *context) {
    auto address = reinterpret_cast<uint64_t>(info->si_addr);
    FaultGuard *guard = current_guard;
    // si_code > 0: raised by the kernel for an access, not sent by kill(2).
    if (guard != nullptr && info->si_code > 0 && address >= guard->begin_ && address < guard->end_) {
      guard->fault_ = {address, was_write(context)};
      // The jump restores no mask, and what the handler blocks is not ours alone to say: a sanitizer blocks everything.
      pthread_sigmask(SIG_SETMASK, &static_cast<const ucontext_t *>(context)->uc_sigmask, nullptr);
      siglongjmp(guard->jump_, 1);
    }
    hand_on(number, info, context);
  }
};

void install_fault_handler() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action {};
    action.sa_sigaction = FaultHandler::handle;
    // ONSTACK: threads of others may have a stack of their own for signals.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, &previous_segv);
    sigaction(SIGBUS, &action, &previous_bus);
  });
}

FaultGuard::FaultGuard(const void *base, size_t size)
    : begin_(reinterpret_cast<uint64_t>(base)), end_(begin_ + size), outer_(current_guard) {
  current_guard = this;
}

FaultGuard::~FaultGuard() { current_guard = outer_; }

// Byte after byte, ascending, so that a fault tells how far it came. Not memcpy: it gives no order, and a sanitizer's
// own would be left in the middle by the jump.
__attribute__((no_sanitize("address", "thread"))) static void copy_ascending(void *to, const void *from, size_t count) {
#if defined(__x86_64__)
  asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
#else
  auto *target = static_cast<volatile uint8_t *>(to);
  const auto *source = static_cast<const volatile uint8_t *>(from);
  for (size_t at = 0; at < count; ++at) target[at] = source[at];
#endif
}

uint64_t guarded_copy(const void *base, size_t size, void *to, const void *from, size_t count) {
  FaultGuard guard(base, size);
  if (sigsetjmp(guard.jump(), 0) == 0) {
    copy_ascending(to, from, count);
    return count;
  }
  uint64_t begin = reinterpret_cast<uint64_t>(base);
  uint64_t guest_side = reinterpret_cast<uint64_t>(to);
  if (guest_side < begin || guest_side >= begin + size) guest_side = reinterpret_cast<uint64_t>(from);
  return guard.fault().address - guest_side;
}

}  // namespace vmp

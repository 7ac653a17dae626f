#include "processes/answers.h"

#include <array>
#include <optional>

#include "personality.h"

namespace vmp_linux {
namespace {

std::optional<uint64_t> answer_of(Call call, const Process &process) {
  switch (call) {
    case Call::getpid:
    case Call::gettid:  // one thread a process
      return process.id;
    case Call::getuid:
      return process.credentials.user;
    case Call::geteuid:
      return process.credentials.effective_user;
    case Call::getgid:
      return process.credentials.group;
    case Call::getegid:
      return process.credentials.effective_group;
    default:
      return std::nullopt;
  }
}

}  // namespace

void offer_answers(const Process &process) {
  std::array<vmp_call_answer, 6> answers{};
  uint32_t count = 0;
  if (process.run->trace == nullptr && process.map.use_count() == 1) {
    for (const CallNumber &entry : process.personality.architecture().calls) {
      if (count == answers.size()) break;
      if (const auto result = answer_of(entry.call, process)) answers[count++] = {entry.number, *result};
    }
  }
  process.personality.services().machine->answers_set(process.memory().space(), answers.data(), count);
}

}  // namespace vmp_linux

#include "core/services/log_router.h"

#include <chrono>

#include "core/machine/bindings.h"
#include "core/services/services.h"

namespace vmp {

LogRouter &LogRouter::process() {
  // Never destroyed: an abandoned thread may log while the process ends.
  static auto *router = new LogRouter;
  return *router;
}

void LogRouter::set_loggers(std::vector<std::shared_ptr<Instance>> loggers, uint32_t lowest_level) {
  std::lock_guard lock(mutex_);
  loggers_.swap(loggers);
  lowest_level_.store(loggers_.empty() ? VMP_LOG_ERROR + 1 : lowest_level, std::memory_order_relaxed);
}

void LogRouter::log(std::string_view source, uint32_t level, std::string_view message) {
  if (!enabled(level)) return;
  auto now = std::chrono::system_clock::now().time_since_epoch();
  vmp_log_record record{};
  record.struct_size = sizeof(record);
  record.level = level;
  record.nanoseconds = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
  record.source = {source.data(), source.size()};
  record.message = {message.data(), message.size()};
  std::lock_guard lock(mutex_);
  for (const auto &logger : loggers_) {
    vmp_binding binding = logger->binding();
    static_cast<const vmp_debug_logger *>(binding.vtable)->log(binding.self, &record);
  }
}

namespace {

void log_from_plugin(const vmp_host *host, uint32_t level, vmp_string message) {
  LogRouter::process().log(plugin_of(host), level, {message.data, message.size});
}

int32_t log_enabled(const vmp_host *, uint32_t level) { return LogRouter::process().enabled(level) ? 1 : 0; }

}  // namespace

const vmp_log_service log_service = {sizeof(vmp_log_service), 0, log_from_plugin, log_enabled};

}  // namespace vmp

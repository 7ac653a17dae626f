// Carries log records to the loggers that the host chose. One for the process: a plugin logs before it has a machine.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "vm_plugin/debug_logger.h"

namespace vmp {

class Instance;

class LogRouter {
 public:
  static LogRouter &process();

  // Replaces the loggers, each a Remote that posts: that is why `log`, which calls them under a lock, never waits for
  // one. They are kept alive until they are replaced. Records below `lowest_level` are dropped. [control]
  void set_loggers(std::vector<std::shared_ptr<Instance>> loggers, uint32_t lowest_level);
  void log(std::string_view source, uint32_t level, std::string_view message);  // [any]
  bool enabled(uint32_t level) const { return level >= lowest_level_.load(std::memory_order_relaxed); }

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<Instance>> loggers_;
  std::atomic<uint32_t> lowest_level_{VMP_LOG_ERROR + 1};
};

}  // namespace vmp

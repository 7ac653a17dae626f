#include "core/machine/backend.h"

#include <cstdio>

namespace vmp {

void BackendVcpu::kick() {
  std::lock_guard lock(kick_mutex_);
  if (vcpu_->engine_data != nullptr) backend_.vtable->kick(backend_.self, vcpu_);
}

void BackendVcpu::describe_engine_error(const char *message) {
  vcpu_->exit.kind = VMP_EXIT_ENGINE_ERROR;
  auto &text = vcpu_->exit.u.error.message;
  std::snprintf(text, sizeof text, "%.*s", static_cast<int>(sizeof text - 1), message);
}

vmp_status BackendVcpu::create_processor(void *vm, const vmp_identity &identity, vmp_error *error) {
  std::lock_guard lock(kick_mutex_);
  return backend_.vtable->vcpu_create(backend_.self, vm, vcpu_, &identity, error);
}

void BackendVcpu::destroy_processor() {
  std::lock_guard lock(kick_mutex_);
  if (vcpu_->engine_data != nullptr) backend_.vtable->vcpu_destroy(backend_.self, vcpu_);
}

}  // namespace vmp

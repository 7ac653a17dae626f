#include "core/machine/bindings.h"

#include <cstring>

namespace vmp {

std::unique_ptr<Instance> Instance::create(std::shared_ptr<Library> library, const std::string &point,
                                           const std::string &name, const vmp_provider *provider, vmp_machine *machine,
                                           std::unique_ptr<vmp_configuration> configuration, vmp_error *error) {
  auto instance = std::make_unique<Instance>(point, name, library->id(), provider->vtable, nullptr);
  vmp_create_info info{};
  info.struct_size = sizeof(info);
  info.host = library->host();
  info.machine = machine;
  info.configuration = configuration.get();
  info.name = {instance->name_.data(), instance->name_.size()};
  vmp_status status = provider->create(&info, &instance->self_, error);
  if (status != VMP_OK) {
    if (error != nullptr) error->status = status;  // what a plugin that only answers leaves out
    return nullptr;
  }
  instance->provider_ = provider;
  instance->library_ = std::move(library);
  instance->configuration_ = std::move(configuration);
  return instance;
}

Instance::Instance(std::string point, std::string name, std::string plugin, const void *vtable, void *self)
    : point_(std::move(point)), name_(std::move(name)), plugin_(std::move(plugin)), vtable_(vtable), self_(self) {}

Instance::~Instance() {
  if (provider_ != nullptr) provider_->destroy(self_);
}

vmp_status Instance::attach(const vmp_bindings *bindings, vmp_error *error) {
  if (provider_ == nullptr || provider_->attach == nullptr) return VMP_OK;
  return provider_->attach(self_, bindings, error);
}

vmp_binding Instance::binding() const {
  vmp_binding binding{};
  binding.point = point_.c_str();
  binding.name = name_.c_str();
  binding.plugin = plugin_.c_str();
  binding.vtable = vtable_;
  binding.self = self_;
  if (provider_ != nullptr) {
    binding.capabilities = provider_->capabilities;
    binding.contract_major = provider_->contract_major;
    binding.contract_minor = provider_->contract_minor;
  } else {
    binding.contract_major = 1;
  }
  return binding;
}

void Bindings::write_table() {
  for (const auto &instance : instances_) items_.push_back(instance->binding());
  table_.struct_size = sizeof(table_);
  table_.count = static_cast<uint32_t>(items_.size());
  table_.stride = sizeof(vmp_binding);
  table_.items = items_.data();
}

const Instance *Bindings::attach(vmp_error *error) {
  for (const auto &instance : instances_) {
    error->status = instance->attach(&table_, error);
    if (error->status != VMP_OK) return instance.get();
  }
  return nullptr;
}

const vmp_binding *Bindings::find(const char *point) const {
  for (const vmp_binding &binding : items_) {
    if (std::strcmp(binding.point, point) == 0) return &binding;
  }
  return nullptr;
}

std::shared_ptr<Library> Bindings::library_of(const std::string &point) const {
  for (const auto &instance : instances_) {
    if (instance->point() == point) return instance->library();
  }
  return nullptr;
}

void Bindings::clear() {
  while (!instances_.empty()) instances_.pop_back();
}

void Bindings::clear_all_but(const std::string &point) {
  for (size_t i = instances_.size(); i-- > 0;) {
    if (instances_[i]->point() != point) instances_.erase(instances_.begin() + static_cast<ptrdiff_t>(i));
  }
}

}  // namespace vmp

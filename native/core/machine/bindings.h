// The instances of one machine and the immutable table of them that each of them gets.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/module/library.h"
#include "core/services/configuration.h"
#include "vm_plugin.h"

namespace vmp {

// One instance of a provider. Destroyed with this object.
class Instance {
 public:
  // Makes it through the provider's create. NULL with `error` filled when the plugin refuses.
  static std::unique_ptr<Instance> create(std::shared_ptr<Library> library, const std::string &point,
                                          const std::string &name, const vmp_provider *provider, vmp_machine *machine,
                                          std::unique_ptr<vmp_configuration> configuration, vmp_error *error);
  // One whose calls a transport carries elsewhere: `vtable` is the point's proxy, `self` outlives this object.
  Instance(std::string point, std::string name, std::string plugin, const void *vtable, void *self);
  ~Instance();
  Instance(const Instance &) = delete;
  Instance &operator=(const Instance &) = delete;

  vmp_status attach(const vmp_bindings *bindings, vmp_error *error);
  vmp_binding binding() const;
  const std::string &point() const { return point_; }
  const std::string &plugin() const { return plugin_; }
  const std::shared_ptr<Library> &library() const { return library_; }

 private:
  std::shared_ptr<Library> library_;
  std::unique_ptr<vmp_configuration> configuration_;
  std::string point_;
  std::string name_;
  std::string plugin_;
  const vmp_provider *provider_ = nullptr;
  const void *vtable_ = nullptr;
  void *self_ = nullptr;
};

class Bindings {
 public:
  void add(std::shared_ptr<Instance> instance) { instances_.push_back(std::move(instance)); }
  // Writes the table; nothing may be added afterwards.
  void write_table();
  // Attaches every instance, in the order added. NULL, or the one that refused, with `error` filled.
  const Instance *attach(vmp_error *error);
  // The first binding of a point, or NULL.
  const vmp_binding *find(const char *point) const;
  const std::vector<vmp_binding> &items() const { return items_; }
  // What holds the code of the first instance of a point; NULL where its calls go elsewhere.
  std::shared_ptr<Library> library_of(const std::string &point) const;
  // Last added, first destroyed.
  void clear();
  // Before it: all but those of a point.
  void clear_all_but(const std::string &point);

 private:
  std::vector<std::shared_ptr<Instance>> instances_;
  std::vector<vmp_binding> items_;
  vmp_bindings table_{};
};

}  // namespace vmp

#include "files/mount_table.h"

namespace vmp_linux {
namespace {

// The first name of a path, which is taken off it; empty at its end.
std::string_view take_name(std::string_view &path) {
  while (!path.empty() && path.front() == '/') path.remove_prefix(1);
  const std::string_view name = path.substr(0, path.find('/'));
  path.remove_prefix(name.size());
  return name;
}

}  // namespace

MountPoint &MountTable::make(std::string_view path) {
  MountPoint *point = &root_;
  for (std::string_view name = take_name(path); !name.empty(); name = take_name(path)) {
    auto &child = point->children[std::string(name)];
    if (child == nullptr) {
      child = std::make_unique<MountPoint>();
      child->parent = point;
      child->path = (point->parent == nullptr ? std::string() : point->path) + "/" + std::string(name);
    }
    // A name that leads to something that is always listed is listed too.
    child->is_listed = true;
    point = child.get();
  }
  point->children.clear();
  point->mount.reset();
  point->synthesized = nullptr;
  return *point;
}

void MountTable::put(MountPoint &point, std::unique_ptr<Mount> mount) {
  mount->point = &point;
  point.mount = std::move(mount);
}

const MountPoint *MountTable::find(const MountPoint &from, std::string_view path) {
  const MountPoint *point = &from;
  for (std::string_view name = take_name(path); !name.empty() && point != nullptr; name = take_name(path)) {
    point = point->child(name);
  }
  return point;
}

}  // namespace vmp_linux

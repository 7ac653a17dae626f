#include "core/machine/guest_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "core/error.h"

namespace vmp {

std::shared_ptr<GuestMemory> GuestMemory::create(uint64_t size, vmp_error *error) {
  int descriptor = memfd_create("vm-plugin-guest", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (descriptor < 0 || ftruncate(descriptor, static_cast<off_t>(size)) != 0 ||
      // The size is fixed from here on: no holder of the descriptor can make the alias fault by truncating it.
      fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0) {
    std::string reason = std::strerror(errno);
    if (descriptor >= 0) close(descriptor);
    fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_HOST_MEMORY",
         "no memory file of " + std::to_string(size) + " bytes: " + reason);
    return nullptr;
  }
  auto users = PageUsers::create(size);
  void *alias = users == nullptr
                    ? MAP_FAILED
                    : mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, descriptor, 0);
  if (alias == MAP_FAILED) {
    std::string reason = std::strerror(errno);
    close(descriptor);
    fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_HOST_MEMORY", "cannot map " + std::to_string(size) + " bytes: " + reason);
    return nullptr;
  }
  return std::shared_ptr<GuestMemory>(
      new GuestMemory(descriptor, static_cast<uint8_t *>(alias), size, std::move(users)));
}

GuestMemory::GuestMemory(int descriptor, uint8_t *alias, uint64_t size, std::unique_ptr<PageUsers> users)
    : layout_{}, allocator_(size), users_(std::move(users)) {
  layout_.struct_size = sizeof(layout_);
  layout_.descriptor = descriptor;
  layout_.alias = alias;
  layout_.size = size;
}

GuestMemory::~GuestMemory() {
  munmap(layout_.alias, layout_.size);
  close(layout_.descriptor);
}

std::vector<Extent> GuestMemory::allocate(uint64_t size, PageAllocator::From from) {
  std::lock_guard lock(mutex_);
  auto extents = allocator_.allocate(size, from);
  if (!extents.empty()) layout_.allocated.fetch_add(size, std::memory_order_relaxed);
  return extents;
}

uint64_t GuestMemory::release(Extent extent) {
  uint64_t freed = 0;
  users_->drop(extent, [&](Extent unused) {
    give_back(unused);
    freed += unused.size;
  });
  return freed;
}

void GuestMemory::give_back(Extent extent) {
  if (fallocate(layout_.descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(extent.offset),
                static_cast<off_t>(extent.size)) != 0) {
    std::memset(alias(extent.offset), 0, extent.size);
  }
  std::lock_guard lock(mutex_);
  allocator_.release(extent);
  layout_.allocated.fetch_sub(extent.size, std::memory_order_relaxed);
}

}  // namespace vmp

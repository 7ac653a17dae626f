// The guest's memory as a system call sees it. Every guest value is copied once, then checked.
#ifndef VMP_LINUX_MEMORY_GUEST_MEMORY_H
#define VMP_LINUX_MEMORY_GUEST_MEMORY_H

#include <vm_plugin/memory.h>

#include <cerrno>
#include <type_traits>

namespace vmp_linux {

// An address that the guest gave: never followed on the host without GuestMemory.
struct GuestPointer {
  uint64_t address = 0;
  constexpr GuestPointer() = default;
  explicit constexpr GuestPointer(uint64_t value) : address(value) {}
  explicit constexpr operator bool() const { return address != 0; }
  constexpr GuestPointer operator+(uint64_t bytes) const { return GuestPointer(address + bytes); }
};

class GuestMemory {
 public:
  GuestMemory() = default;
  GuestMemory(const vmp_memory_service *service, vmp_address_space *space) : service_(service), space_(space) {}

  // Whole or not: false means EFAULT (a prefix may have been written).
  bool read(GuestPointer from, void *to, uint64_t size) const {
    return service_->read(space_, from.address, to, size) == size;
  }
  bool write(GuestPointer to, const void *from, uint64_t size) const {
    return service_->write(space_, to.address, from, size) == size;
  }
  template <typename T>
  bool get(GuestPointer from, T &value) const {
    static_assert(std::is_trivially_copyable_v<T>);
    return read(from, &value, sizeof value);
  }
  template <typename T>
  bool put(GuestPointer to, const T &value) const {
    static_assert(std::is_trivially_copyable_v<T>);
    return write(to, &value, sizeof value);
  }

  // The host address of the range, for the host kernel alone, which answers EFAULT where the guest has no access: the
  // arena's host mappings are the guest's protection. access: what the kernel does there, VMP_PROTECTION_READ (it takes
  // the guest's bytes, as write(2) does) or VMP_PROTECTION_WRITE. Null when the range leaves the space.
  uint8_t *host_range(GuestPointer at, uint64_t size, uint32_t access) const {
    uint8_t *const host = unprepared_range(at, size);
    if (host != nullptr) prepare(host, size, access);
    return host;
  }
  // The same for a range of which perhaps little is used, and prepared then: that gives memory to the guest.
  uint8_t *unprepared_range(GuestPointer at, uint64_t size) const {
    return size > space_->size || at.address > space_->size - size ? nullptr : space_->base + at.address;
  }
  // What is not the guest's is left alone.
  void prepare(const void *host, uint64_t size, uint32_t access) const {
    if (size != 0) service_->prepare(space_, guest_address(host).address, size, access);
  }

  // What host_range made of it.
  GuestPointer guest_address(const void *host) const {
    return GuestPointer(static_cast<uint64_t>(static_cast<const uint8_t *>(host) - space_->base));
  }

  // 0, -EFAULT, or -ENAMETOOLONG when the string does not end within `capacity` bytes.
  int read_string(GuestPointer from, char *to, uint64_t capacity) const {
    uint64_t length = 0;
    const vmp_status status = service_->read_string(space_, from.address, to, capacity, &length);
    if (status == VMP_OK) return 0;
    return status == VMP_ERROR_TOO_SMALL ? -ENAMETOOLONG : -EFAULT;
  }

  vmp_address_space *space() const { return space_; }
  const vmp_memory_service *service() const { return service_; }

 private:
  const vmp_memory_service *service_ = nullptr;
  vmp_address_space *space_ = nullptr;
};

}  // namespace vmp_linux
#endif

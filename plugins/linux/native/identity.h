// Who the kernel says that it is.
#ifndef VMP_LINUX_IDENTITY_H
#define VMP_LINUX_IDENTITY_H

namespace vmp_linux {

inline constexpr const char *kKernelRelease = "6.1.0";  // programs read it to decide which calls to expect
inline constexpr const char *kKernelVersion = "#1 SMP vm-plugin";

}  // namespace vmp_linux
#endif

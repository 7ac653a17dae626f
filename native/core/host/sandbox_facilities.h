// What the kernel lets this process confine a process of its own with, tried out.
#pragma once

#include "core/host/child_probe.h"

namespace vmp {

struct SandboxFacilities {
  ProbeResult system_call_filter;  // a seccomp filter, installed without privileges
  ProbeResult user_namespace;      // with namespaces for processes, mounts, the network and System V IPC
  int landlock;                    // its ABI version, or a negated errno
};

SandboxFacilities probe_sandbox_facilities();

}  // namespace vmp

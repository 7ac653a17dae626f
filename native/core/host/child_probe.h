// Trying out what the kernel, or a policy of it, may forbid or punish: in a child, which alone it strikes.
#pragma once

namespace vmp {

// What became of a probe: `error` is the errno that it met, `signal` what killed it; both 0 for success.
struct ProbeResult {
  int error = 0;
  int signal = 0;
};

// Runs `probe`, which gives 0 or an errno, in a forked child and waits for it. The child has this thread alone: the
// probe may make system calls and write to the stack, and take no lock (no allocation, no standard library that may
// allocate). A child that cannot be made is the errno of fork. Any thread.
ProbeResult probe_in_child(int (*probe)());

}  // namespace vmp

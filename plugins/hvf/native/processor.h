// The virtual CPU of the processor that this is compiled for.
#pragma once
#if defined(__aarch64__)
#include "aarch64/virtual_cpu.h"
#else
#include "x86_64/virtual_cpu.h"
#endif

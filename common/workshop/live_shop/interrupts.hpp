#pragma once

#include <sys/types.h>

#include <atomic>

namespace workshop::live_shop {

/// From now on SIGINT, SIGTERM and SIGHUP set `interrupted`, and end nothing.
void heed_interrupts();
/// Whether one has come.
const std::atomic<bool>& interrupted() noexcept;
/// This process is killed when `parent` ends, where the system has such a thing. Ends the process
/// when that has happened already.
void die_with(pid_t parent);

}  // namespace workshop::live_shop

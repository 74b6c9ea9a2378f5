#pragma once

/// Where labs look for TLC, and `workshop doctor` with them.
namespace workshop::protocol {

/// TLC's archive as scripts/setup gets it, in the folder `.cache` of the checkout;
/// variable::kTlcJar names another.
inline constexpr const char* kTlcJarInCache = "tlc/tla2tools.jar";
/// The command that gets Java and TLC.
inline constexpr const char* kSetupModelChecking = "scripts/setup --model-checking";

}  // namespace workshop::protocol

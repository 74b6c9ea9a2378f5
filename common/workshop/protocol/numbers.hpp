#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Numbers in sentences. They stand here because the runner prints its sentences beside those of
/// test programs, and READMEs quote both: all have to write a number alike.
namespace workshop::protocol {

/// "8,601".
std::string grouped(std::uint64_t number);

/// "1 execution", "8,601 executions".
std::string counted(std::uint64_t count, std::string_view noun);

}  // namespace workshop::protocol

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include "workshop/runner/folders/foreign_check.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

constexpr std::array kCalls = {
    "getenv",  "secure_getenv", "setenv", "putenv", "environ",   "__environ", "open",    "open64",
    "openat",  "openat64",      "creat",  "fopen",  "fopen64",   "freopen",   "fdopen",  "write",
    "pwrite",  "pwrite64",      "writev", "read",   "pread",     "dup",       "dup2",    "dup3",
    "fcntl",   "ioctl",         "unlink", "rename", "truncate",  "ftruncate", "syscall", "fork",
    "vfork",   "clone",         "execl",  "execle", "execlp",    "execv",     "execve",  "execvp",
    "execvpe", "fexecve",       "system", "popen",  "socket",    "connect",   "bind",    "dlopen",
    "dlsym",   "dlmopen",       "mmap",   "mmap64", "mprotect",  "ptrace",    "exit",    "_exit",
    "_Exit",   "quick_exit",    "kill",   "raise",  "sigaction", "signal",    "setjmp",  "_setjmp",
    "longjmp", "siglongjmp"};

/// Beginnings of names: the C++ library's files and threads, SQLite, Catch2, and the kit's own
/// machinery around the tests.
constexpr std::array kBeginnings = {"posix_spawn",
                                    "pthread_create",
                                    "sqlite3_",
                                    "_ZNSt10filesystem",
                                    "_ZNSt13basic_filebuf",
                                    "_ZNSt13basic_fstream",
                                    "_ZNSt14basic_ifstream",
                                    "_ZNSt14basic_ofstream",
                                    "_ZNSt6thread15_M_start_thread",
                                    "_ZN5Catch",
                                    "_ZNK5Catch",
                                    "_ZN8workshop6sqlite",
                                    "_ZN8workshop7process",
                                    "_ZN8workshop7testing"};

/// A symbol as "U name" or "T name".
std::set<std::string> symbols_of(std::string_view text) {
  std::set<std::string> symbols;
  for (const auto& line : lines_of(text)) {
    std::istringstream words(line);
    std::string kind;
    std::string name;
    for (std::string word; words >> word;) {
      kind = name;
      name = word;
    }
    if (kind.size() == 1 && !name.empty())
      symbols.insert(kind + " " + name.substr(0, name.find('@')));
  }
  return symbols;
}

bool is_suspicious(const std::string& symbol) {
  const auto name = std::string_view(symbol).substr(2);
  const auto begins = [&](const char* beginning) { return name.starts_with(beginning); };
  if (symbol[0] == 'U' || symbol[0] == 'w') {
    return std::ranges::find(kCalls, name) != kCalls.end() ||
           std::ranges::any_of(kBeginnings, begins);
  }
  const bool everybodys = symbol[0] == 'T' || symbol[0] == 'D' || symbol[0] == 'B';
  return everybodys &&
         (!name.starts_with("_Z") || name.starts_with("_Znw") || name.starts_with("_Zna") ||
          name.starts_with("_Zdl") || name.starts_with("_Zda"));
}

}  // namespace

std::vector<std::string> suspicious_symbols(std::string_view symbols, std::string_view usual) {
  const auto known = symbols_of(usual);
  std::vector<std::string> found;
  for (const auto& symbol : symbols_of(symbols)) {
    if (!known.contains(symbol) && is_suspicious(symbol)) found.push_back(symbol.substr(2));
  }
  return found;
}

bool has_inline_assembly(std::string_view text, bool llvm) {
  if (!llvm) return text.find("#APP\n") != std::string_view::npos;
  constexpr std::array kFlags = {"sideeffect ", "alignstack ", "inteldialect ", "unwind "};
  for (auto at = text.find(" asm "); at != std::string_view::npos;
       at = text.find(" asm ", at + 1)) {
    auto rest = text.substr(at + 5);
    for (const std::string_view flag : kFlags) {
      if (rest.starts_with(flag)) rest.remove_prefix(flag.size());
    }
    if (rest.starts_with('"')) return true;
  }
  return false;
}

}  // namespace workshop::runner

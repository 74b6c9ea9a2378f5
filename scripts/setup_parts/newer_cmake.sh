# shellcheck shell=bash
# Part of scripts/setup: a newer CMake, with which maintainers try what depends on its version (kit.fetch.newer_cmake).

newer_cmake_folder=$repository/.cache/cmake

# Nothing else needs it: where it cannot be had, that check is not there.
setup_newer_cmake() {
  local package log
  [ "$maintainer" = yes ] || return 0
  [ ! -e "$newer_cmake_folder/bin/cmake" ] || return 0
  package="python3 -m pip install --quiet --target .cache/cmake/package cmake==4.0.3"
  if [ "$dry_run" = yes ]; then
    echo "$package && ln -s ../package/cmake/data/bin/cmake .cache/cmake/bin/cmake"
    return 0
  fi
  echo "setup: getting a newer CMake to try fetching with"
  log=$(mktemp)
  if ! (cd "$repository" && $package && mkdir -p .cache/cmake/bin &&
    ln -sf ../package/cmake/data/bin/cmake .cache/cmake/bin/cmake) >"$log" 2>&1 </dev/null; then
    tail -n 3 "$log"
    rm -rf "$newer_cmake_folder"
    echo "setup: without it fetching is tried with this machine's CMake only"
  fi
  rm -f "$log"
}

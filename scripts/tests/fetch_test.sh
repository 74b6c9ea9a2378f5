#!/usr/bin/env bash
# Whether libraries are fetched where the machine has none: from a local archive that stands for each, and from servers that
# are not there. CMAKE names the cmake to try.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

stand_in() {  # stand_in: makes the archive, and its hash in $sha256
  mkdir -p source/stand-in
  cp "$root/scripts/tests/fetched/stand_in.cmake" source/stand-in/CMakeLists.txt
  echo 'int sqlite3_stand_in;' >source/stand-in/sqlite3.c
  (cd source && "$cmake" -E tar czf ../stand-in.tar.gz stand-in)
  sha256=$("$cmake" -E sha256sum stand-in.tar.gz | cut -d ' ' -f 1)
}

# So nobody has to find out what the compiler can do.
nothing_is_compiled=(-D CMAKE_CXX_COMPILER_FORCED=ON -D CMAKE_C_COMPILER_FORCED=ON -D CMAKE_HAVE_LIBC_PTHREAD=ON)

configure() {  # configure URL [ARGUMENT...]: the project with the real declarations
  local url=$1
  shift
  run "$cmake" -G Ninja -S "$root/scripts/tests/fetched" -B build -D "ROOT=$root" -D "ARCHIVE=$url" \
    -D "ARCHIVE_SHA256=$sha256" -D "WORKSHOP_ARCHIVES=$PWD/archives" "${nothing_is_compiled[@]}" "$@"
}

# Listens on a port of the loopback, takes connections and never answers; its address is in $silent.
start_silent_server() {
  command -v python3 >/dev/null 2>&1 || skip "there is no python3 to play a server"
  python3 -c '
import socket, time
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
time.sleep(120)' >port &
  server=$!
  trap 'kill $server 2>/dev/null' EXIT
  while [ ! -s port ]; do sleep 0.05; done
  silent=http://127.0.0.1:$(cat port)/library.tar.gz
}

test_every_library_comes_from_its_archive() {
  stand_in
  configure "file://$PWD/stand-in.tar.gz"
  ends_with 0
  for library in fmt Boost sqlite Catch2 spdlog CLI11; do said "$library: not on this machine; fetching "; done
  for file in fmt-11.1.4.tar.gz boost-1.83.0.tar.xz; do [ -e "archives/$file" ] || fail "$file was not kept"; done
}

test_what_was_fetched_needs_no_network_any_more() {
  stand_in
  configure "file://$PWD/stand-in.tar.gz"
  ends_with 0
  rm -rf build
  configure "file://$PWD/there/is/no/such.tar.gz"
  ends_with 0
  said_not 'fetching '
}

test_offline_one_sentence_names_all_that_is_missing() {
  stand_in
  configure "file://$PWD/stand-in.tar.gz"
  rm -r archives
  begin=$SECONDS
  configure http://127.0.0.1:9/library.tar.gz
  ends_with 1
  within 10
  said 'fmt, Boost, sqlite, Catch2, spdlog, CLI11 are not on this machine and cannot be fetched: .*does not answer'
  said 'Install them \(scripts/setup says how\), connect this machine to a network, or copy fmt-11.1.4.tar.gz, boost-1.83.0'
  said_not 'FetchContent|ExternalProject'
}

test_a_server_that_never_answers_is_given_up_within_10_seconds() {
  stand_in
  configure "file://$PWD/stand-in.tar.gz"
  rm -r archives  # what is configured a second time spends its time on fetching only
  start_silent_server
  begin=$SECONDS
  configure "$silent"
  ends_with 1
  within 10
  said 'cannot be fetched: .*does not answer'
}

test_a_file_that_is_not_the_expected_one_is_refused() {
  stand_in
  sha256=${sha256//[0-9]/0}
  configure "file://$PWD/stand-in.tar.gz"
  ends_with 1
  said 'gives another file than the one whose SHA256 is'
}

run_tests "$@"

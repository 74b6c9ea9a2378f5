# shellcheck shell=bash
# Part of scripts/setup: Debian, Ubuntu and what derives from them.

packages=()   # to install
backports=()  # to install from bookworm-backports by name, because bookworm has an older one

# Too old for the kit, whatever is installed from it: prints what it has instead.
too_old() {
  case "$codename" in
    jammy) echo "CMake 3.22 and Clang 15" ;;
    focal) echo "CMake 3.16 and Clang 12" ;;
    bullseye) echo "CMake 3.18 and Clang 13" ;;
    *) return 1 ;;
  esac
}

newest_clang() {
  case "$codename" in
    bookworm | trixie) echo clang-19 ;;
    noble) echo clang-18 ;;
    *) echo clang ;;
  esac
}

packages_of() {  # packages_of WORD: those that bring it; none where the release has too old ones
  case "$1" in
    cmake) packages+=(cmake) ;;
    ninja) packages+=(ninja-build) ;;
    compiler) packages+=("$(newest_clang)") ;;
    java) packages+=(default-jre-headless) ;;
    git | mold) packages+=("$1") ;;
    SQLite) packages+=(libsqlite3-dev) ;;
    CLI11) packages+=(libcli11-dev) ;;
    fmt) too_old >/dev/null || packages+=(libfmt-dev) ;;
    Boost)
      case "$codename" in
        bookworm | noble) packages+=(libboost1.83-dev libboost-json1.83-dev) ;;
        *) too_old >/dev/null || packages+=(libboost-dev libboost-json-dev) ;;
      esac ;;
    Catch2)
      case "$codename" in
        bookworm) backports=(catch2 libcatch2-dev) ;;
        noble) ;;
        *) too_old >/dev/null || packages+=(catch2) ;;
      esac ;;
    spdlog)
      too_old >/dev/null || packages+=(libspdlog-dev)
      # It brings the package catch2 along, and bookworm's is too old.
      if [ "$codename" = bookworm ] && ! any_file "$system"/usr/share/doc/catch2; then backports=(catch2 libcatch2-dev); fi ;;
  esac
}

missing_packages() {
  local word clang
  packages=() backports=()
  look
  for word in ${needed[@]+"${needed[@]}"} ${fetched[@]+"${fetched[@]}"} ${unneeded[@]+"${unneeded[@]}"}; do
    packages_of "$word"
  done
  if [ "$maintainer" = yes ]; then
    clang=$(clang_version)
    case " ${packages[*]-} " in *" clang-"*) clang=$(newest_clang); clang=${clang#clang-} ;; esac
    if [ -n "$clang" ] && ! any_file "$system"/usr/lib/llvm-"$clang"/lib/clang/*/lib/linux/libclang_rt.asan-*.a; then
      packages+=("libclang-rt-$clang-dev")
    fi
    have doxygen || packages+=(doxygen)  # kit.reference
    have bwrap || packages+=(bubblewrap)  # kit.board_folders
    have jq || packages+=(jq)
    have tmux || packages+=(tmux)  # kit.watch_in_tmux
    have zsh || packages+=(zsh)  # kit.completion
    have fish || packages+=(fish)
  fi
  if [ "$model_checking" = yes ]; then
    tlc_is_there || python3 -m pip --version >/dev/null 2>&1 || packages+=(python3-pip)
  fi
}

needs_backports() {
  [ "$codename" = bookworm ] || return 1
  [ ${#backports[@]} -gt 0 ] && return 0
  case " ${packages[*]-} " in *" libboost1.83-dev "*) return 0 ;; esac
  return 1
}

# Where this machine gets Debian 12 from: backports come from the same place.
debian_mirror() {
  apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    awk '($2 == "bookworm" || $2 == "stable") && $3 == "main" { print $1; exit }'
}

backports_enabled() {
  apt-get indextargets --format '$(RELEASE)' 'Created-By: Packages' 2>/dev/null | grep -qx 'bookworm-backports'
}

install_command() {  # install_command AS PACKAGE...
  local as=$1
  shift
  echo "${as}env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $*"
}

# Prints the commands, one a line, as a person would type them after `$as`.
apt_commands() {
  local as=$1 mirror name names=()
  if needs_backports && ! backports_enabled; then
    mirror=$(debian_mirror)
    if [ -z "$mirror" ]; then
      echo "setup: apt knows no mirror of Debian 12, so backports cannot be enabled" >&2
      return 1
    fi
    echo "echo 'deb $mirror bookworm-backports main' | ${as}tee /etc/apt/sources.list.d/workshop-backports.list"
  fi
  echo "${as}apt-get update"
  for name in ${backports[@]+"${backports[@]}"}; do names+=("$name/bookworm-backports"); done
  install_command "$as" ${packages[@]+"${packages[@]}"} ${names[@]+"${names[@]}"}
}

# Installs one by one what could not be installed together: a package that is not to be had costs nobody the others.
install_singly() {  # install_singly AS LOG
  local name
  for name in ${packages[@]+"${packages[@]}"} ${backports[@]+"${backports[@]/%//bookworm-backports}"}; do
    bash -c "$(install_command "$1" "$name")" >"$2" 2>&1 </dev/null || {
      echo "setup: the package $name cannot be installed:"
      grep '^E: ' "$2" | tail -n 2
    }
  done
}

install_packages() {  # install_packages AS COMMANDS
  local command log
  echo "setup: installing ${packages[*]-} ${backports[*]-}"
  log=$(mktemp)
  while IFS= read -r command; do
    echo "  $command"
    bash -c "$command" >"$log" 2>&1 </dev/null && continue
    case "$command" in
      *"apt-get update") tail -n 5 "$log" ;;  # one dead source of many need not hurt: the installation will tell
      *"apt-get install"*) install_singly "$1" "$log" ;;
      *) tail -n 20 "$log"; rm -f "$log"; echo "setup: that command failed"; exit 1 ;;
    esac
  done <<<"$2"
  rm -f "$log"
}

say_too_old() {
  echo "setup: missing: $(needed_in_words). $(os_release PRETTY_NAME) has $(too_old), which are too old; no package of it will do."
  echo "setup: Get CMake and Ninja by python3 -m pip install --user cmake ninja, and Clang from the LLVM project's packages for" \
    "$codename; or use a newer system, or the container of .devcontainer."
}

setup_apt() {
  missing_packages
  if [ ${#packages[@]} -eq 0 ] && [ ${#backports[@]} -eq 0 ] && [ ${#needed[@]} -eq 0 ]; then
    [ $((${#fetched[@]} + ${#unneeded[@]})) -gt 0 ] || echo "setup: nothing is missing"
    say_what_is_done_without
    exit 0
  fi
  case " ${needed[*]-} " in
    *" cmake "* | *" compiler "*) if too_old >/dev/null; then say_too_old; exit 2; fi ;;
  esac
  local as="" may=yes commands how="as root"
  if [ "$(id -u)" -ne 0 ]; then
    may=no
    if have sudo; then
      as="sudo "
      how="with these commands"
      if sudo -n true 2>/dev/null; then may=yes; fi
    fi
  fi
  commands=$(apt_commands "$as")
  if [ "$dry_run" = yes ]; then
    [ -n "$commands" ] || exit 1
    echo "$commands"
    exit 0
  fi
  if [ "$may" = no ]; then
    if [ ${#needed[@]} -eq 0 ]; then
      echo "setup: this machine has what the labs need"
      say_what_is_done_without
      [ -z "$commands" ] || { echo "setup: install them $how, if you like:"; echo "$commands"; }
      exit 0
    fi
    echo "setup: missing: $(needed_in_words). Installing needs root; run this, $how:"
    echo "$commands"
    exit 2
  fi
  if [ -n "$commands" ]; then install_packages "$as" "$commands"; fi

  missing_packages
  if [ ${#needed[@]} -gt 0 ]; then
    echo "setup: still missing: $(needed_in_words)"
    [ -z "$compiler_said" ] || case " ${needed[*]} " in *" compiler "*) echo "$compiler_said" ;; esac
    exit 1
  fi
  say_what_is_done_without
  echo "setup: nothing is missing any more that the labs need"
}

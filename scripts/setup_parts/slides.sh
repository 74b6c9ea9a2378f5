# shellcheck shell=bash
# Part of scripts/setup: what `workshop slides` needs: cmark-gfm for the text, reveal.js for the deck, its type, Chromium for the PDF.

reveal=reveal.js@6.0.2
reveal_folder=$repository/.cache/reveal
font=@fontsource-variable/atkinson-hyperlegible-next@5.3.0  # SIL Open Font License 1.1: it may be embedded
font_folder=$repository/.cache/font

missing_for_slides() {
  have cmark-gfm || echo cmark-gfm
  have chromium || echo chromium
  { is_unpacked "$reveal" "$reveal_folder" && is_unpacked "$font" "$font_folder"; } || have npm || echo npm
}

is_unpacked() {  # is_unpacked PACKAGE@VERSION FOLDER
  grep -qs "\"version\": *\"${1##*@}\"" "$2/package/package.json"
}

# Gets a package without installing it: nothing of it is run.
get_package() {  # get_package PACKAGE@VERSION FOLDER
  rm -rf "$2" && mkdir -p "$2" && cd "$2" && npm pack --silent --fetch-retries=1 "$1" && tar -xzf ./*.tgz && is_unpacked "$1" "$2"
}

# Only slides need these, so a maintainer's machine may do without them.
setup_slides() {
  [ "$slides" = yes ] || return 0
  local missing as="" log status=0 wanted package folder
  missing=$(missing_for_slides | xargs)
  [ "$(id -u)" -eq 0 ] || as="sudo -n "
  local install="${as}env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing"
  if [ "$dry_run" = yes ]; then
    [ -z "$missing" ] || echo "$install"
    is_unpacked "$reveal" "$reveal_folder" || echo "mkdir -p .cache/reveal && (cd .cache/reveal && npm pack $reveal && tar -xzf *.tgz)"
    is_unpacked "$font" "$font_folder" || echo "mkdir -p .cache/font && (cd .cache/font && npm pack $font && tar -xzf *.tgz)"
    return 0
  fi
  log=$(mktemp)
  if [ -n "$missing" ]; then
    echo "setup: installing $missing, to make slides with"
    if ! have apt-get || ! { ${as}apt-get update && $install; } >"$log" 2>&1 </dev/null; then
      tail -n 3 "$log"
    fi
    missing=$(missing_for_slides | xargs)
  fi
  if [ -n "$missing" ]; then
    echo "setup: slides cannot be made without $missing; install by: $install"
    status=1
  fi
  have npm && for wanted in "$reveal $reveal_folder" "$font $font_folder"; do
    package=${wanted%% *} folder=${wanted#* }
    is_unpacked "$package" "$folder" && continue
    echo "setup: getting $package"
    if ! (get_package "$package" "$folder") >"$log" 2>&1 </dev/null; then
      tail -n 3 "$log"
      rm -rf "$folder"
      echo "setup: slides cannot be made, because $package cannot be fetched by npm pack"
      status=1
    fi
  done
  rm -f "$log"
  return $status
}

# shellcheck shell=bash
# Part of scripts/setup: what `workshop slides` needs: cmark-gfm for the text, reveal.js for the deck, Chromium for the PDF.

reveal=reveal.js@6.0.2
reveal_folder=$repository/.cache/reveal

missing_for_slides() {
  have cmark-gfm || echo cmark-gfm
  have chromium || echo chromium
  reveal_is_there || have npm || echo npm
}

reveal_is_there() {
  [ -e "$reveal_folder/package/dist/reveal.js" ] &&
    grep -q "\"version\": *\"${reveal##*@}\"" "$reveal_folder/package/package.json"
}

get_reveal() {
  rm -rf "$reveal_folder" && mkdir -p "$reveal_folder" && cd "$reveal_folder" &&
    npm pack --silent --fetch-retries=1 "$reveal" && tar -xzf ./*.tgz && reveal_is_there
}

# Only slides need these, so a maintainer's machine may do without them.
setup_slides() {
  [ "$slides" = yes ] || return 0
  local missing as="" log status=0
  missing=$(missing_for_slides | xargs)
  [ "$(id -u)" -eq 0 ] || as="sudo -n "
  local install="${as}env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing"
  if [ "$dry_run" = yes ]; then
    [ -z "$missing" ] || echo "$install"
    reveal_is_there || echo "mkdir -p .cache/reveal && (cd .cache/reveal && npm pack $reveal && tar -xzf *.tgz)"
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
  if ! reveal_is_there && have npm; then
    echo "setup: getting reveal.js"
    if ! (get_reveal) >"$log" 2>&1 </dev/null; then
      tail -n 3 "$log"
      rm -rf "$reveal_folder"
      echo "setup: slides cannot be made, because $reveal cannot be fetched by npm pack"
      status=1
    fi
  fi
  rm -f "$log"
  return $status
}

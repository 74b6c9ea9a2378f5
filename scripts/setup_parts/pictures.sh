# shellcheck shell=bash
# Part of scripts/setup: a browser to look at pictures with, for maintainers.

picture_source=$repository/common/tests/runner/picture
picture_folder=$repository/.cache/picture

missing_for_pictures() {
  have node || echo nodejs
  have npm || echo npm
  have chromium || have chromium-browser || have google-chrome || have google-chrome-stable || echo chromium
}

playwright_is_there() {
  [ -e "$picture_folder/node_modules/playwright-core/package.json" ] &&
    cmp -s "$picture_source/package-lock.json" "$picture_folder/package-lock.json"
}

# Nothing else needs it: where it cannot be installed, kit.picture is skipped and says what is missing.
setup_pictures() {
  [ "$maintainer" = yes ] || return 0
  local missing as="" log command
  missing=$(missing_for_pictures | xargs)
  [ "$(id -u)" -eq 0 ] || as="sudo -n "
  local install="${as}env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing"
  local packages="npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1"
  if [ "$dry_run" = yes ]; then
    [ -z "$missing" ] || echo "$install"
    playwright_is_there || echo "mkdir -p .cache/picture && cp common/tests/runner/picture/package*.json .cache/picture && (cd .cache/picture && $packages)"
    return 0
  fi
  log=$(mktemp)
  if [ -n "$missing" ]; then
    echo "setup: installing $missing, to look at pictures with"
    if ! have apt-get || ! { ${as}apt-get update && $install; } >"$log" 2>&1 </dev/null; then
      tail -n 3 "$log"
    fi
    missing=$(missing_for_pictures | xargs)
  fi
  if [ -n "$missing" ]; then
    echo "setup: without $missing the check of pictures is skipped"
  elif ! playwright_is_there; then
    echo "setup: getting playwright-core"
    rm -rf "$picture_folder"
    if ! { mkdir -p "$picture_folder" && cp "$picture_source"/package*.json "$picture_folder" &&
      cd "$picture_folder" && $packages; } >"$log" 2>&1 </dev/null; then
      tail -n 3 "$log"
      rm -rf "$picture_folder"
      echo "setup: playwright-core cannot be fetched, so the check of pictures is skipped"
    fi
  fi
  rm -f "$log"
}

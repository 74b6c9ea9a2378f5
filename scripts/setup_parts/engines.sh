# shellcheck shell=bash
# Part of scripts/setup: the servers that stores and brokers are tried with, and the libraries that speak to them. No lab needs any.

engines_source=$repository/common/workshop/engines/npm
engines_folder=$repository/.cache/engines

engine_packages() {  # what is missing of Debian's, one a line
  any_file "$system"/usr/lib/rabbitmq/bin/rabbitmq-server || have rabbitmq-server || echo rabbitmq-server
  any_file "$system"/usr/lib/postgresql/*/bin/postgres || echo postgresql
  any_file "$system"/usr/include/amqp.h "$system"/usr/include/rabbitmq-c/amqp.h || echo librabbitmq-dev
  any_file "$system"/usr/include/pqxx || echo libpqxx-dev
  any_file "$system"/usr/include/*/curl/curl.h "$system"/usr/include/curl/curl.h || echo libcurl4-openssl-dev
  any_file "$system"/usr/include/openssl/evp.h || echo libssl-dev
  have pkg-config || echo pkg-config
  have node || echo nodejs
  have npm || echo npm
}

engine_modules_are_there() {
  [ -e "$engines_folder/node_modules/dynalite/cli.js" ] &&
    [ -e "$engines_folder/node_modules/@vercel/cosmosdb-server/lib/cli.js" ] &&
    cmp -s "$engines_source/package-lock.json" "$engines_folder/package-lock.json"
}

# Nothing else needs them: where one cannot be installed, what uses it is skipped and says what is missing.
setup_engines() {
  [ "$engines" = yes ] || return 0
  local missing as="" log
  missing=$(engine_packages | xargs)
  [ "$(id -u)" -eq 0 ] || as="sudo -n "
  local install="${as}env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing"
  local modules="npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1"
  if [ "$dry_run" = yes ]; then
    [ -z "$missing" ] || echo "$install"
    engine_modules_are_there ||
      echo "mkdir -p .cache/engines && cp common/workshop/engines/npm/package*.json .cache/engines && (cd .cache/engines && $modules)"
    return 0
  fi
  log=$(mktemp)
  if [ -n "$missing" ]; then
    echo "setup: installing $missing, for engines"
    if ! have apt-get || ! { ${as}apt-get update && $install; } >"$log" 2>&1 </dev/null; then
      tail -n 3 "$log"
    fi
    missing=$(engine_packages | xargs)
  fi
  [ -z "$missing" ] || echo "setup: what needs $missing is skipped; install by: $install"
  if have npm && ! engine_modules_are_there; then
    echo "setup: getting the engines that are npm packages"
    mkdir -p "$engines_folder" && cp "$engines_source"/package*.json "$engines_folder"
    if ! (cd "$engines_folder" && $modules) >"$log" 2>&1 </dev/null; then
      tail -n 3 "$log"
      rm -rf "$engines_folder"
      echo "setup: what needs DynamoDB's or Cosmos DB's protocol is skipped, because npm cannot fetch its engines"
    fi
  fi
  rm -f "$log"
}

// What lab code includes, precompiled once for all labs: it is most of the time between saving a file and its verdict.
// A lab still includes what it uses; nothing depends on this file but the clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/describe.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_adapters.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <fmt/format.h>

#include "workshop/core/error.hpp"
#include "workshop/core/ids.hpp"
#include "workshop/core/json.hpp"
#include "workshop/core/message.hpp"
#include "workshop/core/task.hpp"
#include "workshop/core/todo.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/endpoint/handler_context.hpp"
#include "workshop/explore/explorer.hpp"
#include "workshop/explore/scenario.hpp"
#include "workshop/shop/business.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/shop/inbox.hpp"
#include "workshop/shop/messages.hpp"
#include "workshop/testing/explored.hpp"

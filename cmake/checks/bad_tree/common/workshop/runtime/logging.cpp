#include <spdlog/logger.h>  // right
#include "workshop/explore/world.hpp"  // planted: sideways

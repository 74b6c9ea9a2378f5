#include "workshop/explore/world/world.hpp"  // planted: sideways

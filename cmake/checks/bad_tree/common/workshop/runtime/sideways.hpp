#include "workshop/explore/world.hpp"  // planted: sideways

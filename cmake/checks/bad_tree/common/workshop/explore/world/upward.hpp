#include "workshop/explore/drivers/search.hpp"  // planted: a room above

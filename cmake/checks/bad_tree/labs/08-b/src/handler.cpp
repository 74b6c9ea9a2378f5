#include "handler.hpp"  // right

#include "workshop/shop/curious.hpp"

#include "workshop/core/ids.hpp"  // planted: a neighbour of its own level

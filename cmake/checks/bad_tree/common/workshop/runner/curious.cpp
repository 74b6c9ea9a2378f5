#include "workshop/core/upward.hpp"  // planted: the runner stands apart

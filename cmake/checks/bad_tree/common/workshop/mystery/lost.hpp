#include "workshop/core/upward.hpp"  // planted: a folder with no place

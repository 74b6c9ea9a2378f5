#include "workshop/protocol/variables.hpp"  // planted: likewise

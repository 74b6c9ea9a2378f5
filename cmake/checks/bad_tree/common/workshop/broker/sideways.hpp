#include "workshop/store/store.hpp"  // planted: sideways

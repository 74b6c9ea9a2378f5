#include <sqlite3.h>  // right

#include "workshop/core/upward.hpp"

#include "workshop/store/store.hpp"  // planted: up

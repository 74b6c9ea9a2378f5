#include "workshop/runner/main.hpp"  // planted: the runner

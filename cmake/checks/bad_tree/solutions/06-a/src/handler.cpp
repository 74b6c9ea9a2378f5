#include "workshop/runner/text.hpp"  // planted: the runner

#include <spdlog/logger.h>  // right

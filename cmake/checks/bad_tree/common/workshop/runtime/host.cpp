#include <spdlog/logger.h>  // planted: not the one file that may

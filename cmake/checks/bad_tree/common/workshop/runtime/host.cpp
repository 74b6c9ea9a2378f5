#include <boost/asio/post.hpp>  // right
#include <spdlog/logger.h>  // planted: not the one file that may

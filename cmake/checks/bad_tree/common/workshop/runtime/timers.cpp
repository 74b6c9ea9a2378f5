#include <boost/asio/post.hpp>  // right

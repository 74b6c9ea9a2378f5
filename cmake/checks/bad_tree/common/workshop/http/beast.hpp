#include <boost/beast/core.hpp>  // planted: a header is no place for it

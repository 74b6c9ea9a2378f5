#include "../../08-b/src/handler.hpp"  // planted: another lab

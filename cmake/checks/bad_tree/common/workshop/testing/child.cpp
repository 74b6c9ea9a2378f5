#include <spawn.h>  // planted: programs are started in process/*.cpp only

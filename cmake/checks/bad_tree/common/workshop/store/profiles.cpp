#include <sqlite3.h>  // planted: not the one file that may

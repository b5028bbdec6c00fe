#include "tmx.h"

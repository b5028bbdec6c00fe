#include "align.h"

/* calque.h -- libcalque, a multilingual translation memory.
 *
 * Split text into sentences (segment.h), keep translated segments in one file and find
 * them again (memory.h), see why two segments are alike (explain.h), pair a text with its
 * translation (align.h), find which documents translate each other (pair.h), try the data
 * of a language (locale.h). docs/example.c does most of it in sixty lines. */
#ifndef CALQUE_H
#define CALQUE_H

#include <calque/align.h>
#include <calque/base.h>
#include <calque/check.h>
#include <calque/document.h>
#include <calque/explain.h>
#include <calque/filter.h>
#include <calque/lang.h>
#include <calque/locale.h>
#include <calque/memory.h>
#include <calque/messages.h>
#include <calque/pair.h>
#include <calque/segment.h>
#include <calque/text.h>

#endif

/* content.h -- the equality that docs/tmx.md states, as code. */
#ifndef TESTS_TMX_CONTENT_H
#define TESTS_TMX_CONTENT_H

#include "base/base.h"

/* Append what a TMX file says, one thing a line: elements with their namespaces and their
 * attributes in order of name, text, comments, instructions and references; without
 * tmx@version and without the white space between the elements of TMX itself. False when
 * libxml2 finds it not well-formed. */
bool content_of(cq_str file, cq_buf *out);

#endif

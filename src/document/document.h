/* document.h -- files of many kinds in, one text out. All of this module that others use
 * is public: <calque/document.h>. Nothing is ever fetched, and all that a hostile file
 * could make grow has a ceiling (parts.h).
 *
 *   source.c     bytes of a file or of standard input
 *   decode.c     bytes -> UTF-8, whatever the encoding
 *   text         passed on as it is
 *   markdown.c   \
 *   html.c        > UTF-8, or members of zip.c through xml.c -> paragraphs.c
 *   docx.c odt.c /
 */
#ifndef CQ_DOCUMENT_DOCUMENT_H
#define CQ_DOCUMENT_DOCUMENT_H

#include "base/base.h"
#include "text/text.h"

#include <calque/document.h>

#endif

/* srx_write.c -- rules as SRX 2.0. */
#include "escape.h"
#include "tmx.h"

static void add_expression(cq_buf *out, const char *name, cq_str expression)
{
    cq_buf_add_format(out, "          <%s>", name);
    cq_xml_text(out, expression);
    cq_buf_add_format(out, "</%s>\n", name);
}

cq_status cq_tmx_srx_write(const cq_tmx_srx_rule *rules, size_t len, const cq_lang *lang,
                           cq_sink sink, cq_error *err)
{
    cq_buf out = {0};
    cq_status status;

    cq_buf_add_z(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<srx xmlns=\"http://www.lisa.org/srx20\" version=\"2.0\">\n"
                       "  <header segmentsubflows=\"yes\" cascade=\"no\">\n"
                       "    <formathandle type=\"start\" include=\"no\"/>\n"
                       "    <formathandle type=\"end\" include=\"yes\"/>\n"
                       "    <formathandle type=\"isolated\" include=\"no\"/>\n"
                       "  </header>\n  <body>\n    <languagerules>\n");
    cq_buf_add_format(&out, "      <languagerule languagerulename=\"%s\">\n",
                      lang->language);
    for (size_t i = 0; i < len; i++) {
        cq_buf_add_format(&out, "        <rule break=\"%s\">\n",
                          rules[i].is_break ? "yes" : "no");
        add_expression(&out, "beforebreak", rules[i].before);
        add_expression(&out, "afterbreak", rules[i].after);
        cq_buf_add_z(&out, "        </rule>\n");
    }
    cq_buf_add_format(&out,
                      "      </languagerule>\n    </languagerules>\n    <maprules>\n"
                      "      <languagemap languagepattern=\"(?i)%s([-_].*)?\" "
                      "languagerulename=\"%s\"/>\n"
                      "    </maprules>\n  </body>\n</srx>\n",
                      lang->language, lang->language);
    status = cq_buf_check(&out, err);
    if (status == CQ_OK)
        status = sink.write(sink.context, out.ptr, out.len, err);
    cq_buf_release(&out);
    return status;
}

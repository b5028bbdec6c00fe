#include "text.h"

#include <libstemmer.h>
#include <unicode/uchar.h>
#include <unicode/uversion.h>

#include <string.h>

/* To be raised whenever the tokens or keys of any text change. */
#define ANALYZER_REVISION 1u

/* libstemmer does not tell its version, and a new one may stem a language anew. So each
 * of its stemmers is given words with the endings that such changes are about; what comes
 * out stands for the version. */
static const char *const probes[] = {
    "nationalities",   "running",      "happily",        "generously",
    "skies",           "häusern",      "gegangenen",     "freundinnen",
    "continuellement", "naturelles",   "mangeaient",     "nacionalidades",
    "corriendo",       "rápidamente",  "velocemente",    "ragazzi",
    "mogelijkheden",   "lopende",      "flickornas",     "vackraste",
    "kirjoissammekin", "házaimban",    "gyermekekkel",   "evlerimizden",
    "kitaplarının",    "книгами",      "читающими",      "красивейшая",
    "βιβλιοθήκες",     "τρέχοντας",    "المكتبات",       "والكتاب",
    "લડકીઓ",           "लड़कियों",       "पुस्तकालयों",       "நூலகங்களில்",
    "հայերենի",        "caselor",      "frumoasele",     "namų",
    "nábytkem",        "leabharlanna", "liburutegietan", "biblioteques",
    "perpustakaannya",
};

static uint64_t add(uint64_t hash, const void *bytes, size_t len)
{
    return cq_hash(bytes, len, hash);
}

static uint64_t add_versions(uint64_t hash)
{
    UVersionInfo version;
    unsigned revision = ANALYZER_REVISION;

    u_getVersion(version);
    hash = add(hash, version, sizeof(version));
    u_getUnicodeVersion(version);
    hash = add(hash, version, sizeof(version));
    return add(hash, &revision, sizeof(revision));
}

static cq_status add_stems(uint64_t *hash, const char *algorithm, cq_error *err)
{
    struct sb_stemmer *stemmer = sb_stemmer_new(algorithm, "UTF_8");

    *hash = add(*hash, algorithm, strlen(algorithm));
    if (!stemmer)
        return cq_fail(err, CQ_E_NOMEM, "no memory for a stemmer");
    for (size_t i = 0; i < ARRAY_LEN(probes); i++) {
        const sb_symbol *stem = sb_stemmer_stem(stemmer, (const sb_symbol *)probes[i],
                                                (int)strlen(probes[i]));

        if (stem)
            *hash = add(*hash, stem, (size_t)sb_stemmer_length(stemmer));
    }
    sb_stemmer_delete(stemmer);
    return CQ_OK;
}

cq_status cq_analyzer_fingerprint(uint64_t *fingerprint, cq_error *err)
{
    const char **algorithms = sb_stemmer_list();
    uint64_t hash = add_versions(0);
    cq_status status = CQ_OK;

    for (size_t i = 0; algorithms[i] && status == CQ_OK; i++)
        status = add_stems(&hash, algorithms[i], err);
    *fingerprint = hash >> 1 ? hash >> 1 : 1;
    return status;
}

/* embed.c -- runs while calque is built: writes files as arrays of bytes in C, so that
 * the program carries them.
 *
 *     embed OUT NAME FILE [NAME FILE]...
 *
 * Each becomes `const char NAME[]`, which ends in a NUL that `NAME_len` does not count.
 */
#include <stdio.h>
#include <stdlib.h>

static void stop(const char *what)
{
    perror(what);
    exit(1);
}

static void embed(FILE *out, const char *name, const char *path)
{
    FILE *in = fopen(path, "rb");
    size_t len = 0;
    int byte;

    if (!in)
        stop(path);
    fprintf(out, "extern const char %s[];\nconst char %s[] = {", name, name);
    for (; (byte = getc(in)) != EOF; len++)
        fprintf(out, "%s%d,", len % 20 ? "" : "\n", byte < 128 ? byte : byte - 256);
    fprintf(out, "0};\nextern const size_t %s_len;\nconst size_t %s_len = %zu;\n", name,
            name, len);
    if (ferror(in))
        stop(path);
    fclose(in);
}

int main(int argc, char **argv)
{
    FILE *out = argc > 1 ? fopen(argv[1], "w") : NULL;

    if (!out)
        stop("embed");
    fputs("#include <stddef.h>\n", out);
    for (int i = 2; i + 1 < argc; i += 2)
        embed(out, argv[i], argv[i + 1]);
    if (fclose(out) != 0)
        stop(argv[1]);
    return 0;
}

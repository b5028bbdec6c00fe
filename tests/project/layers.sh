#!/bin/sh
# layers.sh ROOT -- read every #include of src/ and tmx/ and refuse an arrow that points up or
# sideways (docs/architecture.md), a library in a module that may not know it, and a header
# that is neither ours nor the C library's.
cd "$1" || exit 1

find src tmx -name '*.[ch]' | sort | xargs awk '
    # Modules and the layer they are in; those of one layer do not know each other.
    BEGIN {
        layer["base"] = 0
        layer["text"] = 1
        layer["unit"] = 2
        layer["segment"] = layer["document"] = layer["match"] = layer["index"] = layer["align"] = 3
        layer["store"] = layer["tmx"] = 3
        layer["memory"] = 4
        layer["cli"] = 5

        # The only modules that know each library.
        knows["unicode"] = "text"
        knows["libstemmer.h"] = "text"
        knows["sqlite3.h"] = "store"
        knows["libxml"] = "tmx document"
        knows["zlib.h"] = "tmx"
        knows["md5.h"] = "tmx"
        knows["archive.h"] = knows["archive_entry.h"] = "document"

        split("assert ctype errno fcntl float inttypes limits locale malloc math pthread " \
              "setjmp signal stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib " \
              "string strings termios time unistd wchar langinfo dirent poll sys/file " \
              "sys/ioctl sys/mman sys/resource sys/stat sys/time sys/types sys/wait",
              names, " ")
        for (i in names)
            c_library[names[i] ".h"] = 1
    }

    function bad(why) {
        printf "%s:%d: %s: %s\n", FILENAME, FNR, $0, why
        failed = 1
    }

    function check_ours(target) {
        if (!(target in layer))
            bad("no such module")
        else if (module == "include")
            bad("a public header includes an internal one")
        else if (module == "cli" && target != "cli")
            bad("the command line uses <calque.h> alone")
        else if (target != module && layer[target] >= layer[module])
            bad("an arrow from " module " to " target " does not point down")
    }

    function exists(path,    line, found) {
        found = (getline line < path) >= 0
        close(path)
        return found
    }

    FNR == 1 {
        files++
        split(FILENAME, part, "/")
        module = part[1] == "tmx" ? "tmx" : part[2]
        if (module ~ /\.h$/ && part[2] == "include") module = "include"
        folder = FILENAME
        sub(/[^\/]*$/, "", folder)
    }

    /^[ \t]*#[ \t]*include/ {
        name = $0
        sub(/^[^"<]*["<]/, "", name)
        sub(/[">].*$/, "", name)
        first = name
        sub(/\/.*$/, "", first)
        if (first == "calque" || name == "calque.h") {
            if (module == "cli" && name != "calque.h")
                bad("the command line uses <calque.h> alone")
        } else if (name in c_library) {
        } else if (first in knows) {
            if (index(" " knows[first] " ", " " module " ") == 0)
                bad("only " knows[first] " may know this library")
        } else if (name !~ /\// && exists(folder name)) {
            check_ours(module)
        } else {
            check_ours(first)
        }
    }

    END {
        if (files < 10) {
            print "found only " files " files to read"
            failed = 1
        }
        exit failed
    }'

#!/bin/sh
# symbols.sh LIST NM LIBRARY -- the names that libcalque exports are just those of LIST.
# A new one is a promise to other programs: add it by hand, sorted. Names of compilers'
# instruments (sanitizers, coverage), which begin with two underscores, do not count.
list=$1
nm=$2
library=$3

found=$("$nm" -D --defined-only "$library" | awk '$NF !~ /^(__|_init$|_fini$)/ { print $NF }' |
    LC_ALL=C sort)
[ "$found" = "$(cat "$list")" ] && exit 0
echo "exported by the library (>) and named by $list (<):"
echo "$found" | diff "$list" -
exit 1

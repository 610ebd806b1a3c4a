# Law: the engine is pure. The failover archive needs nothing from outside but memory moves and the
# compiler's own guards; it has no mutable data but the assertion hook, and no floating point.
root=$(cd "$(dirname "$0")/../.." && pwd)
archive=${RELEASE:-$root/build/release}/failover/libfailover.a
[ -f "$archive" ] || { echo "not ok - laws::the_failover_archive_is_there ($archive)"; exit 1; }

allowed='memcpy|memmove|memset|memcmp|__memcpy_chk|__memmove_chk|__memset_chk|__stack_chk_fail'
defined=$(nm -g --defined-only "$archive" | awk 'NF == 3 { print $3 }' | sort -u)
needed=$(nm -g --undefined-only "$archive" | awk '$1 == "U" { print $2 }' | sort -u)
foreign=$(comm -23 <(echo "$needed") <(echo "$defined") | grep -vxE "$allowed|_GLOBAL_OFFSET_TABLE_")
if [ -z "$foreign" ]; then
    echo "ok - laws::the_engine_needs_nothing_from_outside"
else
    echo "not ok - laws::the_engine_needs_nothing_from_outside"
    echo "$foreign" | sed 's/^/    /'
fi

# .data and .bss hold nothing but the assertion hook (constant tables of pointers are .data.rel.ro)
mutable=$(nm -f sysv "$archive" |
    awk -F'|' '{ gsub(/ /, "", $1); gsub(/ /, "", $7); if ($7 ~ /^\.(data|bss|tdata|tbss)(\.[^r].*)?$/) print $1 }' |
    grep -vxE 'assert_hook' | sort -u)
if [ -z "$mutable" ]; then
    echo "ok - laws::the_engine_keeps_nothing_of_its_own"
else
    echo "not ok - laws::the_engine_keeps_nothing_of_its_own"
    echo "$mutable" | sed 's/^/    /'
fi

floats=$(for room in "$root"/failover/*.[ch]; do
    gcc -fpreprocessed -dD -E -P "$room" 2>/dev/null | grep -E '\b(double|float)\b' | sed "s|^|${room##*/}: |"
done)
if [ -z "$floats" ]; then
    echo "ok - laws::the_engine_has_no_floating_point"
else
    echo "not ok - laws::the_engine_has_no_floating_point"
    echo "$floats" | sed 's/^/    /'
fi

# Law: same seed, same bytes. The storm's hashes are equal with and without sanitizers, and on every
# compiler and optimisation that is there.
root=$(cd "$(dirname "$0")/../.." && pwd)
release=${RELEASE:-$root/build/release}/bin/monitorsim
asan=${BUILD:-$root/build/asan}/bin/monitorsim
for program in "$release" "$asan"; do
    [ -x "$program" ] || { echo "not ok - determinism::monitorsim_is_there ($program)"; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# hashes PROGRAM SEEDS: one line a seed
hashes() {
    for seed in $(seq 1 "$2"); do
        "$1" storm --seed "$seed" 2>&1 | sed -n "s/^  hash /$seed /p"
    done
}
# same NAME FILE FILE
same() {
    if [ -s "$2" ] && cmp -s "$2" "$3"; then
        echo "ok - determinism::$1"
    else
        echo "not ok - determinism::$1"
        diff "$2" "$3" | head -n 10 | sed 's/^/    /'
    fi
}

hashes "$release" 10 >"$work/release" &
hashes "$asan" 10 >"$work/asan"
wait
same ten_seeds_with_and_without_sanitizers "$work/release" "$work/asan"
hashes "$release" 10 >"$work/again"
same ten_seeds_twice "$work/release" "$work/again"

# the storm needs the engine and nothing else: it is built by hand with what compilers there are
head -n 6 "$work/release" >"$work/few"
cat >"$work/main.c" <<'C'
#include "sim/commands.h"
int main(int argc, char **argv)
{
    return sim_command_storm(argc - 1, argv + 1);
}
C
echo '#define STORM_COMMIT "determinism"' >"$work/storm_commit.h"
for compiler in gcc clang; do
    for level in -O0 -O3; do
        name=six_seeds_by_${compiler}_${level#-}
        if ! command -v $compiler >/dev/null; then
            echo "ok - determinism::$name # SKIP no $compiler here"
            continue
        fi
        build="$work/$compiler$level"
        mkdir "$build"
        (cd "$root" && ls failover/*.c sim/storm/*.c sim/command_storm.c "$work/main.c") |
            (cd "$root" && xargs -P 2 -I{} sh -c "$(command -v ccache) $compiler -std=gnu17 $level \
                -D_GNU_SOURCE -I. -isystem '$work' -c {} -o '$build'/\$(echo {} | tr / _).o") \
            >"$build/log" 2>&1
        if $compiler "$build"/*.o -o "$build/storm" >>"$build/log" 2>&1; then
            hashes "$build/storm" 6 >"$build/hashes"
            same "$name" "$work/few" "$build/hashes"
        else
            echo "not ok - determinism::$name"
            tail -n 5 "$build/log" | sed 's/^/    /'
        fi
    done
done

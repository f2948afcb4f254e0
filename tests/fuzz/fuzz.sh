#!/bin/sh
# usage: tests/fuzz/fuzz.sh [SECONDS]   runs every target of build/fuzz for that long (60).
# New inputs go to build/fuzz/corpus/, a crash to build/fuzz/crash/: put its file into
# tests/fuzz/corpus/<target>/ with the fix.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-60}
mkdir -p build/fuzz/crash
status=0
for target in build/fuzz/tests/fuzz/fuzz_*; do
    if [ ! -f "$target" ] || [ ! -x "$target" ]; then continue; fi
    name=${target##*/fuzz_}
    mkdir -p "build/fuzz/corpus/$name"
    echo "== $name"
    "$target" -max_total_time="$seconds" -max_len=65536 -timeout=5 -rss_limit_mb=1024 \
        -print_final_stats=1 -verbosity=0 -artifact_prefix="build/fuzz/crash/$name-" \
        "build/fuzz/corpus/$name" "tests/fuzz/corpus/$name" || status=1
done
exit $status

#!/bin/sh
# usage: [BASE=COMMIT] tests/tidy/lint.sh
# Formatting, spelling and the house rules on everything, clang-tidy on what changed since BASE:
# without it the commit before the last; with BASE=all, or where there is no such commit, all files.
set -eu
cd "$(dirname "$0")/../.."
git rev-parse --git-dir >/dev/null

# What is or would be under version control and fits one of the patterns.
files() {
    git ls-files --cached --others --exclude-standard -- "$@" | sort -u | while read -r file; do
        [ ! -f "$file" ] || echo "$file"
    done
}

files '*.cpp' '*.hpp' | xargs clang-format-14 --dry-run -Werror

# Recorded answers are in many languages, and the names of character references are no words.
files '*.cpp' '*.hpp' '*.md' '*.txt' '*.sh' '*.py' '*.yml' '*.in' dev .ci/run |
    grep -v -e '^tests/fixtures/' -e '^tests/config/mistakes/' -e '^tests/fuzz/corpus/' -e '^text/char_reference\.cpp$' |
    xargs codespell --quiet-level 2 --ignore-words tests/tidy/words.txt

python3 -B tests/tidy/tidy.py

base=${BASE:-$(git rev-parse -q --verify 'HEAD~1' || echo all)}
if [ "$base" = all ]; then
    changed=$(files '*.cpp')
else
    changed=$(git diff --name-only --diff-filter=d "$base" -- '*.cpp')
    changed="$changed $(git ls-files --others --exclude-standard -- '*.cpp')"
fi
cmake --preset clang ${CI:+-DSPOKESWATCH_WERROR=ON} >/dev/null
for file in $changed; do
    case $file in tests/*) continue ;; esac
    echo "$file"
done | xargs -r -P "$(nproc)" -n 1 clang-tidy-14 -p build/clang --quiet
echo "lint: clean"

# Sourced by the other commands: make_venv LOCK makes .venv, with the packages of LOCK in it, when it isn't there yet.

say() { printf '%s\n' "$*" >&2; }

# The first Python that fits and can make an environment; PYTHON names another.
find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    say "Python 3.11, 3.12 or 3.13 with its venv module is needed (on Debian: apt-get install python3 python3-venv)."
    return 1
}

# The environment keeps a copy of each lock it satisfies: a changed lock is installed, an unchanged one costs nothing.
is_installed() { cmp -s "$1" ".venv/$1" && .venv/bin/python -c ''; }

install_into_venv() {
    local lock=$1 python
    is_installed "$lock" && return
    if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        python=$(find_python) || return 1
        say "Making .venv with $("$python" --version) ..."
        "$python" -m venv --clear .venv || return 1
    fi
    say "Installing the packages of $lock (the first time takes a minute) ..."
    rm -f .venv/requirements*.lock
    # --no-deps: the lock is complete, and nothing that it doesn't name may come in.
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r "$lock" || {
        say "The packages of $lock couldn't be installed; what pip said is above."
        return 1
    }
    # What the tools are added to is the runtime lock itself, so the larger one satisfies both.
    cp requirements.lock .venv/ && cp "$lock" .venv/
}

# Two commands started at the same time must not install over each other.
make_venv() {
    if command -v flock >/dev/null; then
        (flock 9 && install_into_venv "$1" 9>&-) 9>.venv.lock
    else
        install_into_venv "$1"
    fi
}

# The message catalogues, compiled when a text is newer.
compile_translations() {
    local text language
    for text in translations/*/LC_MESSAGES/*.po; do
        [ -e "$text" ] && [ ! "${text%.po}.mo" -nt "$text" ] || continue
        language=$(basename "$(dirname "$(dirname "$text")")")
        .venv/bin/pybabel -q compile --input-file "$text" --output-file "${text%.po}.mo" --locale "$language" ||
            say "The translation $text couldn't be compiled; its texts stay English."
    done
}

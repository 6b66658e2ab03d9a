# Sourced by bin/test: the programs beside Python that tests use, installed when they are missing and that is possible.

has_browser() { find_browser >/dev/null; }
has_postgresql() { command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_poppler() { command -v pdftotext >/dev/null; }

find_browser() {
    local name
    for name in ${CHROMIUM:-} chromium chromium-browser google-chrome; do
        command -v "$name" && return
    done
    return 1
}

# what is needed, and the Debian package that has it
NEEDS=(browser:chromium postgresql:postgresql poppler:poppler-utils)

missing_packages() {
    local need
    for need in "${NEEDS[@]}"; do
        "has_${need%%:*}" || printf '%s\n' "${need#*:}"
    done
}

# In CI whatever is missing in the end is a failure; elsewhere the tests that need it are left out, and it is said.
install_needs() {
    local missing
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Installing" $missing "..."
        export DEBIAN_FRONTEND=noninteractive
        { apt-get update -q && apt-get install -q -y --no-install-recommends $missing; } >/dev/null || say "apt-get failed."
        missing=$(missing_packages)
        [ -n "$missing" ] || return 0
    fi
    say "Missing:" $missing "(on Debian: apt-get install" $missing"); the tests that need it can't run."
    [ "${CI:-}" != true ]
}

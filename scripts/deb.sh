#!/usr/bin/env bash
# Makes a Debian package of the endpoint: scripts/deb.sh FOLDER [BINARY]. Without BINARY a release build is made and packed. The
# same binary, from the same commit, gives the same package, byte for byte.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
  printf 'deb: %s\n' "$*" >&2
  exit 1
}

folder=${1:?scripts/deb.sh FOLDER [BINARY]}
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
if [[ -n "${2:-}" ]]; then
  binary=$2
else
  cargo build --release --locked --package chronicle-endpoint
  binary=$target/release/chronicle-endpoint
fi
[[ -x "$binary" ]] || fail "there is no program at $binary"
command -v dpkg-deb >/dev/null && command -v dpkg-shlibdeps >/dev/null || fail "dpkg-dev is missing; scripts/setup.sh installs it"

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
architecture=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
mkdir -p "$folder"
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
root=$room/root
own=crates/endpoint/packaging

install -D -m 755 --strip "$binary" "$root/usr/bin/chronicle-endpoint"
install -D -m 644 "$own/chronicle-endpoint.service" "$root/lib/systemd/system/chronicle-endpoint.service"
install -D -m 644 "$own/sysusers.conf" "$root/usr/lib/sysusers.d/chronicle-endpoint.conf"
install -D -m 644 "$own/tmpfiles.conf" "$root/usr/lib/tmpfiles.d/chronicle-endpoint.conf"
install -D -m 644 crates/endpoint/OPERATING.md "$root/usr/share/doc/chronicle-endpoint/OPERATING.md"
install -D -m 644 crates/endpoint/src/endpoint.toml "$root/usr/share/doc/chronicle-endpoint/examples/endpoint.toml"
install -D -m 644 "$own/public.conf" "$root/usr/share/doc/chronicle-endpoint/examples/public.conf"
install -D -m 644 "$own/onion.torrc" "$root/usr/share/doc/chronicle-endpoint/examples/onion.torrc"
install -D -m 644 LICENSE "$root/usr/share/doc/chronicle-endpoint/copyright"
for script in postinst prerm postrm; do install -D -m 755 "$own/$script" "$root/DEBIAN/$script"; done

# What the program is linked with, as Debian names it.
mkdir -p "$room/debian"
: >"$room/debian/control"
depends=$(cd "$room" && dpkg-shlibdeps -O "$root/usr/bin/chronicle-endpoint" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
[[ -n "$depends" ]] || fail "it is not known what the program is linked with"
cat >"$root/DEBIAN/control" <<CONTROL
Package: chronicle-endpoint
Version: $version
Architecture: $architecture
Maintainer: Chronicle <chronicle@localhost>
Section: net
Priority: optional
Depends: $depends, systemd | systemd-standalone-sysusers
Suggests: tor
Installed-Size: $(du -sk "$root" | cut -f1)
Description: stores sealed reports for an organisation
 People who are followed and threatened write what happened to them and seal it
 for an organisation that they trust. This is the server where such reports
 arrive: it stores what it cannot open, and signs for it.
CONTROL
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group --build "$root" "$folder/chronicle-endpoint_${version}_$architecture.deb"

#!/usr/bin/env bash
# Brings a fresh Debian 12 with rustup's cargo and Node 20 to where Chronicle can be built and tested.
# Says first what it will install; does nothing when all is there; fails when something cannot be had.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The window and its driver; what the tests drive and look at it with; stock tools that open what Chronicle wrote.
packages=(
  build-essential pkg-config curl git python3 python3-venv dpkg-dev systemd
  libwebkit2gtk-4.1-dev libgtk-3-dev librsvg2-common adwaita-icon-theme fonts-dejavu-core
  bubblewrap xdg-dbus-proxy dbus dbus-x11 at-spi2-core
  webkit2gtk-driver xvfb xauth openbox xdotool x11-utils x11-xkb-utils x11-xserver-utils python3-gi gir1.2-gtk-3.0 imagemagick poppler-utils procps
  age sqlite3 strace libglib2.0-bin python3-dbusmock zstd brotli
  ffmpeg gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav gir1.2-webkit2-4.1 gir1.2-soup-3.0
)
unpacked=(nginx tor libevent-2.1-7)
deny=0.20.2
nextest=0.9.143
# What Chronicle is measured beside, for `setup.sh bench` only: the package brings SQLCipher as a native library.
sqlcipher3=0.6.4

fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

system_packages() {
  local missing=() package
  for package in "${packages[@]}"; do
    [[ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" == "ii "* ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null || fail "these Debian packages are missing and there is no apt-get: ${missing[*]}"
  printf 'setup: installing with apt: %s\n' "${missing[*]}"
  local root=()
  if [[ "$(id -u)" != 0 ]]; then
    command -v sudo >/dev/null || fail "run this as root once, or install sudo: apt-get install ${missing[*]}"
    root=(sudo)
  fi
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

toolchain() {
  command -v cargo >/dev/null || fail "cargo is missing; install Rust with rustup (https://rustup.rs)"
  local component
  for component in fmt clippy; do
    cargo "$component" --version >/dev/null 2>&1 && continue
    command -v rustup >/dev/null || fail "cargo $component is missing and there is no rustup to add it"
    printf 'setup: adding to the Rust toolchain: %s\n' "$component"
    rustup component add "${component/fmt/rustfmt}"
  done
}

cargo_tool() {
  local name=$1 version=$2 wanted=$3
  case "$(cargo "$name" --version 2>/dev/null | head -n 1)" in
    *" $wanted"*) return 0 ;;
  esac
  printf 'setup: installing with cargo: cargo-%s %s\n' "$name" "$version"
  # A folder of its own, so that a build folder given for the project is not filled with a tool's parts.
  CARGO_TARGET_DIR=target/tools cargo install --debug --locked "cargo-$name" --version "=$version"
  rm -rf target/tools
}

page() {
  command -v node >/dev/null || fail "node is missing; install Node 20.19 or newer"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "node $(node --version) is too old; 20.19 or newer is needed"
  local stamp=ui/node_modules/.chronicle lock
  lock=$(sha256sum <ui/package-lock.json)
  [[ -f "$stamp" && "$(<"$stamp")" == "$lock" ]] && return 0
  printf 'setup: installing with npm: what ui/package-lock.json names\n'
  npm ci --prefix ui
  printf '%s\n' "$lock" >"$stamp"
}

# Python programs that the tests run, each in a folder of its own: nothing is installed for the whole system.
python() {
  local wanted=$1 folder=${CARGO_TARGET_DIR:-target}/$2 module=$3
  cmp -s "$wanted" "$folder/installed" && "$folder/bin/python" -c "import $module" 2>/dev/null && return 0
  printf 'setup: installing with pip: what %s names\n' "$wanted"
  rm -rf "$folder"
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: --require-hashes --requirement "$wanted"
  cp "$wanted" "$folder/installed"
}

# Debian's servers that the tests put in front of an endpoint. They are unpacked, not installed: installed, they would begin to
# serve on this machine.
servers() {
  local folder=${CARGO_TARGET_DIR:-target}/servers wanted="${unpacked[*]}" package
  [[ "$(cat "$folder/unpacked" 2>/dev/null)" == "$wanted" ]] && return 0
  printf 'setup: unpacking from Debian packages: %s\n' "$wanted"
  rm -rf "$folder"
  mkdir -p "$folder"
  (
    cd "$folder"
    # Without lists nothing can be fetched; only an administrator can fetch those.
    apt-get download -qq "${unpacked[@]}" 2>/dev/null || {
      if [[ "$(id -u)" == 0 ]]; then apt-get update -qq; else sudo apt-get update -qq; fi
      apt-get download -qq "${unpacked[@]}"
    }
    for package in *.deb; do dpkg -x "$package" .; done
    rm -- *.deb
    printf '%s\n' "$wanted" >unpacked
  ) || fail "these Debian packages cannot be fetched: $wanted"
}

peers() {
  local folder=${CARGO_TARGET_DIR:-target}/bench/python
  [[ "$("$folder/bin/pip" list --format freeze 2>/dev/null)" == *"sqlcipher3==$sqlcipher3"* ]] && return 0
  printf 'setup: installing with pip into %s: sqlcipher3 %s\n' "$folder" "$sqlcipher3"
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: "sqlcipher3==$sqlcipher3"
}

[[ "${1:-}" != bench ]] || packages+=(python3-venv libsqlite3-0 util-linux)
system_packages
toolchain
cargo_tool deny "$deny" "$deny"
# Any nextest will do; this version comes when there is none.
cargo_tool nextest "$nextest" ""
page
# What opens a vault by its format's document alone, and programs that others wrote.
python tests/opener/requirements.txt opener pyrage
python tests/peers/requirements.txt peers moto
servers
[[ "${1:-}" != bench ]] || peers

# Read by the scripts in this folder: where things are, and which tools to use.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$root/end2end/node_modules/.bin:$PATH"

readonly wasm_target=wasm32-unknown-unknown
# Debian's compiler, for machines whose rustup cannot fetch the WebAssembly target.
readonly debian_rustc=/usr/bin/rustc debian_cargo=/usr/bin/cargo debian_linker=wasm-ld-19

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# The version of a crate in Cargo.lock.
locked_version() {
  awk -v name="\"$1\"" '$1 == "name" && $3 == name { getline; gsub(/"/, "", $3); print $3; exit }' Cargo.lock
}

# Can this compiler (a path or a name) build for WebAssembly?
compiles_to_wasm() {
  have "$1" && compgen -G "$("$1" --print sysroot)/lib/rustlib/$wasm_target/lib/libstd-*.rlib" >/dev/null
}

# Points cargo at the compiler that can build for WebAssembly: the usual one, else Debian's.
use_wasm_compiler() {
  compiles_to_wasm rustc && return
  compiles_to_wasm "$debian_rustc" || fail "no compiler for $wasm_target: run .make/setup run"
  # Clippy is that of the usual compiler.
  unset RUSTC_WORKSPACE_WRAPPER
  export CARGO=$debian_cargo RUSTC=$debian_rustc
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$debian_linker
}

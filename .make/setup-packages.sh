# Read by ./setup: what it takes to ship, to make packages and to try one.
# shellcheck shell=bash

# What packages are made with, so that the same commit gives the same packages.
readonly cargo_auditable_version=0.7.7 cargo_deb_version=3.8.0 cargo_cyclonedx_version=0.5.9

# It does not say its version.
has_cargo_auditable() { have cargo-auditable; }
install_cargo_auditable() { crate_install cargo-auditable "$cargo_auditable_version" --locked; }

has_cargo_deb() { have cargo-deb && [ "$(cargo-deb --version)" = "cargo-deb $cargo_deb_version" ]; }
install_cargo_deb() { crate_install cargo-deb "$cargo_deb_version" --locked; }

has_cargo_cyclonedx() { have cargo-cyclonedx && cargo cyclonedx --version | grep -qwF "$cargo_cyclonedx_version"; }
install_cargo_cyclonedx() { crate_install cargo-cyclonedx "$cargo_cyclonedx_version" --locked; }

# It finds the libraries that a package depends on.
has_dpkg_dev() { have dpkg-shlibdeps; }
install_dpkg_dev() { apt_install dpkg-dev; }

has_debootstrap() { have debootstrap; }
install_debootstrap() { apt_install debootstrap; }

has_nspawn() { have systemd-nspawn && have systemd-analyze; }
install_nspawn() { apt_install systemd systemd-container; }

has_binutils() { have readelf; }
install_binutils() { apt_install binutils; }

setup_ship() {
  setup_run
  step "cargo-auditable $cargo_auditable_version" "1 minute" has_cargo_auditable install_cargo_auditable \
    "cargo install cargo-auditable --version $cargo_auditable_version --locked"
}

setup_dist() {
  setup_ship
  step "cargo-deb $cargo_deb_version" "2 minutes" has_cargo_deb install_cargo_deb \
    "cargo install cargo-deb --version $cargo_deb_version --locked"
  step "cargo-cyclonedx $cargo_cyclonedx_version" "1 minute" has_cargo_cyclonedx install_cargo_cyclonedx \
    "cargo install cargo-cyclonedx --version $cargo_cyclonedx_version --locked"
  step "dpkg-dev" "10 seconds" has_dpkg_dev install_dpkg_dev "apt-get install dpkg-dev"
}

setup_package-test() {
  step "debootstrap" "10 seconds" has_debootstrap install_debootstrap "apt-get install debootstrap"
  step "systemd-nspawn" "10 seconds" has_nspawn install_nspawn "apt-get install systemd-container"
  step "OpenSSL" "10 seconds" has_openssl install_openssl "apt-get install openssl"
  step "curl" "10 seconds" has_curl install_curl "apt-get install curl"
  step "readelf" "10 seconds" has_binutils install_binutils "apt-get install binutils"
}

setup_container-test() {
  step "OpenSSL" "10 seconds" has_openssl install_openssl "apt-get install openssl"
  step "curl" "10 seconds" has_curl install_curl "apt-get install curl"
}

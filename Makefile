# Two commands are enough: `make run` and `make test`. Both install what is missing.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help run test dev lint checks built-front built-tests unit documents documents-built e2e html shots lighthouse bench bench-all bench-edges bench-faults front dist dist-check package-test container-test compose-test clean

export CARGO_TARGET_DIR := target
export PATH := $(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(CURDIR)/end2end/node_modules/.bin:$(PATH)

SERVER := --features ssr --locked
# The tests' own features reach shared crates: one build for the tests and for the server under test.
# With the points at which tests end the server.
FAULTY := --features ssr,failpoints --locked
TESTED := $(FAULTY) --bins --tests
# Compiles with Clippy, so that one build serves lints and tests.
# What is compiled for that is compiled once: what an incremental build keeps for the next one takes longer to write.
LINTING := CARGO_INCREMENTAL=0 RUSTC_WORKSPACE_WRAPPER=$(CURDIR)/.make/rustc-with-clippy

SCRIPTS := .make/setup .make/build-front .make/lint-front .make/rustc-with-clippy .make/check-dependencies .ci/run \
  packaging/build packaging/dist packaging/lint packaging/test packaging/test-reproducible \
  packaging/container/root packaging/container/test packaging/compose/test \
  $(addprefix packaging/debian/,postinst prerm postrm)
# What they read.
SOURCED := .make/lib.sh .make/setup-packages.sh packaging/expectations $(addprefix packaging/test-,machine program service changes)

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Build and start the demo, print its address (ARGS="--listen 127.0.0.1:4000")
	@.make/setup run
	@.make/build-front --release
	cargo build --release $(SERVER)
	@target/release/partner-dashboard demo $(ARGS)

test: ## Every check and every test, in the browser too
	@.make/setup test
	@$(LINTING) $(MAKE) checks
	@$(LINTING) $(MAKE) -j2 built-front built-tests
	@$(LINTING) $(MAKE) unit
	@$(MAKE) documents-built
	@$(LINTING) ALL_PAGES=1 $(MAKE) e2e

# At once: each has long steps that keep one processor busy.
built-front:
	@.make/build-front --release

built-tests:
	@mkdir -p target/site
	cargo build $(TESTED) --benches

dev: ## The demo, rebuilt on every save
	@.make/setup dev
	@mkdir -p target/site && find target/site \( -name '*.br' -o -name '*.gz' \) -delete
	cargo leptos watch -- demo --listen 127.0.0.1:3000 $(ARGS)

lint: ## Formatting, lints, types, styles
	@.make/setup test
	@$(MAKE) checks
	@mkdir -p target/site
	cargo clippy $(SERVER) --all-targets -- -D warnings

# What is checked without a build of the server.
checks:
	cargo fmt --check
	@for script in $(SCRIPTS) $(SOURCED); do bash -n "$$script"; done
	@export PATH="$(CURDIR)/target/tools/prometheus/usr/bin:$$PATH" && \
	  promtool check rules packaging/prometheus/alerts.yml && promtool test rules packaging/prometheus/alerts_test.yml
	.make/build-front --check-styles
	tsc --project end2end
	.make/lint-front
	node --test .make/*.test.mjs
	.make/check-dependencies
	packaging/lint $(SCRIPTS)

unit: ## The Rust tests alone
	@mkdir -p target/site
	@if command -v cargo-nextest >/dev/null; then \
	  echo "cargo nextest run $(FAULTY)"; cargo nextest run $(FAULTY) $(ARGS); \
	else \
	  echo "cargo test $(FAULTY)"; cargo test $(FAULTY) $(ARGS); \
	fi

documents: ## The commands of the documents, as far as they can be run here
	@.make/setup test
	@mkdir -p target/site
	cargo build $(TESTED)
	@$(MAKE) documents-built

documents-built:
	node --test --test-reporter spec end2end/documents/*.test.mjs

e2e: ## The browser tests alone (ARGS="journey --project with-javascript")
	@.make/setup test
	@.make/build-front --release
	cargo build $(TESTED)
	cd end2end && playwright test $(ARGS)

html: ## Every page through the W3C's validator, without JavaScript
	@.make/setup test
	@.make/build-front --release
	cargo build $(TESTED)
	cd end2end && playwright test every-page sign-in journey partner-trouble --project without-javascript

shots: ## A picture of every page into end2end/shots
	@.make/setup test
	@.make/build-front --release
	cargo build $(TESTED)
	@rm -rf end2end/shots
	cd end2end && playwright test --config gallery.config.ts

lighthouse: ## The scores of one page of each kind in Lighthouse, which must be 100
	@.make/setup run
	@.make/build-front --release
	cargo build --release $(SERVER)
	cd end2end/lighthouse && npm ci --silent && node measure.mjs $(ARGS)

bench: ## How fast pages are, as ratios
	@.make/setup $(if $(filter admins postgres soak start,$(ARGS)),bench,run)
	@.make/build-front --release
	cargo bench $(SERVER) --bench pages -- $(ARGS)
	@$(if $(ARGS),,$(MAKE) bench-edges)

bench-all: ## All measurements, one after the other (some hours)
	@for measurement in '' compression start postgres admins size audit soak; do $(MAKE) bench ARGS="$$measurement"; done

bench-edges: ## What hostile forms and answers cost a release build, and every damage of an audit log of 100,000 entries
	AUDIT_ENTRIES=100000 cargo test --release $(SERVER) --test integration -- --nocapture --test-threads 1 \
	  no_form_costs_much large_answers::memory audit_verification::large

bench-faults: ## More than 2,000 kills and losses of power under load, and every write and sync that can fail
	FAULT_ROUNDS=500 cargo nextest run $(FAULTY) --profile faults -E 'test(/^faults::/)'

front: ## Only what the browser loads
	@.make/setup run
	@.make/build-front --release

dist: ## The packages of the last commit, into target/dist
	@.make/setup dist
	@packaging/dist

dist-check: ## The same packages from another folder, which must be the same to the byte
	@.make/setup dist
	@packaging/test-reproducible

package-test: ## Install, start, upgrade and remove a package in a machine of its own (DEB=FILE)
	@.make/setup package-test
	@packaging/test $(or $(DEB),$(firstword $(wildcard target/dist/*.deb)))

container-test: ## Build the image and try it, where docker or podman answers (IMAGE=NAME builds none)
	@.make/setup container-test
	@packaging/container/test $(if $(IMAGE),--image $(IMAGE),$(ARGS))

compose-test: ## The commands of the documents for Compose, where docker answers (ARGS=--image builds no image)
	@.make/setup container-test
	@packaging/compose/test $(ARGS)

clean: ## Remove everything that was built
	rm -rf target end2end/shots end2end/test-results end2end/playwright-report

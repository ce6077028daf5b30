# Chainsaw's workshop: `make` lists what can be done here.

MODULES := $(patsubst %/go.mod,%,$(wildcard */go.mod))

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)

# Static, small, without paths of this machine. We stamp the version ourselves:
# Go's own stamp says "(devel)" for the modules of a workspace, and breaks the
# build where git refuses to speak of a folder that belongs to somebody else.
#
# Whatever compiles does it in this way, but for the race detector and the fuzzer:
# what one target has compiled is there for the next.
ALIKE := CGO_ENABLED=0 GOFLAGS='-trimpath -buildvcs=false'
BUILD := $(ALIKE) go build
STAMP  = -s -w -X github.com/chainsaw-cni/chainsaw/shared/version.Version=$(VERSION)

TOOLS      := $(CURDIR)/.cache/tools
LINTER     := $(TOOLS)/golangci-lint
TESTRUNNER := $(TOOLS)/gotestsum

# Go's cache of test results knows nothing of the kernel, of `ip` and of bin/:
# hence -count=1. Who is not root is root of a user namespace for each test.
TEST    = $(TESTRUNNER) --format standard-quiet -- -race -count=1 $(AS_ROOT)
AS_ROOT = $(if $(filter 0,$(shell id -u)),,-exec $(CURDIR)/hack/in-userns)

# Tests on a real kube-apiserver, which takes minutes to build the first time.
ON_APISERVER := e2e/apiserver e2e/lookup e2e/chainsawd e2e/deployments

# Tests on a real node, which needs root and cgroups. CONTAINERD=1.6 makes it run
# Debian's; KUBERNETES, which test-apiserver heeds as well, names one of the
# versions in hack/kubernetes, of which the newest is the default.
ON_CLUSTER := e2e/cluster/machine e2e/stories
export CONTAINERD ?= 2

FUZZTIME ?= 1m
LINES    ?= 100000

# $(call in-each-module,COMMAND) runs the command in the folder of each module,
# in all of them even when one fails.
in-each-module = @failed=; for module in $(MODULES); do echo "== $$module"; (cd $$module && $(1)) || failed=1; done; [ -z "$$failed" ]

.PHONY: help
help: ## list the targets (the default)
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(LINTER) bin/cni/bridge ## fetch the modules, build the tools, say what this machine lacks
	go mod download
	@echo "Debian packages to install: $$(hack/missing-packages)"
	@hack/missing-links

.PHONY: build
build: bin/cni/bridge ## build the plugins, the tools and the reference CNI plugins into bin/
	$(BUILD) -ldflags '$(STAMP)' -o bin/ ./plugins/... ./tools/...

.PHONY: packages
packages:
	@missing=$$(hack/missing-packages | xargs); [ -z "$$missing" ] || { echo "install these Debian packages first: $$missing"; exit 1; }

.PHONY: test
test: packages build $(TESTRUNNER) ## run the unit, netns and chain tests, with the race detector
	@hack/missing-links
	$(TEST) $$(go list work | grep -v $(ON_APISERVER:%=-e /%) $(ON_CLUSTER:%=-e /%))

.PHONY: test-apiserver
test-apiserver: build image $(TESTRUNNER) ## run the tests on a real kube-apiserver
	$(TEST) -timeout 30m $(ON_APISERVER:%=./%/...)

.PHONY: e2e
e2e: build image $(TESTRUNNER) ## walk through the stories on a real Kubernetes node, which lives in namespaces
	@export $(ALIKE); lacking=$$(go run ./e2e/cluster/cmd/cluster lacking) || exit 1; [ -z "$$lacking" ] || \
		{ echo "skipped: no Kubernetes node can run here, since this machine lacks $$lacking"; exit 0; }; \
	$(TESTRUNNER) --format testname -- -count=1 -timeout 50m -p 1 $(ON_CLUSTER:%=./%)

.PHONY: cluster-up cluster-shell cluster-down
cluster-up: build image ## start such a node to play with
	go run ./e2e/cluster/cmd/cluster up
cluster-shell: ## be on that node
	@go run ./e2e/cluster/cmd/cluster shell
cluster-down: ## end it
	go run ./e2e/cluster/cmd/cluster down

.PHONY: fuzz
fuzz: ## fuzz every Fuzz function for FUZZTIME (1m)
	hack/fuzz $(FUZZTIME) $(MODULES)

.PHONY: differential
differential: ## hold LINES (100000) generated lines of the parser against the real ip
	cd e2e && go test -timeout 2h -v ./differential -run GeneratedLines -args -lines=$(LINES)

.PHONY: bench
bench: build $(TOOLS)/kubeconform ## time whole ADDs beside the reference tuning plugin (as root), validate beside kubeconform
	go run ./e2e/bench -bin bin
	go run ./e2e/bench/validate
	go run ./e2e/bench/scale
	go test -run '^$$' -bench Spawn -count 5 ./shared/cage
	go test -run '^$$' -bench . -benchmem ./shared/ipcmd ./shared/rule

.PHONY: demo
demo: build ## run the walkthrough's chain in namespaces that go away again
	bin/chainsawctl try -f examples/walkthrough.yaml

.PHONY: examples
examples: build ## run every example in the same way
	@set -e; for example in examples/*.yaml; do echo "== $$example"; bin/chainsawctl try -f $$example; done

.PHONY: validate
validate: build ## check examples/ and deployments/ with our own tool
	bin/chainsawctl validate examples deployments

.PHONY: lint
lint: $(LINTER) ## check style, formatting and what must not be called
	$(call in-each-module,$(ALIKE) $(LINTER) run)

.PHONY: fmt
fmt: $(LINTER) ## format the code and group its imports
	$(call in-each-module,$(LINTER) fmt)

.PHONY: tidy
tidy: ## tidy the go.mod of each module
	$(call in-each-module,go mod tidy)

.PHONY: generate
generate: ## make the published schemas from their sources
	go generate ./schemas/...

.PHONY: deployments
deployments: ## make deployments/*.yaml from their kustomizations
	cd hack/manifests && GOWORK=off go run . $(CURDIR)/deployments

# For another platform too: make image ARCHITECTURES="amd64 arm64"
ARCHITECTURES ?= $(shell go env GOARCH)
IMAGE         ?= $(shell awk '$$1 == "newName:" { name = $$2 } $$1 == "newTag:" { print name ":" $$2 }' deployments/kustomize/image/kustomization.yaml)
CTL_IMAGE     ?= $(dir $(IMAGE))chainsawctl:$(lastword $(subst :, ,$(IMAGE)))
WRITE_IMAGE    = GOWORK=off go run . -version '$(VERSION)' -arch '$(ARCHITECTURES)' -bin $(CURDIR)/dist

.PHONY: image
image: ## write dist/chainsaw.tar and chainsawctl.tar, OCI images (takes Debian's apt, no Docker)
	@for arch in $(ARCHITECTURES); do \
		GOARCH=$$arch $(BUILD) -ldflags '$(STAMP)' -o dist/$$arch/ ./plugins/... ./tools/... || exit 1; \
	done
	cd hack/image && $(WRITE_IMAGE) -image chainsaw -cache $(CURDIR)/.cache/debian -o $(CURDIR)/dist/chainsaw.tar $(IMAGE)
	cd hack/image && $(WRITE_IMAGE) -image chainsawctl -o $(CURDIR)/dist/chainsawctl.tar $(CTL_IMAGE)

.PHONY: check-modules
check-modules: ## check that each module is tidy, builds and vets without the workspace
	$(call in-each-module,export GOWORK=off $(ALIKE) && go mod tidy -diff && go build -o /dev/null ./... && go vet ./...)

.PHONY: check-clean
check-clean: ## check that nothing in the work tree differs from the commit
	@changed=$$(git status --porcelain) && [ -z "$$changed" ] || { echo "$$changed"; git --no-pager diff; exit 1; }

.PHONY: ci
ci: ## do all that CI does
	.ci/run

.PHONY: clean
clean: ## remove what was built here
	rm -rf bin dist .cache

# `tool` stands for every program that the go.mod of such a module names. These
# modules are outside the workspace, so that what they need never decides which
# version of a module we ship.
bin/cni/bridge: hack/cniplugins/go.mod
	cd hack/cniplugins && GOWORK=off $(BUILD) -ldflags '-s -w' -o $(CURDIR)/bin/cni/ tool
	@touch $@

$(TOOLS)/kubeconform: hack/kubeconform/go.mod
	cd hack/kubeconform && GOWORK=off $(BUILD) -o $(TOOLS)/ tool
	@touch $@

$(LINTER) $(TESTRUNNER) &: hack/tools/go.mod
	cd hack/tools && GOWORK=off $(BUILD) -o $(TOOLS)/ tool
	@touch $(LINTER) $(TESTRUNNER)

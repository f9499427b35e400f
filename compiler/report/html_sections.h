/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * html_sections.h - one function for each section of the page.
 *
 * Includes html_write.
 */
#ifndef REPORT_HTML_SECTIONS_H
#define REPORT_HTML_SECTIONS_H

#include "report/html_write.h"

void html_memory(const struct page *p);
void html_cells(const struct page *p);
void html_cpus(const struct page *p);
void html_lines(const struct page *p);
void html_devices(const struct page *p);
void html_left_out(const struct page *p);
void html_channels(const struct page *p);
void html_virtios(const struct page *p);
void html_waivers(const struct page *p);
void html_policies(const struct page *p);
void html_flows(const struct page *p);
void html_costs(const struct page *p);

#endif

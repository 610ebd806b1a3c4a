/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers that a card sends as texts: decimals, and flags written as 0 and 1. Pure; the SNMP map
 * calls it. */
#ifndef PROBES_TEXT_NUMBER_H
#define PROBES_TEXT_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* "230.5", " -3 " as thousandths; digits behind the third are cut. False for anything else. */
bool pb_text_milli(const char *text, int64_t *milli);
/* "0110…": the first character becomes bit 1, the second bit 2, up to bit 62; the rest is not
 * looked at. False when one of them is neither 0 nor 1, or the text is empty. */
bool pb_text_bits(const char *text, int64_t *bits);

#endif

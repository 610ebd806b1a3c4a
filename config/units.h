/* SPDX-License-Identifier: Apache-2.0 */
/* Texts with units to integers and back: "500ms", "25%", "23.5V", "1000ppm", "192.0.2.1:502". Pure;
 * it knows no key and no file. A unit is never guessed: a bare number is refused, because 30 may be
 * seconds to one reader and milliseconds to the next. */
#ifndef CONFIG_UNITS_H
#define CONFIG_UNITS_H

#include "config/site.h"

enum cfg_measure {
    CFG_MEASURE_DURATION, /* us ms s min (or m) h d, as microseconds */
    CFG_MEASURE_SHARE,    /* %, as thousandths of a percent */
    CFG_MEASURE_VOLTS,    /* mV V, as millivolts */
    CFG_MEASURE_PPM,      /* ppm, as parts per million */
    CFG_MEASURE_BYTES,    /* B KiB MiB GiB, as bytes */
    CFG_MEASURES
};
enum cfg_parsed {
    CFG_PARSED_OK,
    CFG_PARSED_NO_NUMBER,
    CFG_PARSED_NO_UNIT,
    CFG_PARSED_WRONG_UNIT,
    CFG_PARSED_TOO_FINE, /* more digits than the unit can hold exactly */
    CFG_PARSED_TOO_LARGE
};

/* A whole or decimal number, at most one space, a unit of the measure; nothing else. *value is set
 * only when CFG_PARSED_OK is returned; never negative. */
enum cfg_parsed cfg_measure_parse(enum cfg_measure measure, const char *text, int64_t *value);
/* The shortest exact text ("1500ms", "30s", "2.5%"); at most size bytes with the end. Reading it
 * gives the same value again. value >= 0. */
void cfg_measure_print(enum cfg_measure measure, int64_t value, char *text, size_t size);
/* "us ms s min h d": the units of a measure, for hints. Static storage. */
const char *cfg_measure_units(enum cfg_measure measure);
/* "30s": an example of a measure, for hints. Static storage. */
const char *cfg_measure_example(enum cfg_measure measure);

/* "192.0.2.1:502" or "[2001:db8::1]:161", port 1 … 65535. NULL when good, else what is wrong with
 * it and a hint (static storage), and *address is untouched. */
const char *cfg_address_parse(const char *text, struct cfg_address *address);
/* "/dev/ttyS0:9600-8-E-1": path, bits a second, data bits (8: Modbus RTU has no other), parity N, E
 * or O, stop bits; the same contract. */
const char *cfg_serial_parse(const char *text, struct cfg_serial *serial);
/* "192.0.2.1"; the same contract. */
const char *cfg_ipv4_parse(const char *text, struct in_addr *address);
/* "2001:db8::1", an address of one host that is not link-local; the same contract. */
const char *cfg_ipv6_parse(const char *text, struct in6_addr *address);
/* "10.0.0.1/24" (prefix 1 … 32); the same contract. */
const char *cfg_prefix4_parse(const char *text, struct in_addr *address, uint8_t *prefix);
/* "2001:db8::1/64" (prefix 1 … 128); the same contract. */
const char *cfg_prefix6_parse(const char *text, struct in6_addr *address, uint8_t *prefix);
/* Whether two addresses are the same host and port. */
bool cfg_address_same(const struct cfg_address *a, const struct cfg_address *b);

#endif

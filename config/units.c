/* SPDX-License-Identifier: Apache-2.0 */
/* Exact arithmetic on numbers with units, and numeric addresses. No floating point, no locale, no
 * resolver: the same text means the same everywhere. schema.c calls it for every key with a unit;
 * crosscheck.c calls it to say a limit in the words of the file. */
#include "config/units.h"

#include "config/serial_speed.h"
#include "failover/assert.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

struct unit {
    const char *name;
    int64_t size; /* in the measure's own integer */
};
/* m is read as min is, and never printed: of two of a size the last is. */
static const struct unit duration_units[] = {
    {"us", 1},          {"ms", FO_MS},  {"s", FO_SECOND},    {"m", FO_MINUTE},
    {"min", FO_MINUTE}, {"h", FO_HOUR}, {"d", 24 * FO_HOUR},
};
static const struct unit share_units[] = {{"%", 1000}};
static const struct unit volt_units[] = {{"mV", 1}, {"V", 1000}};
static const struct unit ppm_units[] = {{"ppm", 1}};
static const struct unit byte_units[] = {{"B", 1},
                                         {"KiB", 1024},
                                         {"MiB", 1 << 20},
                                         {"GiB", 1 << 30}};

static const struct {
    const struct unit *units;
    unsigned count;
    const char *names, *example;
} measures[CFG_MEASURES] = {
    [CFG_MEASURE_DURATION] = {duration_units, 7, "us ms s min h d", "30s"},
    [CFG_MEASURE_SHARE] = {share_units, 1, "%", "25%"},
    [CFG_MEASURE_VOLTS] = {volt_units, 2, "mV V", "23.5V"},
    [CFG_MEASURE_PPM] = {ppm_units, 1, "ppm", "1000ppm"},
    [CFG_MEASURE_BYTES] = {byte_units, 4, "B KiB MiB GiB", "64MiB"},
};

#define WHOLE_MAX 1000000000000LL
#define FRACTION_SCALE 1000000LL

/* Digits with at most six after the point: *whole, and *millionths of one. */
static enum cfg_parsed number_take(const char **cursor, int64_t *whole, int64_t *millionths)
{
    const char *at = *cursor;
    *whole = *millionths = 0;
    if (*at < '0' || *at > '9') {
        return CFG_PARSED_NO_NUMBER;
    }
    for (; *at >= '0' && *at <= '9'; at++) {
        *whole = *whole * 10 + (*at - '0');
        if (*whole > WHOLE_MAX) {
            return CFG_PARSED_TOO_LARGE;
        }
    }
    if (*at == '.') {
        at++;
        if (*at < '0' || *at > '9') {
            return CFG_PARSED_NO_NUMBER;
        }
        for (int64_t scale = FRACTION_SCALE / 10; *at >= '0' && *at <= '9'; at++, scale /= 10) {
            if (scale == 0 && *at != '0') {
                return CFG_PARSED_TOO_FINE;
            }
            *millionths += (*at - '0') * scale;
        }
    }
    *cursor = at;
    return CFG_PARSED_OK;
}

enum cfg_parsed cfg_measure_parse(enum cfg_measure measure, const char *text, int64_t *value)
{
    FO_ASSERT(measure < CFG_MEASURES);
    int64_t whole, millionths;
    enum cfg_parsed parsed = number_take(&text, &whole, &millionths);
    if (parsed != CFG_PARSED_OK) {
        return parsed;
    }
    if (*text == ' ') {
        text++;
    }
    if (*text == '\0') {
        return CFG_PARSED_NO_UNIT;
    }
    for (unsigned i = 0; i < measures[measure].count; i++) {
        const struct unit *unit = &measures[measure].units[i];
        if (strcmp(text, unit->name) != 0) {
            continue;
        }
        if (whole > INT64_MAX / unit->size - 1) {
            return CFG_PARSED_TOO_LARGE;
        }
        __extension__ __int128 fine = (__int128)millionths * unit->size;
        if (fine % FRACTION_SCALE != 0) {
            return CFG_PARSED_TOO_FINE;
        }
        *value = whole * unit->size + (int64_t)(fine / FRACTION_SCALE);
        return CFG_PARSED_OK;
    }
    return CFG_PARSED_WRONG_UNIT;
}

void cfg_measure_print(enum cfg_measure measure, int64_t value, char *text, size_t size)
{
    FO_ASSERT(measure < CFG_MEASURES);
    FO_ASSERT(value >= 0);
    if (value == 0 && (measure == CFG_MEASURE_DURATION || measure == CFG_MEASURE_BYTES)) {
        snprintf(text, size, measure == CFG_MEASURE_DURATION ? "0s" : "0B");
        return;
    }
    const struct unit *unit = &measures[measure].units[0];
    for (unsigned i = 1; i < measures[measure].count; i++) { /* the largest that divides evenly */
        const struct unit *larger = &measures[measure].units[i];
        if (value % larger->size == 0) {
            unit = larger;
        }
    }
    int64_t rest = value % unit->size; /* only where the smallest unit is larger than one */
    if (rest == 0) {
        snprintf(text, size, "%lld%s", (long long)(value / unit->size), unit->name);
        return;
    }
    FO_ASSERT(unit->size == 1000);
    int digits = 3;
    while (rest % 10 == 0) {
        rest /= 10;
        digits--;
    }
    snprintf(text, size, "%lld.%0*lld%s", (long long)(value / unit->size), digits, (long long)rest,
             unit->name);
}

const char *cfg_measure_units(enum cfg_measure measure)
{
    FO_ASSERT(measure < CFG_MEASURES);
    return measures[measure].names;
}

const char *cfg_measure_example(enum cfg_measure measure)
{
    FO_ASSERT(measure < CFG_MEASURES);
    return measures[measure].example;
}

/* Decimal digits only, lowest … highest; false otherwise. */
static bool count_parse(const char *text, unsigned lowest, unsigned highest, unsigned *count)
{
    unsigned value = 0;
    if (*text == '\0' || strlen(text) > 5) {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        value = value * 10 + (unsigned)(*text - '0');
    }
    *count = value;
    return value >= lowest && value <= highest;
}

static const char *host_parse(const char *host, bool bracketed, uint16_t port,
                              struct cfg_address *address)
{
    struct cfg_address parsed = {0};
    struct sockaddr_in *four = (struct sockaddr_in *)&parsed.storage;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&parsed.storage;
    if (!bracketed && inet_pton(AF_INET, host, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons(port);
        parsed.length = sizeof *four;
    } else if (bracketed && inet_pton(AF_INET6, host, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons(port);
        parsed.length = sizeof *six;
    } else {
        return "is not a numeric address; names are not accepted, because a resolver may be down "
               "exactly when it matters: write \"192.0.2.1:502\" or \"[2001:db8::1]:161\"";
    }
    *address = parsed;
    return NULL;
}

const char *cfg_address_parse(const char *text, struct cfg_address *address)
{
    char host[64];
    bool bracketed = text[0] == '[';
    const char *end = bracketed ? strchr(text, ']') : strrchr(text, ':');
    const char *start = bracketed ? text + 1 : text;
    const char *colon = bracketed && end != NULL ? end + 1 : end;
    if (!bracketed && end != NULL && strchr(text, ':') != end) {
        return "has several colons; an IPv6 address goes in brackets: \"[2001:db8::1]:161\"";
    }
    if (end == NULL || *colon != ':') {
        return "has no port; write \"192.0.2.1:502\" or \"[2001:db8::1]:161\"";
    }
    unsigned port;
    if (!count_parse(colon + 1, 1, 65535, &port)) {
        return "has a port that is not 1 … 65535";
    }
    size_t length = (size_t)(end - start);
    if (length >= sizeof host) {
        return "is too long for an address";
    }
    memcpy(host, start, length);
    host[length] = '\0';
    return host_parse(host, bracketed, (uint16_t)port, address);
}

const char *cfg_serial_parse(const char *text, struct cfg_serial *serial)
{
    static const char form[] =
        "is not a serial line; write \"/dev/ttyS0:9600-8-E-1\": device, bits "
        "a second, 8 data bits, parity N, E or O, stop bits";
    struct cfg_serial parsed = {0};
    const char *colon = strrchr(text, ':');
    char digits[8];
    size_t length = colon != NULL ? (size_t)(colon - text) : 0;
    if (text[0] != '/' || length == 0 || length > CFG_SERIAL_PATH_MAX) {
        return form;
    }
    memcpy(parsed.path, text, length);
    size_t count = strspn(colon + 1, "0123456789");
    const char *rest = colon + 1 + count;
    if (count == 0 || count >= sizeof digits || strlen(rest) != 6) {
        return form;
    }
    memcpy(digits, colon + 1, count);
    digits[count] = '\0';
    for (const char *digit = digits; *digit != '\0'; digit++) {
        parsed.baud = parsed.baud * 10 + (unsigned)(*digit - '0');
    }
    bool shaped = rest[0] == '-' && rest[2] == '-' && rest[4] == '-';
    if (!shaped || rest[1] != '8' || strchr("NEO", rest[3]) == NULL ||
        (rest[5] != '1' && rest[5] != '2')) {
        return form;
    }
    parsed.parity = rest[3];
    parsed.stop_bits = (uint8_t)(rest[5] - '0');
    if (cfg_serial_speed(parsed.baud) == B0) {
        return "has a speed that serial lines do not have; they have " CFG_SERIAL_SPEEDS;
    }
    *serial = parsed;
    return NULL;
}

const char *cfg_ipv4_parse(const char *text, struct in_addr *address)
{
    struct in_addr parsed;
    if (inet_pton(AF_INET, text, &parsed) != 1) {
        return "is not a numeric IPv4 address; write \"192.0.2.1\", without a port";
    }
    *address = parsed;
    return NULL;
}

const char *cfg_ipv6_parse(const char *text, struct in6_addr *address)
{
    struct in6_addr parsed;
    if (inet_pton(AF_INET6, text, &parsed) != 1) {
        return "is not a numeric IPv6 address; write \"2001:db8::1\", without a port or a prefix";
    }
    if (IN6_IS_ADDR_UNSPECIFIED(&parsed) || IN6_IS_ADDR_LOOPBACK(&parsed) ||
        IN6_IS_ADDR_MULTICAST(&parsed) || IN6_IS_ADDR_LINKLOCAL(&parsed)) {
        return "is no address of a host that others reach; write one like \"2001:db8::1\"";
    }
    *address = parsed;
    return NULL;
}

static bool prefix_split(const char *text, char *host, size_t size, unsigned longest,
                         unsigned *prefix)
{
    const char *slash = strchr(text, '/');
    if (slash == NULL || (size_t)(slash - text) >= size ||
        !count_parse(slash + 1, 1, longest, prefix)) {
        return false;
    }
    memcpy(host, text, (size_t)(slash - text));
    host[slash - text] = '\0';
    return true;
}

const char *cfg_prefix4_parse(const char *text, struct in_addr *address, uint8_t *prefix)
{
    char host[64];
    unsigned length;
    struct in_addr parsed;
    if (!prefix_split(text, host, sizeof host, 32, &length) ||
        inet_pton(AF_INET, host, &parsed) != 1) {
        return "is not an IPv4 address with its prefix; write \"192.0.2.100/24\"";
    }
    *address = parsed;
    *prefix = (uint8_t)length;
    return NULL;
}

const char *cfg_prefix6_parse(const char *text, struct in6_addr *address, uint8_t *prefix)
{
    char host[64];
    unsigned length;
    struct in6_addr parsed;
    if (!prefix_split(text, host, sizeof host, 128, &length) ||
        inet_pton(AF_INET6, host, &parsed) != 1) {
        return "is not an IPv6 address with its prefix; write \"2001:db8::100/64\"";
    }
    *address = parsed;
    *prefix = (uint8_t)length;
    return NULL;
}

bool cfg_address_same(const struct cfg_address *a, const struct cfg_address *b)
{
    return a->length != 0 && a->length == b->length &&
           memcmp(&a->storage, &b->storage, a->length) == 0;
}

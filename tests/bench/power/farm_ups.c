/* SPDX-License-Identifier: Apache-2.0 */
/* The farm's UPSes as RFC 1628 has them, and just enough BER to answer GET, GETNEXT and GETBULK
 * about them. It owns no socket; farm.c hands it a datagram and sends what the pen holds. */
#include "tests/bench/power/farm_ups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OBJECTS_MAX 64
#define ARCS_MAX 20

struct object {
    uint32_t arcs[ARCS_MAX];
    unsigned length;
    uint8_t type;
    int64_t number;
    const char *text;
};

/* ---- the UPS of RFC 1628 --------------------------------------------------------------------- */

static unsigned object_count;
static struct object objects[OBJECTS_MAX];

static void add(const char *arcs, uint8_t type, int64_t number, const char *text)
{
    struct object *object = &objects[object_count++];
    memset(object, 0, sizeof *object);
    for (const char *at = arcs; *at != '\0'; at += *at == '.') {
        object->arcs[object->length++] = (uint32_t)strtoul(at, (char **)(uintptr_t)&at, 10);
    }
    object->type = type;
    object->number = number;
    object->text = text;
}

#define U "1.3.6.1.2.1.33.1."
/* In a storm the number changes too, so that a client reads the table at every turn. */
static void add_alarms(const struct farm_ups *ups, unsigned index, double t)
{
    unsigned second = (unsigned)(int64_t)t;
    unsigned count = ups->storm ? 6 + second % 2 * 2 : ups->battery ? 1 : 0;
    char name[32];
    add(U "6.1.0", 0x42, ups->storm ? count : count + (ups->low ? 1 : 0), NULL);
    for (unsigned column = 2; column <= 3; column++) {
        for (unsigned row = 0; row < count; row++) {
            unsigned alarm = ups->storm ? 1 + (index + second * 7 + row * 3) % 24 : 2;
            snprintf(name, sizeof name, U "6.2.1.%u.%u", column, row + 1);
            add(name, column == 2 ? 6 : 0x43, column == 2 ? alarm : 123456, NULL);
        }
    }
}

/* In the order of their names. */
static void fill(const struct farm_ups *ups, unsigned index, double t)
{
    bool battery = ups->battery;
    static char name[16];
    snprintf(name, sizeof name, "ups%u", index);
    object_count = 0;
    add("1.3.6.1.2.1.1.1.0", 4, 0, "simulated UPS");
    add("1.3.6.1.2.1.1.2.0", 6, 0, NULL);
    add("1.3.6.1.2.1.1.3.0", 0x43, (int64_t)(t * 100) & 0x7fffffff, NULL);
    add("1.3.6.1.2.1.1.5.0", 4, 0, name);
    add(U "1.1.0", 4, 0, "Bench");
    add(U "1.2.0", 4, 0, "B-3000");
    add(U "1.3.0", 4, 0, "1.0");
    add(U "1.4.0", 4, 0, "1.0");
    add(U "1.5.0", 4, 0, name);
    add(U "2.1.0", 2, ups->low ? 3 : 2, NULL);
    add(U "2.2.0", 2, battery ? (int64_t)(t - ups->since) : 0, NULL);
    add(U "2.3.0", 2, ups->low ? 3 : 42, NULL);
    add(U "2.4.0", 2, ups->low ? 18 : 97, NULL);
    add(U "2.5.0", 2, 2170, NULL);
    add(U "2.6.0", 2, battery ? -63 : 0, NULL);
    add(U "2.7.0", 2, 27, NULL);
    add(U "3.1.0", 0x41, battery ? 1 : 0, NULL);
    add(U "3.2.0", 2, 1, NULL);
    add(U "3.3.1.2.1", 2, battery ? 0 : 500, NULL);
    add(U "3.3.1.3.1", 2, battery ? 0 : 200 + (int64_t)t % 3, NULL);
    add(U "3.3.1.4.1", 2, battery ? 0 : 61, NULL);
    add(U "4.1.0", 2, battery ? 5 : 3, NULL);
    add(U "4.2.0", 2, 500, NULL);
    add(U "4.3.0", 2, 1, NULL);
    add(U "4.4.1.2.1", 2, 200, NULL);
    add(U "4.4.1.3.1", 2, 60, NULL);
    add(U "4.4.1.4.1", 2, 1180, NULL);
    add(U "4.4.1.5.1", 2, 39, NULL);
    add_alarms(ups, index, t);
    add(U "8.1.0", 2, 2, NULL);
    add(U "8.2.0", 2, -1, NULL);
    add(U "8.3.0", 2, -1, NULL);
    add(U "8.4.0", 2, 0, NULL);
    add(U "8.5.0", 2, 1, NULL);
    add(U "9.1.0", 2, 200, NULL);
    add(U "9.5.0", 2, 3000, NULL);
    add(U "9.6.0", 2, 2700, NULL);
    add(U "9.7.0", 2, 5, NULL);
}

/* ---- BER: just enough ------------------------------------------------------------------------ */

struct bytes {
    uint8_t *at;
    size_t left;
};

/* The next element; its content in *content. 0 at the end or when it makes no sense. */
static uint8_t element(struct bytes *from, struct bytes *content)
{
    if (from->left < 2) {
        return 0;
    }
    uint8_t type = from->at[0];
    size_t length = from->at[1], head = 2;
    if (length & 0x80) {
        size_t more = length & 0x7f;
        length = 0;
        if (more > 2 || from->left < 2 + more) {
            return 0;
        }
        for (size_t i = 0; i < more; i++) {
            length = length << 8 | from->at[2 + i];
        }
        head += more;
    }
    if (from->left < head + length) {
        return 0;
    }
    *content = (struct bytes){from->at + head, length};
    from->at += head + length;
    from->left -= head + length;
    return type;
}

static unsigned arcs_read(struct bytes name, uint32_t arcs[ARCS_MAX])
{
    unsigned count = 0;
    uint32_t arc = 0;
    if (name.left == 0) {
        return 0;
    }
    arcs[count++] = name.at[0] / 40;
    arcs[count++] = name.at[0] % 40;
    for (size_t i = 1; i < name.left && count < ARCS_MAX; i++) {
        arc = arc << 7 | (name.at[i] & 0x7f);
        if ((name.at[i] & 0x80) == 0) {
            arcs[count++] = arc;
            arc = 0;
        }
    }
    return count;
}

/* Everything is written backwards from the end of the buffer: lengths are known then. */
static void put(struct farm_pen *pen, const void *bytes, size_t length)
{
    if (length <= pen->at) {
        pen->at -= length;
        memcpy(pen->bytes + pen->at, bytes, length);
    }
}
static void put_byte(struct farm_pen *pen, unsigned byte)
{
    uint8_t one = (uint8_t)byte;
    put(pen, &one, 1);
}
/* Closes the element whose content ends at `end`. */
static void put_head(struct farm_pen *pen, uint8_t type, size_t end)
{
    size_t length = end - pen->at;
    if (length < 0x80) {
        put_byte(pen, (unsigned)length);
    } else {
        put_byte(pen, length & 0xff);
        put_byte(pen, length >> 8 & 0xff);
        put_byte(pen, 0x82);
    }
    put_byte(pen, type);
}
static void put_number(struct farm_pen *pen, uint8_t type, int64_t number)
{
    size_t end = pen->at;
    int bytes = 0;
    do {
        put_byte(pen, (unsigned)(number & 0xff));
        bytes++;
        number >>= 8;
    } while (bytes < 5 && !((number == 0 && (pen->bytes[pen->at] & 0x80) == 0) ||
                            (number == -1 && (pen->bytes[pen->at] & 0x80) != 0)));
    put_head(pen, type, end);
}
static void put_arcs(struct farm_pen *pen, const uint32_t *arcs, unsigned length)
{
    size_t end = pen->at;
    for (unsigned i = length; i > 2; i--) {
        uint32_t arc = arcs[i - 1];
        put_byte(pen, arc & 0x7f);
        while ((arc >>= 7) != 0) {
            put_byte(pen, 0x80 | (arc & 0x7f));
        }
    }
    put_byte(pen, arcs[0] * 40 + arcs[1]);
    put_head(pen, 6, end);
}

static void put_value(struct farm_pen *pen, const struct object *object)
{
    uint32_t alarm[] = {1, 3, 6, 1, 2, 1, 33, 1, 6, 3, (uint32_t)object->number};
    size_t end = pen->at;
    if (object->type == 4) {
        put(pen, object->text, strlen(object->text));
        put_head(pen, 4, end);
    } else if (object->type == 6) {
        put_arcs(pen, alarm, object->number > 0 ? 11 : 7);
    } else {
        put_number(pen, object->type, object->number);
    }
}

static int order(const uint32_t *a, unsigned a_length, const uint32_t *b, unsigned b_length)
{
    for (unsigned i = 0; i < a_length && i < b_length; i++) {
        if (a[i] != b[i]) {
            return a[i] < b[i] ? -1 : 1;
        }
    }
    return a_length == b_length ? 0 : a_length < b_length ? -1 : 1;
}

static const struct object *look_up(const uint32_t *arcs, unsigned length, bool next)
{
    for (unsigned i = 0; i < object_count; i++) {
        int is = order(objects[i].arcs, objects[i].length, arcs, length);
        if (is == 0 && !next) {
            return &objects[i];
        }
        if (is > 0) {
            return next ? &objects[i] : NULL;
        }
    }
    return NULL;
}

struct asked {
    uint32_t arcs[ARCS_MAX];
    unsigned length;
    const struct object *found;
};

/* The names asked for, with what they stand for; GETBULK repeats the last ones. */
static unsigned answers(struct bytes list, uint8_t kind, int64_t repeat, struct asked *asked)
{
    unsigned count = 0;
    struct bytes pair, name;
    while (count < OBJECTS_MAX && element(&list, &pair) == 0x30) {
        if (element(&pair, &name) != 6) {
            break;
        }
        struct asked *one = &asked[count++];
        one->length = arcs_read(name, one->arcs);
        one->found = look_up(one->arcs, one->length, kind != 0xa0);
        for (int64_t i = 1; kind == 0xa5 && i < repeat && one->found != NULL; i++) {
            if (count == OBJECTS_MAX) {
                break;
            }
            asked[count] = *one;
            one = &asked[count++];
            memcpy(one->arcs, one[-1].found->arcs, sizeof one->arcs);
            one->length = one[-1].found->length;
            one->found = look_up(one->arcs, one->length, true);
        }
    }
    return count;
}

static int64_t number_of(struct bytes content)
{
    int64_t number = content.left > 0 && (content.at[0] & 0x80) != 0 ? -1 : 0;
    for (size_t i = 0; i < content.left; i++) {
        number = (int64_t)((uint64_t)number << 8 | content.at[i]);
    }
    return number;
}

bool farm_ups_answer(struct farm_ups *ups, unsigned index, double now, uint8_t *frame,
                     size_t length, struct farm_pen *pen)
{
    static struct asked asked[OBJECTS_MAX];
    struct bytes all = {frame, length}, message, version, community, pdu, id, status, extra, list;
    if (element(&all, &message) != 0x30 || element(&message, &version) != 2 ||
        element(&message, &community) != 4) {
        return false;
    }
    uint8_t kind = element(&message, &pdu);
    if ((kind != 0xa0 && kind != 0xa1 && kind != 0xa5) || element(&pdu, &id) != 2 ||
        element(&pdu, &status) != 2 || element(&pdu, &extra) != 2 || element(&pdu, &list) != 0x30) {
        return false;
    }
    fill(ups, index, now);
    unsigned count = answers(list, kind, number_of(extra), asked);
    pen->at = sizeof pen->bytes;
    for (unsigned i = count; i > 0; i--) {
        const struct asked *one = &asked[i - 1];
        size_t end = pen->at;
        if (one->found == NULL) {
            put_byte(pen, 0);
            put_byte(pen, kind == 0xa0 ? 0x81 : 0x82);
            put_arcs(pen, one->arcs, one->length);
        } else {
            ups->alarms += one->found->length > 11 && one->found->arcs[8] == 6 &&
                                   one->found->arcs[9] == 2 && one->found->arcs[11] == 2
                               ? 1
                               : 0;
            put_value(pen, one->found);
            put_arcs(pen, one->found->arcs, one->found->length);
        }
        put_head(pen, 0x30, end);
    }
    put_head(pen, 0x30, sizeof pen->bytes);
    put_number(pen, 2, 0);
    put_number(pen, 2, 0);
    put(pen, id.at, id.left);
    put_byte(pen, (unsigned)id.left);
    put_byte(pen, 2);
    put_head(pen, 0xa2, sizeof pen->bytes);
    put(pen, community.at, community.left);
    put_byte(pen, (unsigned)community.left);
    put_byte(pen, 4);
    put(pen, version.at, version.left);
    put_byte(pen, (unsigned)version.left);
    put_byte(pen, 2);
    put_head(pen, 0x30, sizeof pen->bytes);
    return true;
}

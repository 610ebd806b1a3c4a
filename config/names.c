/* SPDX-License-Identifier: Apache-2.0 */
/* Names that refer to each other inside one file: found, unique, resolved to indices, and the
 * nearest one offered when a name is mistyped. It never reads a key by itself; the decode rooms and
 * schema.c call it. */
#include "config/names.h"

#include "failover/assert.h"
#include "failover/types.h"

#include <string.h>

static unsigned smallest(unsigned a, unsigned b, unsigned c)
{
    unsigned least = a < b ? a : b;
    return least < c ? least : c;
}

unsigned cfg_edit_distance(const char *a, const char *b)
{
    enum { LONGEST = 64 };
    unsigned rows[3][LONGEST + 1];
    unsigned *before = rows[0], *last = rows[1], *row = rows[2];
    size_t a_length = strnlen(a, LONGEST), b_length = strnlen(b, LONGEST);
    for (unsigned j = 0; j <= b_length; j++) {
        last[j] = j;
    }
    for (unsigned i = 1; i <= a_length; i++) {
        row[0] = i;
        for (unsigned j = 1; j <= b_length; j++) {
            bool equal = a[i - 1] == b[j - 1];
            row[j] = smallest(last[j] + 1, row[j - 1] + 1, last[j - 1] + !equal);
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && before[j - 2] + 1 < row[j]) {
                row[j] = before[j - 2] + 1;
            }
        }
        unsigned *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[b_length];
}

void cfg_name_offer(const char *name, const char *candidate, const char **best, unsigned *distance)
{
    unsigned here = cfg_edit_distance(name, candidate);
    if (here < *distance && here <= 1 + strlen(name) / 3) {
        *best = candidate;
        *distance = here;
    }
}

static const char *name_at(const void *first, size_t stride, unsigned index)
{
    const char *name;
    memcpy(&name, (const char *)first + index * stride, sizeof name);
    return name;
}

/* The first of that name, or count. */
static unsigned name_seek(const void *first, size_t stride, unsigned count, const char *name)
{
    for (unsigned i = 0; name != NULL && i < count; i++) {
        const char *here = name_at(first, stride, i);
        if (here != NULL && strcmp(here, name) == 0) {
            return i;
        }
    }
    return count;
}

uint8_t cfg_name_find(const void *first, size_t stride, unsigned count, const char *name)
{
    FO_ASSERT(count <= FO_DEVICES_MAX);
    unsigned at = name_seek(first, stride, count, name);
    return at < count ? (uint8_t)at : FO_NONE;
}

void cfg_name_unique(struct cfg_source *source, config_setting_t *group, const char *key,
                     const void *first, size_t stride, unsigned count, const char *name)
{
    if (name_seek(first, stride, count, name) < count) {
        cfg_error_at(source, group, key, "\"%s\" is already taken; names must differ", name);
    }
}

uint64_t cfg_names_resolve(struct cfg_source *source, config_setting_t *group, const char *key,
                           const struct cfg_texts *texts, const void *first, size_t stride,
                           unsigned count, const char *what)
{
    uint64_t bits = 0;
    config_setting_t *array = cfg_member(group, key);
    bool aligned = array != NULL && config_setting_length(array) == texts->count;
    for (unsigned i = 0; i < texts->count; i++) {
        config_setting_t *here = aligned         ? config_setting_get_elem(array, i)
                                 : array != NULL ? array
                                                 : group;
        uint8_t index = cfg_name_find(first, stride, count, texts->items[i]);
        if (index == FO_NONE) {
            const char *near = NULL;
            unsigned distance = 64;
            for (unsigned j = 0; j < count; j++) {
                const char *name = name_at(first, stride, j);
                if (name != NULL) {
                    cfg_name_offer(texts->items[i], name, &near, &distance);
                }
            }
            cfg_error_at(source, here, NULL, "no %s is called \"%s\"%s%s%s", what, texts->items[i],
                         near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                         near != NULL ? "\"?" : "");
        } else if (bits >> index & 1) {
            cfg_error_at(source, here, NULL, "\"%s\" is listed twice", texts->items[i]);
        } else {
            bits |= (uint64_t)1 << index;
        }
    }
    return bits;
}

uint8_t cfg_name_resolve(struct cfg_source *source, config_setting_t *group, const char *key,
                         const char *name, const void *first, size_t stride, unsigned count,
                         const char *what)
{
    struct cfg_texts one = {1, {name}};
    if (name != NULL) {
        cfg_names_resolve(source, group, key, &one, first, stride, count, what);
    }
    return cfg_name_find(first, stride, count, name);
}

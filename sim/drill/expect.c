/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and judges expectations. It owns the small language of expect.h and keeps nothing between
 * two judgements. */
#include "sim/drill/expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct kind {
    const char *what, *list, *name_key;
} kinds[] = {
    {"service", "services", "name"},   {"server", "servers", "name"},
    {"line", "lines", "name"},         {"power", "power", "name"},
    {"incident", "incidents", "root"}, {"contact", "contacts", "person"},
    {"blocked", "blocked", "reason"},  {"mode", NULL, "mode"},
};

static const struct kind *kind_find(const char *what)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kinds[i].what, what) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}

/* Cuts "key=value" apart; false when it is none. */
static bool condition_cut(char *word, struct sim_condition *condition)
{
    char *sign = strpbrk(word, "=<>");
    if (sign == NULL || sign == word || sign[1] == '\0') {
        return false;
    }
    condition->sign = *sign;
    condition->key = word;
    condition->value = sign + 1;
    if (*sign == '=' && sign[-1] == '!') {
        condition->sign = '!';
        sign[-1] = '\0';
    }
    *sign = '\0';
    return condition->key[0] != '\0';
}

const char *sim_expect_parse(const char *text, struct sim_expect *expect)
{
    *expect = (struct sim_expect){0};
    if (snprintf(expect->text, sizeof(expect->text), "%s", text) >= (int)sizeof(expect->text)) {
        return "is too long";
    }
    char *name = strchr(expect->text, ' ');
    if (name == NULL || name[1] == '\0') {
        return "needs a kind and a name, such as \"power gen-1 state=ok\"";
    }
    *name++ = '\0';
    expect->what = expect->text;
    expect->name = name;
    if (kind_find(expect->what) == NULL) {
        return "starts with none of: service server line power incident contact blocked mode";
    }
    /* conditions are the words at the end that hold a sign; what is before them is the name */
    for (;;) {
        char *space = strrchr(name, ' ');
        if (space == NULL || strpbrk(space + 1, "=<>") == NULL) {
            break;
        }
        if (expect->count == SIM_CONDITIONS_MAX) {
            return "has too many conditions";
        }
        if (!condition_cut(space + 1, &expect->conditions[expect->count])) {
            return "has a condition that is not key=value";
        }
        expect->count++;
        *space = '\0';
    }
    return name[0] == '\0' || strpbrk(name, "=<>") != NULL ? "has no name" : NULL;
}

/* The value's own text; "" for what has none. Storage of the value or of text. */
static const char *value_text(const json_t *value, char *text, size_t size)
{
    if (json_is_string(value)) {
        return json_string_value(value);
    }
    if (json_is_object(value)) { /* a subject */
        const char *name = json_string_value(json_object_get(value, "name"));
        return name == NULL ? "" : name;
    }
    if (json_is_number(value)) {
        snprintf(text, size, "%.10g", json_number_value(value));
        return text;
    }
    if (json_is_boolean(value)) {
        return json_is_true(value) ? "true" : "false";
    }
    return json_is_null(value) ? "null" : "";
}

static bool text_has_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        bool begins = at == text || at[-1] == ' ';
        if (begins && (at[length] == '\0' || at[length] == ' ')) {
            return true;
        }
    }
    return false;
}

static bool value_equals(const json_t *value, const char *key, const char *wanted)
{
    char text[64];
    if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++) {
            if (value_equals(json_array_get(value, i), key, wanted)) {
                return true;
            }
        }
        return false;
    }
    if (json_is_number(value)) {
        char *end;
        double number = strtod(wanted, &end);
        return *end == '\0' && number == json_number_value(value);
    }
    const char *is = value_text(value, text, sizeof(text));
    return strcmp(key, "ups.status") == 0 ? text_has_word(is, wanted) : strcmp(is, wanted) == 0;
}

static bool child_has(const json_t *object, const char *cause)
{
    const json_t *children = json_object_get(object, "children");
    for (size_t i = 0; i < json_array_size(children); i++) {
        const char *is = json_string_value(json_object_get(json_array_get(children, i), "cause"));
        if (is != NULL && strcmp(is, cause) == 0) {
            return true;
        }
    }
    return false;
}

static const json_t *value_find(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return value != NULL ? value : json_object_get(json_object_get(object, "variables"), key);
}

static bool condition_holds(const struct sim_condition *condition, const json_t *object)
{
    if (strcmp(condition->key, "child") == 0) {
        return child_has(object, condition->value) == (condition->sign == '=');
    }
    const json_t *value = value_find(object, condition->key);
    if (value == NULL) {
        return false;
    }
    if (condition->sign == '=' || condition->sign == '!') {
        return value_equals(value, condition->key, condition->value) == (condition->sign == '=');
    }
    char *end;
    double bound = strtod(condition->value, &end);
    if (!json_is_number(value) || *end != '\0') {
        return false;
    }
    double is = json_number_value(value);
    return condition->sign == '<' ? is < bound : is > bound;
}

static bool object_matches(const struct sim_expect *expect, const struct kind *kind,
                           const json_t *object)
{
    const char *name = json_string_value(json_object_get(object, kind->name_key));
    return strcmp(expect->name, "*") == 0 || (name != NULL && strcmp(name, expect->name) == 0);
}

static bool object_holds(const struct sim_expect *expect, const json_t *object, char *seen,
                         size_t size)
{
    bool holds = true;
    size_t length = 0;
    seen[0] = '\0';
    for (unsigned i = expect->count; i > 0; i--) { /* they were cut from the end */
        const struct sim_condition *condition = &expect->conditions[i - 1];
        char text[64];
        const json_t *value = value_find(object, condition->key);
        holds = condition_holds(condition, object) && holds;
        int added =
            snprintf(seen + length, size - length, "%s%s=%s", length > 0 ? " " : "", condition->key,
                     value == NULL ? "?" : value_text(value, text, sizeof(text)));
        length += (size_t)added < size - length ? (size_t)added : size - length - 1;
    }
    return holds;
}

bool sim_expect_holds(const struct sim_expect *expect, const json_t *status, char *seen,
                      size_t size)
{
    const struct kind *kind = kind_find(expect->what);
    snprintf(seen, size, "no such %s", expect->what);
    if (kind->list == NULL) {
        if (object_matches(expect, kind, status)) {
            return object_holds(expect, status, seen, size);
        }
        snprintf(seen, size, "mode=%s", json_string_value(json_object_get(status, "mode")));
        return false;
    }
    const json_t *list = json_object_get(status, kind->list);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *object = json_array_get(list, i);
        if (object_matches(expect, kind, object) && object_holds(expect, object, seen, size)) {
            return true;
        }
    }
    return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Compares options with metadata line by line, reading them as the agents' own library does
 * (fencing.py: blanks around a line go, '#' begins a remark, '-' and '_' are one letter). It owns
 * the words of these findings and nothing that lasts. */
#include "monitord/executor/fence_options.h"

#include "config/names.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct asking {
    const struct md_metadata *metadata;
    md_fence_say say;
    void *context;
    bool given[MD_METADATA_PARAMETERS_MAX]; /* by index of the metadata */
};

__attribute__((format(printf, 3, 4))) static void say(const struct asking *asking, bool warning,
                                                      const char *format, ...)
{
    char message[MD_FENCE_MESSAGE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    asking->say(asking->context, warning, message);
}

/* The name of the option that this old name stands for; NULL. */
static const char *newer_name(const struct md_metadata *metadata, const char *older)
{
    for (unsigned i = 0; i < metadata->count; i++) {
        if (strcmp(metadata->parameters[i].obsoletes, older) == 0) {
            return metadata->parameters[i].name;
        }
    }
    return NULL;
}

static void say_unknown(const struct asking *asking, const char *name)
{
    const char *near = NULL;
    unsigned distance = 64;

    for (unsigned i = 0; i < asking->metadata->count; i++) {
        cfg_name_offer(name, asking->metadata->parameters[i].name, &near, &distance);
    }
    say(asking, false, "has \"%s\", which the agent does not know and ignores%s%s%s", name,
        near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
        near != NULL ? "\"?" : "");
}

/* ---- values ---- */

static bool is_integer(const char *value)
{
    size_t sign = value[0] == '-' || value[0] == '+' ? 1 : 0;

    return value[sign] != '\0' && strspn(value + sign, "0123456789") == strlen(value + sign);
}

static bool is_boolean(const char *value)
{
    static const char *const words[] = {"1", "yes", "on", "true", "0", "no", "off", "false"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(value, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_choice(const struct md_metadata_parameter *parameter, const char *value)
{
    for (unsigned i = 0; i < parameter->choice_count; i++) {
        if (strcmp(value, parameter->choices[i]) == 0) {
            return true;
        }
    }
    return parameter->choice_count == 0;
}

static void say_choices(const struct asking *asking, const struct md_metadata_parameter *parameter,
                        const char *value)
{
    char all[160] = "";
    size_t used = 0;

    for (unsigned i = 0; i < parameter->choice_count && used < sizeof(all); i++) {
        used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s", i > 0 ? ", " : "",
                                 parameter->choices[i]);
    }
    say(asking, false, "has %s = \"%.40s\"; the agent takes one of: %s", parameter->name, value,
        all);
}

static void value_check(const struct asking *asking, const struct md_metadata_parameter *parameter,
                        const char *value)
{
    if (value[0] == '\0') {
        say(asking, false, "gives no value to \"%s\"", parameter->name);
    } else if (parameter->content == MD_CONTENT_INTEGER && !is_integer(value)) {
        say(asking, false, "has %s = \"%.40s\"; the agent takes a whole number", parameter->name,
            value);
    } else if (parameter->content == MD_CONTENT_BOOLEAN && !is_boolean(value)) {
        say(asking, false, "has %s = \"%.40s\"; the agent takes 1 or 0", parameter->name, value);
    } else if (parameter->content == MD_CONTENT_SELECT && !is_choice(parameter, value)) {
        say_choices(asking, parameter, value);
    }
}

/* ---- lines ---- */

/* Cuts the blanks off both ends of text, in place. */
static char *trim(char *text)
{
    size_t length;

    text += strspn(text, " \t\r");
    length = strlen(text);
    while (length > 0 && strchr(" \t\r", text[length - 1]) != NULL) {
        text[--length] = '\0';
    }
    return text;
}

static void option_check(struct asking *asking, char *name, char *value)
{
    const struct md_metadata_parameter *parameter = md_metadata_find(asking->metadata, name);
    size_t length = strlen(value);
    const char *newer;

    if (parameter == NULL) {
        say_unknown(asking, name);
        return;
    }
    if (asking->given[parameter - asking->metadata->parameters]) {
        say(asking, true, "has \"%s\" twice; the agent takes the last", name);
    }
    asking->given[parameter - asking->metadata->parameters] = true;
    newer = parameter->deprecated ? newer_name(asking->metadata, parameter->name) : NULL;
    if (newer != NULL) {
        say(asking, true, "has \"%s\", an old name; write \"%s\"", name, newer);
    }
    if (length >= 2 && value[0] == '"' && value[length - 1] == '"') {
        value[length - 1] = '\0'; /* as fencing.py does */
        value++;
    }
    value_check(asking, parameter, value);
}

static void line_check(struct asking *asking, char *line, unsigned number)
{
    char *text = trim(line), *equals = strchr(text, '=');

    if (text[0] == '\0' || text[0] == '#') {
        return;
    }
    if (equals == NULL) { /* it may be half a password: it is not told */
        say(asking, false, "has no \"=\" in its line %u; write name=value", number);
        return;
    }
    *equals = '\0';
    option_check(asking, trim(text), trim(equals + 1));
}

static bool is_given(const struct asking *asking, const char *name)
{
    const struct md_metadata_parameter *parameter = md_metadata_find(asking->metadata, name);

    return parameter != NULL && asking->given[parameter - asking->metadata->parameters];
}

/* The action is ours to give. An option that has an old name is there by that as well. */
static void needs_check(const struct asking *asking)
{
    const struct md_metadata *metadata = asking->metadata;

    for (unsigned i = 0; i < metadata->count; i++) {
        const struct md_metadata_parameter *parameter = &metadata->parameters[i];

        if (parameter->required && !parameter->deprecated &&
            strcmp(parameter->name, "action") != 0 && !asking->given[i] &&
            !is_given(asking, parameter->obsoletes)) {
            say(asking, false, "has no \"%s\", which the agent needs", parameter->name);
        }
    }
}

void md_fence_options_check(const struct cfg_act *act, const struct md_metadata *metadata,
                            md_fence_say say_it, void *context)
{
    struct asking asking = {.metadata = metadata, .say = say_it, .context = context};
    const char *at = act->options != NULL ? act->options : "";
    char line[CFG_ACT_OPTIONS_MAX + 1];

    for (unsigned number = 1; *at != '\0'; number++) {
        size_t length = strcspn(at, "\n");

        snprintf(line, sizeof(line), "%.*s", (int)length, at);
        line_check(&asking, line, number);
        at += length + (at[length] == '\n' ? 1 : 0);
    }
    needs_check(&asking);
}

void md_fence_actions_check(const struct cfg_act *act, const struct md_metadata *metadata,
                            md_fence_say say_it, void *context)
{
    struct asking asking = {.metadata = metadata, .say = say_it, .context = context};
    bool outlet = strcmp(act->kind, "outlet") == 0;

    if ((metadata->actions & MD_METADATA_OFF) == 0) {
        say(&asking, false, "does not offer the action off");
    }
    if ((metadata->actions & MD_METADATA_STATUS) == 0) {
        say(&asking, false,
            "does not offer the action status; without it nothing can be proven "
            "to be off");
    }
    if (outlet && (metadata->actions & MD_METADATA_ON) == 0) {
        say(&asking, false, "does not offer the action on; an outlet is switched on again");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the shutdown plan: which loads are given up, in which order, when the batteries run down.
 * It checks the plan as a whole, because a stage that can never be reached in time, or comes before
 * what matters less, is only found out in the dark. Called by load.c after devices, acts and
 * servers. */
#include "config/decode.h"
#include "config/units.h"

#include <string.h>

#define ACT_RUNS 3 /* an outlet is read, switched and read back */

static const char *const loads_words[] = {"class-1", "class-2", "monitor", NULL};

struct stage_text {
    const char *name;
    uint8_t loads;
    struct cfg_texts ups, acts;
    int64_t runtime, hold, window;
};
#define AT(field) offsetof(struct stage_text, field)
static const struct cfg_key stage_keys[] = {
    {"name", CFG_TYPE_NAME, true, AT(name), NULL, 0, 0, NULL, NULL},
    {"loads", CFG_TYPE_CHOICE, true, AT(loads), NULL, 0, 0, loads_words, NULL},
    {"ups", CFG_TYPE_TEXTS, true, AT(ups), NULL, 0, CFG_TEXTS_MAX, NULL, NULL},
    {"acts", CFG_TYPE_TEXTS, true, AT(acts), NULL, 0, FO_STAGE_ACTS_MAX, NULL, NULL},
    {"runtime", CFG_TYPE_DURATION, true, AT(runtime), NULL, FO_MINUTE, 24 * FO_HOUR, NULL, NULL},
    {"hold", CFG_TYPE_DURATION, false, AT(hold), "30s", FO_SECOND, FO_HOUR, NULL, NULL},
    {"window", CFG_TYPE_DURATION, false, AT(window), "60s", 0, FO_HOUR, NULL, NULL},
};
#undef AT
static const struct cfg_table stage_table = CFG_TABLE("a stage of the shutdown plan", stage_keys);

struct shutdown_text {
    bool armed;
    int64_t act_timeout, return_hold, restore_pause;
};
#define AT(field) offsetof(struct shutdown_text, field)
static const struct cfg_key shutdown_keys[] = {
    {"armed", CFG_TYPE_BOOL, false, AT(armed), "false", 0, 0, NULL, NULL},
    {"act_timeout", CFG_TYPE_DURATION, false, AT(act_timeout), "60s", FO_SECOND, FO_HOUR, NULL,
     NULL},
    {"return_hold", CFG_TYPE_DURATION, false, AT(return_hold), "60s", 0, FO_HOUR, NULL, NULL},
    {"restore_pause", CFG_TYPE_DURATION, false, AT(restore_pause), "5s", 0, 10 * FO_MINUTE, NULL,
     NULL},
    {"stages", CFG_TYPE_LIST, true, 0, NULL, 0, 0, NULL, &stage_table},
};
#undef AT
const struct cfg_table cfg_table_shutdown = CFG_TABLE("the shutdown group", shutdown_keys);

/* ---- one stage ------------------------------------------------------------------------------- */

static void supplies_check(struct cfg_source *source, config_setting_t *group,
                           const struct site *site, const struct fo_stage_policy *stage)
{
    for (unsigned i = 0; i < site->device_count; i++) {
        if ((stage->supplies >> i & 1) == 0) {
            continue;
        }
        if (site->devices[i].kind != FO_DEVICE_UPS) {
            cfg_error_at(source, group, "ups", "\"%s\" is no UPS; it has no runtime",
                         site->devices[i].name);
        } else if (stage->hold_us < 3 * site->devices[i].interval_us) {
            cfg_error_at(source, group, "hold",
                         "is shorter than three readings of \"%s\"; one misread number must switch "
                         "nothing off",
                         site->devices[i].name);
        }
    }
}

/* The value of this option, or of its older name, and its length; NULL: not there. */
static const char *option_of(const struct cfg_act *act, const char *key, const char *older,
                             size_t *length)
{
    for (const char *line = act->options; line != NULL && *line != '\0';) {
        size_t end = strcspn(line, "\n"), name = strcspn(line, "=\n");
        if ((name == strlen(key) && strncmp(line, key, name) == 0) ||
            (name == strlen(older) && strncmp(line, older, name) == 0)) {
            *length = end > name ? end - name - 1 : 0;
            return line + (end > name ? name + 1 : name);
        }
        line += end + (line[end] == '\n' ? 1 : 0);
    }
    return NULL;
}

static bool is_equal_option(const struct cfg_act *a, const struct cfg_act *b, const char *key,
                            const char *older)
{
    size_t a_length = 0, b_length = 0;
    const char *of_a = option_of(a, key, older, &a_length);
    const char *of_b = option_of(b, key, older, &b_length);
    return of_a != NULL && of_b != NULL && a_length == b_length &&
           strncmp(of_a, of_b, a_length) == 0;
}

/* One act under two names, or one outlet of one strip in two acts. */
static bool is_same_load(const struct site *site, const struct cfg_act *act, const char *fence)
{
    uint8_t index = cfg_name_find(site->acts, sizeof site->acts[0], site->act_count, fence);
    return strcmp(act->name, fence) == 0 ||
           (index != FO_NONE && is_equal_option(act, &site->acts[index], "ip", "ipaddr") &&
            is_equal_option(act, &site->acts[index], "plug", "port"));
}

/* The server that this act switches off as its fence does; NULL: none. Nothing but its fence may
 * cut a server off, and nothing but people may give it its power back. */
static const char *fenced_by(const struct site *site, const struct cfg_act *act)
{
    for (unsigned server = 0; server < FO_SERVERS; server++) {
        for (unsigned level = 0; site->servers[server].fence[level] != NULL; level++) {
            if (is_same_load(site, act, site->servers[server].fence[level])) {
                return site->servers[server].name;
            }
        }
    }
    return NULL;
}

static void acts_fill(struct cfg_source *source, config_setting_t *group,
                      const struct stage_text *text, struct site *site, struct cfg_stage *stage,
                      struct fo_stage_policy *policy)
{
    (void)cfg_names_resolve(source, group, "acts", &text->acts, site->acts, sizeof site->acts[0],
                            site->act_count, "act");
    for (unsigned i = 0; i < text->acts.count && i < FO_STAGE_ACTS_MAX; i++) {
        uint8_t index =
            cfg_name_find(site->acts, sizeof site->acts[0], site->act_count, text->acts.items[i]);
        if (index == FO_NONE) {
            continue;
        }
        const struct cfg_act *act = &site->acts[index];
        if (strcmp(act->kind, "outlet") != 0 && strcmp(act->kind, "script") != 0) {
            cfg_error_at(source, group, "acts",
                         "\"%s\" is a %s; a stage has acts of kind \"outlet\" or \"script\"",
                         act->name, act->kind);
        }
        if (ACT_RUNS * act->timeout_us > site->policy.shed_act_us) {
            cfg_error_at(source, group, "acts",
                         "\"%s\" may take three times its timeout, which is longer than "
                         "shutdown.act_timeout",
                         act->name);
        }
        const char *server = fenced_by(site, act);
        if (server != NULL) {
            cfg_error_at(source, group, "acts",
                         "\"%s\" is the fence of \"%s\"; a dispatch server ends in order, by a "
                         "script",
                         act->name, server);
        }
        if (strcmp(act->kind, "script") == 0 && act->restore == NULL) {
            policy->by_hand |= (uint8_t)(1U << stage->act_count);
        }
        stage->acts[stage->act_count++] = act->name;
    }
}

static void stage_decode(struct cfg_source *source, config_setting_t *group, struct site *site)
{
    struct fo_policy *policy = &site->policy;
    struct cfg_stage *stage = &site->stages[policy->stage_count];
    struct fo_stage_policy *out = &policy->stages[policy->stage_count];
    struct stage_text text = {0};
    cfg_table_read(source, group, &stage_table, &text);
    cfg_name_unique(source, group, "name", site->stages, sizeof site->stages[0],
                    policy->stage_count, text.name);
    *stage = (struct cfg_stage){.name = text.name};
    *out = (struct fo_stage_policy){
        .loads = text.loads,
        .supplies = cfg_names_resolve(source, group, "ups", &text.ups, site->devices,
                                      sizeof site->devices[0], site->device_count, "UPS"),
        .runtime_us = text.runtime,
        .hold_us = text.hold,
        .window_us = text.window};
    if (out->supplies == 0 && cfg_member(group, "ups") != NULL && text.ups.count == 0) {
        cfg_error_at(source, group, "ups", "names none; the plan goes by the runtime of a UPS");
    }
    if (cfg_member(group, "acts") != NULL && text.acts.count == 0) {
        cfg_error_at(source, group, "acts", "names none; a stage without acts gives up nothing");
    }
    supplies_check(source, group, site, out);
    acts_fill(source, group, &text, site, stage, out);
    out->acts = stage->act_count;
    policy->stage_count++;
}

/* ---- the plan as a whole --------------------------------------------------------------------- */

/* False: a finding was made; one is enough for a stage. */
static bool pair_check(struct cfg_source *source, config_setting_t *group, const struct site *site,
                       unsigned before, unsigned after)
{
    const struct fo_stage_policy *a = &site->policy.stages[before],
                                 *b = &site->policy.stages[after];
    const char *name = site->stages[before].name != NULL ? site->stages[before].name : "?";
    if (before + 1 == after && a->loads > b->loads) {
        cfg_error_at(source, group, "loads",
                     "must not come after \"%s\"; class 1 is given up first, class 2 later, the "
                     "monitor last",
                     name);
    } else if (before + 1 == after && a->loads == FO_LOADS_MONITOR) {
        cfg_error_at(source, group, "loads", "\"%s\" has switched the monitor off already", name);
    }
    if ((a->supplies & b->supplies) == 0) {
        return true;
    }
    if (a->supplies != b->supplies) {
        cfg_error_at(source, group, "ups",
                     "shares a UPS with \"%s\" and is not the same set; which of the two is lower "
                     "first could then not be said",
                     name);
        return false;
    }
    if (a->runtime_us <= b->runtime_us) {
        cfg_error_at(source, group, "runtime", "must be shorter than that of \"%s\" before it",
                     name);
        return false;
    }
    return true;
}

/* The last stage on a battery must end before the battery does. */
static void time_check(struct cfg_source *source, config_setting_t *group,
                       const struct fo_policy *policy, unsigned index)
{
    const struct fo_stage_policy *stage = &policy->stages[index];
    fo_us takes_us = stage->hold_us + stage->window_us + stage->acts * policy->shed_act_us;
    if (takes_us > stage->runtime_us) {
        char text[32];
        cfg_measure_print(CFG_MEASURE_DURATION, takes_us, text, sizeof text);
        cfg_error_at(source, group, "runtime",
                     "is too short: hold, window and the acts may take %s together", text);
    }
}

void cfg_decode_shutdown(struct cfg_source *source, struct site *site)
{
    config_setting_t *shutdown = cfg_section(config_root_setting(&source->config), "shutdown");
    struct shutdown_text text = {0};
    cfg_table_read(source, shutdown, &cfg_table_shutdown, &text);
    site->policy.shed_armed = text.armed;
    site->policy.shed_act_us = text.act_timeout;
    site->policy.return_hold_us = text.return_hold;
    site->policy.restore_pause_us = text.restore_pause;
    if (shutdown == NULL) {
        return;
    }
    unsigned count = cfg_list_count(source, shutdown, "stages", FO_STAGES_MAX);
    for (unsigned i = 0; i < count; i++) {
        config_setting_t *group = cfg_list_item(shutdown, "stages", i);
        if (group == NULL) {
            continue;
        }
        unsigned index = site->policy.stage_count;
        stage_decode(source, group, site);
        bool good = true;
        for (unsigned before = 0; good && before < index; before++) {
            good = pair_check(source, group, site, before, index);
        }
        time_check(source, group, &site->policy, index);
    }
    if (text.armed && site->policy.stage_count == 0) {
        cfg_error_at(source, shutdown, "armed", "is true, but there is no stage to be done");
    }
}

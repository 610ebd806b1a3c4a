/* SPDX-License-Identifier: Apache-2.0 */
/* Reads drill files and refuses what could not be carried out: a step that is neither or both, a
 * missing bound, steps out of order. */
#include "sim/drill/scenario.h"

#include <stdio.h>
#include <string.h>

static void expectation_read(const struct sim_keys *keys, const char *key, const char *bound,
                             struct sim_step *step)
{
    const char *wrong = sim_expect_parse(step->text, &step->expect);
    if (wrong != NULL) {
        sim_keys_error(keys, key, wrong);
    }
    if (!sim_keys_duration(keys, bound, &step->bound_ms)) {
        char message[64];
        snprintf(message, sizeof(message), "needs %s, a duration such as \"45s\"", bound);
        sim_keys_error(keys, key, message);
    }
}

static void step_read(const struct sim_keys *keys, struct sim_step *step, uint32_t earliest_ms)
{
    static const char *const known[] = {"at",         "fault", "expect", "within",
                                        "expect-not", "for",   NULL};
    *step = (struct sim_step){0};
    sim_keys_known(keys, known);
    if (!sim_keys_duration(keys, "at", &step->at_ms)) {
        sim_keys_error(keys, NULL, "needs at, a duration since the start such as \"10s\"");
    } else if (step->at_ms < earliest_ms) {
        sim_keys_error(keys, "at", "is before the step above it");
    }
    unsigned found = 0;
    if (sim_keys_text(keys, "fault", step->text, sizeof(step->text))) {
        step->kind = SIM_STEP_FAULT;
        found++;
    }
    if (sim_keys_text(keys, "expect", step->text, sizeof(step->text))) {
        step->kind = SIM_STEP_EXPECT;
        expectation_read(keys, "expect", "within", step);
        found++;
    }
    if (sim_keys_text(keys, "expect-not", step->text, sizeof(step->text))) {
        step->kind = SIM_STEP_EXPECT_NOT;
        expectation_read(keys, "expect-not", "for", step);
        found++;
    }
    if (found != 1) {
        sim_keys_error(keys, NULL, "must be exactly one of fault, expect, expect-not");
    }
}

static void scenario_fill(const struct sim_keys *keys, struct sim_scenario *scenario)
{
    static const char *const known[] = {"name", "description", "steps", NULL};
    uint32_t earliest_ms = 0;
    sim_keys_name(keys, scenario->name, sizeof(scenario->name));
    sim_keys_text(keys, "description", scenario->description, sizeof(scenario->description));
    config_setting_t *steps = sim_keys_list(keys, "steps", SIM_STEPS_MAX, &scenario->count);
    for (unsigned i = 0; i < scenario->count; i++) {
        struct sim_keys inner;
        if (sim_keys_enter(keys, "steps", steps, i, &inner)) {
            step_read(&inner, &scenario->steps[i], earliest_ms);
            earliest_ms = scenario->steps[i].at_ms;
        }
    }
    if (scenario->count == 0) {
        sim_keys_error(keys, NULL, "has no steps");
    }
    sim_keys_known(keys, known);
}

bool sim_scenario_read(const char *file, struct sim_scenario *scenario,
                       struct cfg_findings *findings)
{
    config_t config;
    config_init(&config);
    *scenario = (struct sim_scenario){0};
    struct sim_keys keys = {.findings = findings, .file = file, .path = "drill"};
    if (config_read_file(&config, file) != CONFIG_TRUE) {
        cfg_finding_add(findings, false, file, config_error_line(&config), "drill", "%s",
                        config_error_text(&config));
    } else if ((keys.group = config_lookup(&config, "drill")) == NULL ||
               config_setting_type(keys.group) != CONFIG_TYPE_GROUP) {
        cfg_finding_add(findings, false, file, 0, "drill", "there is no group drill = { … }");
    } else {
        scenario_fill(&keys, scenario);
    }
    config_destroy(&config);
    return findings->errors == 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Reads in which order people are called: branches that are called side by side, and the rungs of
 * each. It never asks who is on duty. Called by load.c after the people. */
#include "config/decode.h"

/* ---- branches -------------------------------------------------------------------------------- */

struct branch_text {
    const char *name;
    int64_t severity;
};
static const struct cfg_key branch_keys[] = {
    {"name", CFG_TYPE_NAME, true, offsetof(struct branch_text, name), NULL, 0, 0, NULL, NULL},
    {"severity", CFG_TYPE_INTEGER, false, offsetof(struct branch_text, severity), NULL, 1, 4, NULL,
     NULL},
};
const struct cfg_table cfg_table_branch = CFG_TABLE("a branch", branch_keys);

static void branches_decode(struct cfg_source *source, config_setting_t *root, struct site *site)
{
    unsigned count = cfg_list_count(source, root, "branches", FO_BRANCHES_MAX);
    for (unsigned i = 0; i < count; i++) {
        config_setting_t *group = cfg_list_item(root, "branches", i);
        struct branch_text text = {0};
        if (group != NULL) {
            cfg_table_read(source, group, &cfg_table_branch, &text);
            cfg_name_unique(source, group, "name", site->branches, sizeof site->branches[0], i,
                            text.name);
        }
        site->branches[i].name = text.name;
        site->policy.branches[i].severity = (uint8_t)text.severity;
    }
    site->branch_count = (uint8_t)count;
    if (count > 0 && site->policy.branches[0].severity != 0) {
        cfg_error_at(source, cfg_list_item(root, "branches", 0), "severity",
                     "must not stand at the first branch; it is called for every incident");
    }
}

static void branches_check(struct cfg_source *source, config_setting_t *root,
                           const struct site *site)
{
    unsigned used = 0;
    for (unsigned i = 0; i < site->rung_count; i++) {
        used |= 1U << site->policy.rungs[i].branch;
    }
    for (unsigned i = 0; i < site->branch_count; i++) {
        if ((used >> i & 1) == 0) {
            cfg_error_at(source, cfg_list_item(root, "branches", i), NULL,
                         "no rung of the ladder is on this branch");
        }
    }
}

/* ---- rungs ---------------------------------------------------------------------------------- */

struct rung_text {
    struct cfg_texts roles;
    const char *branch;
    int64_t wait;
    bool everybody, of_owner;
};
static const struct cfg_key rung_keys[] = {
    {"roles", CFG_TYPE_TEXTS, true, offsetof(struct rung_text, roles), NULL, 0, FO_ROLES_MAX, NULL,
     NULL},
    {"wait", CFG_TYPE_DURATION, false, offsetof(struct rung_text, wait), "5min", FO_SECOND,
     24 * FO_HOUR, NULL, NULL},
    {"everybody", CFG_TYPE_BOOL, false, offsetof(struct rung_text, everybody), "false", 0, 0, NULL,
     NULL},
    {"branch", CFG_TYPE_NAME, false, offsetof(struct rung_text, branch), NULL, 0, 0, NULL, NULL},
    {"of_owner", CFG_TYPE_BOOL, false, offsetof(struct rung_text, of_owner), "false", 0, 0, NULL,
     NULL},
};
const struct cfg_table cfg_table_rung = CFG_TABLE("a rung", rung_keys);

static uint32_t roles_filled(const struct site *site)
{
    uint32_t filled = 0;
    for (unsigned i = 0; i < site->person_count; i++) {
        filled |= site->policy.persons[i].roles;
    }
    return filled;
}

static void rungs_decode(struct cfg_source *source, config_setting_t *root, struct site *site)
{
    unsigned count = cfg_list_count(source, root, "ladder", FO_RUNGS_MAX);
    for (unsigned i = 0; i < count; i++) {
        config_setting_t *group = cfg_list_item(root, "ladder", i);
        struct rung_text text = {0};
        if (group == NULL) {
            continue;
        }
        cfg_table_read(source, group, &cfg_table_rung, &text);
        struct fo_rung_policy *policy = &site->policy.rungs[i];
        policy->roles =
            (uint32_t)cfg_names_resolve(source, group, "roles", &text.roles, site->roles,
                                        sizeof site->roles[0], site->role_count, "role");
        policy->wait_us = text.wait;
        policy->everybody = text.everybody;
        policy->of_owner = text.of_owner;
        uint8_t branch = cfg_name_resolve(source, group, "branch", text.branch, site->branches,
                                          sizeof site->branches[0], site->branch_count, "branch");
        policy->branch = branch != FO_NONE ? branch : 0;
        if (text.of_owner && site->unit_count == 0) {
            cfg_error_at(source, group, "of_owner",
                         "is true, but the site has no units that could own anything");
        }
        config_setting_t *roles = cfg_member(group, "roles");
        if (roles != NULL && text.roles.count == 0 && config_setting_length(roles) == 0) {
            cfg_error_at(source, group, "roles", "is empty; a rung must call somebody");
        }
    }
    site->rung_count = site->policy.rung_count = (uint8_t)count;
}

static void roles_check(struct cfg_source *source, config_setting_t *root, const struct site *site)
{
    uint32_t filled = roles_filled(site), called = 0;
    for (unsigned i = 0; i < site->rung_count; i++) {
        called |= site->policy.rungs[i].roles;
    }
    for (unsigned i = 0; i < site->role_count; i++) {
        config_setting_t *group = cfg_list_item(root, "roles", i);
        const char *id = site->roles[i].id != NULL ? site->roles[i].id : "?";
        if ((filled >> i & 1) == 0) {
            cfg_error_at(source, group, NULL,
                         "nobody has the role \"%s\"; give it to a person: roles = [\"%s\"]", id,
                         id);
        }
        called |= site->policy.roles[i].deputies;
    }
    for (unsigned i = 0; i < site->role_count && site->rung_count > 0; i++) {
        config_setting_t *group = cfg_list_item(root, "roles", i);
        const char *id = site->roles[i].id != NULL ? site->roles[i].id : "?";
        if ((called >> i & 1) == 0 && !site->policy.roles[i].decides) {
            cfg_warning_at(source, group, NULL, "no rung of the ladder calls the role \"%s\"", id);
        }
    }
}

void cfg_decode_ladder(struct cfg_source *source, struct site *site)
{
    config_setting_t *root = config_root_setting(&source->config);
    branches_decode(source, root, site);
    rungs_decode(source, root, site);
    branches_check(source, root, site);
    roles_check(source, root, site);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Reads who may be called: roles and persons. Roles are data; no title is known to the program. It
 * never prints an address of a person, not even in a finding. In which order they are called is
 * decode_ladder.c's. Called by load.c after the channels. */
#include "config/decode.h"

#include <string.h>

/* ---- roles ---------------------------------------------------------------------------------- */

struct role_text {
    const char *id, *title;
    struct cfg_texts deputies;
    bool decides, required;
};
#define AT(field) offsetof(struct role_text, field)
static const struct cfg_key role_keys[] = {
    {"id", CFG_TYPE_NAME, true, AT(id), NULL, 0, 0, NULL, NULL},
    {"title", CFG_TYPE_TEXT, true, AT(title), NULL, 0, 120, NULL, NULL},
    {"deputies", CFG_TYPE_TEXTS, false, AT(deputies), NULL, 0, FO_ROLES_MAX, NULL, NULL},
    {"decides", CFG_TYPE_BOOL, false, AT(decides), "false", 0, 0, NULL, NULL},
    {"required", CFG_TYPE_BOOL, false, AT(required), "true", 0, 0, NULL, NULL},
};
#undef AT
const struct cfg_table cfg_table_role = CFG_TABLE("a role", role_keys);

/* When all roles are known: who stands in for whom. */
static void deputies_fill(struct cfg_source *source, config_setting_t *group, unsigned index,
                          const struct cfg_texts *deputies, struct site *site)
{
    struct fo_role_policy *policy = &site->policy.roles[index];
    policy->deputies = (uint32_t)cfg_names_resolve(source, group, "deputies", deputies, site->roles,
                                                   sizeof site->roles[0], site->role_count, "role");
    if ((policy->deputies >> index & 1) != 0) {
        cfg_error_at(source, group, "deputies", "names the role itself");
    }
    if (policy->decides && policy->deputies == 0) {
        cfg_warning_at(source, group, "deputies",
                       "is not stated; when who decides is absent, nobody could decide instead");
    }
}

static void roles_decode(struct cfg_source *source, config_setting_t *root, struct site *site)
{
    struct cfg_texts deputies[FO_ROLES_MAX];
    unsigned count = cfg_list_count(source, root, "roles", FO_ROLES_MAX);
    memset(deputies, 0, sizeof deputies);
    for (unsigned i = 0; i < count; i++) {
        config_setting_t *group = cfg_list_item(root, "roles", i);
        struct role_text text = {0};
        if (group != NULL) {
            cfg_table_read(source, group, &cfg_table_role, &text);
            cfg_name_unique(source, group, "id", site->roles, sizeof site->roles[0], i, text.id);
        }
        site->roles[i] = (struct cfg_role){text.id, text.title};
        site->policy.roles[i].decides = text.decides;
        site->policy.roles[i].required = text.required;
        deputies[i] = text.deputies;
    }
    site->role_count = site->policy.role_count = (uint8_t)count;
    for (unsigned i = 0; i < count; i++) {
        deputies_fill(source, cfg_list_item(root, "roles", i), i, &deputies[i], site);
    }
}

/* ---- persons -------------------------------------------------------------------------------- */

struct person_text {
    const char *id, *title, *login, *mail, *command_address, *human;
    struct cfg_texts roles, units, channels, may;
    int64_t channel_wait;
    bool drill;
};
#define AT(field) offsetof(struct person_text, field)
static const struct cfg_key person_keys[] = {
    {"id", CFG_TYPE_NAME, true, AT(id), NULL, 0, 0, NULL, NULL},
    {"title", CFG_TYPE_TEXT, true, AT(title), NULL, 0, 120, NULL, NULL},
    {"login", CFG_TYPE_NAME, false, AT(login), NULL, 0, 32, NULL, NULL},
    {"roles", CFG_TYPE_TEXTS, true, AT(roles), NULL, 0, FO_ROLES_MAX, NULL, NULL},
    {"units", CFG_TYPE_TEXTS, false, AT(units), NULL, 0, CFG_UNITS_MAX, NULL, NULL},
    {"human", CFG_TYPE_NAME, false, AT(human), NULL, 0, 0, NULL, NULL},
    {"channels", CFG_TYPE_TEXTS, true, AT(channels), NULL, 0, FO_CHANNELS_MAX, NULL, NULL},
    {"channel_wait", CFG_TYPE_DURATION, false, AT(channel_wait), "60s", FO_SECOND, FO_HOUR, NULL,
     NULL},
    {"mail", CFG_TYPE_TEXT, false, AT(mail), NULL, 0, 200, NULL, NULL},
    {"command_address", CFG_TYPE_TEXT, false, AT(command_address), NULL, 0, 200, NULL, NULL},
    {"may", CFG_TYPE_TEXTS, false, AT(may), NULL, 0, 4, NULL, NULL},
    {"drill", CFG_TYPE_BOOL, false, AT(drill), "true", 0, 0, NULL, NULL},
};
#undef AT
const struct cfg_table cfg_table_person = CFG_TABLE("a person", person_keys);

static void ladder_fill(struct cfg_source *source, config_setting_t *group,
                        const struct person_text *text, const struct site *site,
                        struct fo_person_policy *policy)
{
    cfg_names_resolve(source, group, "channels", &text->channels, site->channels,
                      sizeof site->channels[0], site->channel_count, "channel");
    unsigned steps = 0;
    memset(policy->channels, FO_NONE, sizeof policy->channels);
    for (unsigned i = 0; i < text->channels.count && steps < FO_CHANNELS_MAX; i++) {
        uint8_t channel = cfg_name_find(site->channels, sizeof site->channels[0],
                                        site->channel_count, text->channels.items[i]);
        if (channel == FO_NONE) {
            continue;
        }
        policy->channels[steps++] = channel;
        if (site->channels[channel].kind == FO_CHANNEL_SMTP && text->mail == NULL) {
            cfg_error_at(source, group, "mail", "is missing; this person is reached by \"%s\"",
                         site->channels[channel].name);
        }
    }
    config_setting_t *channels = cfg_member(group, "channels");
    if (channels != NULL && text->channels.count == 0 && config_setting_length(channels) == 0) {
        cfg_error_at(source, group, "channels", "is empty; nothing could ever reach this person");
    }
}

static void login_check(struct cfg_source *source, config_setting_t *group, const char *login,
                        const struct site *site, unsigned index)
{
    for (unsigned i = 0; login != NULL && i < index; i++) {
        if (site->persons[i].login != NULL && strcmp(site->persons[i].login, login) == 0) {
            cfg_error_at(source, group, "login",
                         "is already the login of \"%s\"; an approval needs two persons, so each "
                         "has a login of their own",
                         site->persons[i].id != NULL ? site->persons[i].id : "?");
        }
    }
}

/* What the person may do; without the key: operate and approve. */
static uint8_t may_decode(struct cfg_source *source, config_setting_t *group,
                          const struct cfg_texts *may)
{
    static const struct {
        const char *word;
        uint8_t bits;
    } words[] = {{"viewer", 0},
                 {"operator", CFG_MAY_OPERATE},
                 {"approver", CFG_MAY_APPROVE},
                 {"auditor", CFG_MAY_AUDIT}};
    uint8_t bits = 0;

    if (cfg_member(group, "may") == NULL) {
        return CFG_MAY_OPERATE | CFG_MAY_APPROVE;
    }
    for (unsigned i = 0; i < may->count; i++) {
        unsigned word = 0;
        while (word < 4 && strcmp(may->items[i], words[word].word) != 0) {
            word++;
        }
        if (word == 4) {
            cfg_error_at(source, group, "may",
                         "does not know \"%s\"; write viewer, operator, approver or auditor",
                         may->items[i]);
        } else {
            bits |= words[word].bits;
        }
    }
    if ((bits & CFG_MAY_AUDIT) != 0 && bits != CFG_MAY_AUDIT) {
        cfg_error_at(source, group, "may",
                     "makes one person auditor and actor; an auditor judges what others did");
    }
    return bits;
}

/* Another id of a human who stands in the list already: called once, approves nothing twice. */
static void human_fill(struct cfg_source *source, config_setting_t *group, const char *human,
                       unsigned index, struct site *site)
{
    uint8_t other = cfg_name_resolve(source, group, "human", human, site->persons,
                                     sizeof site->persons[0], index, "person before this one");
    if (other == FO_NONE) {
        return;
    }
    if (site->policy.persons[other].human != 0) {
        cfg_error_at(source, group, "human",
                     "names \"%s\", which is another id itself; name the first one of this human",
                     human);
        return;
    }
    site->policy.persons[index].human = (uint8_t)(other + 1);
}

static void person_decode(struct cfg_source *source, config_setting_t *group, unsigned index,
                          struct site *site)
{
    struct person_text text = {0};
    cfg_table_read(source, group, &cfg_table_person, &text);
    cfg_name_unique(source, group, "id", site->persons, sizeof site->persons[0], index, text.id);
    login_check(source, group, text.login, site, index);
    if (text.mail != NULL && strchr(text.mail, '@') == NULL) {
        cfg_error_at(source, group, "mail", "is not a mail address");
    }
    struct fo_person_policy *policy = &site->policy.persons[index];
    site->persons[index] = (struct cfg_person){.id = text.id,
                                               .title = text.title,
                                               .login = text.login,
                                               .mail = text.mail,
                                               .command_address = text.command_address,
                                               .may = may_decode(source, group, &text.may),
                                               .line = cfg_line_at(group, NULL)};
    policy->roles = (uint32_t)cfg_names_resolve(source, group, "roles", &text.roles, site->roles,
                                                sizeof site->roles[0], site->role_count, "role");
    policy->units = cfg_units_resolve(source, group, "units", &text.units, site);
    human_fill(source, group, text.human, index, site);
    policy->channel_wait_us = text.channel_wait;
    policy->drill = text.drill;
    ladder_fill(source, group, &text, site, policy);
    config_setting_t *roles = cfg_member(group, "roles");
    if (roles != NULL && text.roles.count == 0 && config_setting_length(roles) == 0) {
        cfg_warning_at(source, group, "roles", "is empty; this person will never be called");
    }
}

static void persons_decode(struct cfg_source *source, config_setting_t *root, struct site *site)
{
    unsigned count = cfg_list_count(source, root, "persons", FO_PERSONS_MAX);
    for (unsigned i = 0; i < count; i++) {
        config_setting_t *group = cfg_list_item(root, "persons", i);
        if (group != NULL) {
            person_decode(source, group, i, site);
        }
    }
    site->person_count = site->policy.person_count = (uint8_t)count;
}

void cfg_decode_people(struct cfg_source *source, struct site *site)
{
    config_setting_t *root = config_root_setting(&source->config);
    roles_decode(source, root, site);
    persons_decode(source, root, site);
}

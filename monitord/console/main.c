/* SPDX-License-Identifier: Apache-2.0 */
/* monitorctl: the console. One word on the command line chooses one room; nothing is decided here.
 */
#include "monitord/console/approval.h"
#include "monitord/console/conclude.h"
#include "monitord/console/contacts_check.h"
#include "monitord/console/contacts_hand.h"
#include "monitord/console/drill.h"
#include "monitord/console/keygen.h"
#include "monitord/console/login.h"
#include "monitord/console/options.h"
#include "monitord/console/orders.h"
#include "monitord/console/past.h"
#include "monitord/console/people.h"
#include "monitord/console/people_orders.h"
#include "monitord/console/power_plan.h"
#include "monitord/console/replay.h"
#include "monitord/console/report.h"
#include "monitord/console/runbook.h"
#include "monitord/console/shadow_report.h"
#include "monitord/console/text_help.h"
#include "monitord/console/watch.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

static int keygen(const struct md_options *options)
{
    return md_keygen(options->argument);
}

static int contacts(const struct md_options *options)
{
    static const struct {
        const char *word;
        int (*run)(const struct md_options *options);
    } words[] = {{"check", md_contacts_check},
                 {"test", md_contacts_test},
                 {"tree", md_contacts_tree},
                 {"drill", md_people_order},
                 {"end", md_people_order}};

    for (size_t i = 0; options->argument != NULL && i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(options->argument, words[i].word) == 0) {
            return words[i].run(options);
        }
    }
    return md_people(options);
}

static int watch(const struct md_options *options)
{
    return options->plain ? md_watch_plain(options) : md_watch(options);
}

static const struct {
    const char *name;
    int (*run)(const struct md_options *options);
} commands[] = {
    {"status", md_order_status},
    {"incidents", md_order_incidents},
    {"show", md_order_show},
    {"ack", md_order_act},
    {"own", md_order_act},
    {"cannot", md_order_act},
    {"resolve", md_conclude},
    {"hold", md_order_act},
    {"release", md_order_act},
    {"journal", md_past_verify},
    {"keygen", keygen},
    {"watch", watch},
    {"report", md_report},
    {"replay", md_replay},
    {"contacts", contacts},
    {"handover", md_people_order},
    {"away", md_people_order},
    {"back", md_people_order},
    {"raise", md_people_order},
    {"merge", md_people_order},
    {"called", md_people_order},
    {"outside", md_people_order},
    {"adopt", md_people_order},
    {"switch", md_approval_order},
    {"maintenance", md_approval_order},
    {"approve", md_approval_order},
    {"withdraw", md_approval_order},
    {"approvals", md_approval_list},
    {"shadow", md_shadow_report},
    {"runbook", md_runbook_print},
    {"passphrase", md_login_passphrase},
    {"drill", md_drill},
    {"power", md_power_order},
};

int main(int count, char **arguments)
{
    struct md_options options;
    char error[256];

    setlocale(LC_ALL, "");
    if (!md_options_parse(&options, count, arguments, error, sizeof(error))) {
        fprintf(stderr, "monitorctl: %s\n", error);
        return MD_EXIT_USAGE;
    }
    if (options.help) {
        md_text_help_print(stdout, options.speech.language);
        return MD_EXIT_OK;
    }
    if (options.version) {
        puts("monitorctl " NOROSHI_VERSION);
        return MD_EXIT_OK;
    }
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(options.command, commands[i].name) == 0) {
            return commands[i].run(&options);
        }
    }
    return MD_EXIT_USAGE;
}

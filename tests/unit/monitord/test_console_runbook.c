/* SPDX-License-Identifier: Apache-2.0 */
/* Runbook pages: every alarm code has one in both languages, with all five parts. */
#include "failover/reason.h"
#include "monitord/console/runbook.h"
#include "monitord/text.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const uint16_t reasons[] = {
#define X(number, id) number,
    FO_REASONS(X)
#undef X
};

static const char *const parts[2][5] = {
    {"\n## 意味\n", "\n## 最初に見るもの\n", "\n## 機械がすでにしたこと\n", "\n## あなたの対応\n",
     "\n## 平常に戻すには\n"},
    {"\n## Meaning\n", "\n## First look\n", "\n## What the machine has already done\n",
     "\n## What you should do\n", "\n## Back to normal\n"}};

static void places_are_ours(void)
{
    setenv("NOROSHI_RUNBOOKS", NOROSHI_SOURCE_DIR "/deploy/runbooks", 1);
}

TestSuite(runbook, .init = places_are_ours);

Test(runbook, every_alarm_code_has_a_page_in_both_languages_with_all_five_parts)
{
    unsigned pages = 0;

    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (!fo_reason_is_cause(reasons[i])) {
            continue;
        }
        for (int language = CFG_LANGUAGE_JA; language <= CFG_LANGUAGE_EN; language++) {
            const char *code = fo_reason_name(reasons[i]);
            const char *title = md_text_reason(language, reasons[i], MD_TEXT_TITLE);
            char *page = md_runbook_load(language, code);
            cr_assert_not_null(page, "no page for %s", code);
            cr_expect(strncmp(page, "# ", 2) == 0 && strncmp(page + 2, title, strlen(title)) == 0,
                      "%s is not headed \"%s\"", code, title);
            const char *at = page;
            for (int part = 0; part < 5; part++) {
                at = strstr(at, parts[language == CFG_LANGUAGE_EN ? 1 : 0][part]);
                cr_assert_not_null(at, "%s lacks part %d", code, part);
                at += strlen(parts[language == CFG_LANGUAGE_EN ? 1 : 0][part]);
                cr_expect_gt(strcspn(at, "\n"), 10u, "%s: part %d is empty", code, part);
            }
            free(page);
            pages++;
        }
    }
    cr_expect_gt(pages, 90u);
}

Test(runbook, a_code_can_not_lead_out_of_the_folder)
{
    cr_expect_null(md_runbook_load(CFG_LANGUAGE_EN, "../en/mains_lost"));
    cr_expect_null(md_runbook_load(CFG_LANGUAGE_EN, ""));
    cr_expect_null(md_runbook_load(CFG_LANGUAGE_EN, "no_such_code"));
}

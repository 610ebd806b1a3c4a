/* SPDX-License-Identifier: Apache-2.0 */
/* Why an order was refused, as its giver reads it: in words, and with what to do where that is
 * known. */
#include "monitord/console/refusal.h"

#include <criterion/criterion.h>

static const char *refused(enum cfg_language language, const char *code, const char *message)
{
    static json_t *answer;
    struct md_speech speech = {.language = language};

    json_decref(answer);
    answer = json_pack("{s:b, s:s, s:s?}", "ok", 0, "error", code, "message", message);
    return md_refusal(&speech, answer);
}

Test(refusal, a_code_of_the_daemon_has_words_of_its_own)
{
    cr_expect_str_eq(refused(CFG_LANGUAGE_EN, "same-person", NULL),
                     "a person other than the one who asked must approve it");
    cr_expect_str_eq(refused(CFG_LANGUAGE_JA, "no-such-server", NULL),
                     "その名前のサーバはありません");
    cr_expect_str_eq(refused(CFG_LANGUAGE_EN, "no_such_object", NULL),
                     refused(CFG_LANGUAGE_EN, "no-such-object", NULL),
                     "an order about nothing, not a device without a value");
}

Test(refusal, a_block_says_what_to_do_about_it)
{
    cr_expect_str_eq(refused(CFG_LANGUAGE_JA, "blocked_no_standby", NULL),
                     "切替先の系がない。もう一方のサーバを復旧してください。");
    cr_expect_str_eq(refused(CFG_LANGUAGE_EN, "blocked_no_standby", NULL),
                     "Blocked: no standby. Bring the other server back.");
}

Test(refusal, a_code_without_words_gives_its_message_or_itself)
{
    cr_expect_str_eq(refused(CFG_LANGUAGE_EN, "strange", "it is strange"), "it is strange");
    cr_expect_str_eq(refused(CFG_LANGUAGE_EN, "strange", NULL), "strange");
}

/* SPDX-License-Identifier: Apache-2.0 */
/* One-time codes and signed tokens: each is taken once, from the right person, also after a
 * restart; everything else is told and changes nothing. */
#include "monitord/answers.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct desk {
    char directory[64];
    struct site *site;
    struct md_answers *answers;
    struct md_answer answer; /* newest */
    unsigned count;
};

static enum md_answer_verdict on_answer(void *context, const struct md_answer *answer)
{
    struct desk *desk = context;

    desk->answer = *answer;
    desk->count++;
    return (enum md_answer_verdict)answer->verdict;
}

static void desk_open(struct desk *desk)
{
    memset(desk, 0, sizeof(*desk));
    cr_assert_geq(sodium_init(), 0);
    strcpy(desk->directory, "/tmp/noroshi-answers-XXXXXX");
    cr_assert_not_null(mkdtemp(desk->directory));
    desk->site = calloc(1, sizeof(*desk->site));
    desk->site->state_directory = desk->directory;
    desk->site->person_count = 2;
    desk->site->persons[0].id = "person-1";
    desk->site->persons[1].id = "person-2";
    desk->answers = md_answers_start(desk->site, on_answer, desk);
}

static void desk_restart(struct desk *desk)
{
    md_answers_stop(desk->answers);
    desk->answers = md_answers_start(desk->site, on_answer, desk);
}

static void desk_close(struct desk *desk)
{
    char command[128];

    md_answers_stop(desk->answers);
    free(desk->site);
    snprintf(command, sizeof(command), "rm -rf %s", desk->directory);
    cr_assert_eq(system(command), 0);
}

static const struct fo_notify page = {.incident = 3, .epoch = 2, .round = 1, .person = 0};

static enum md_answer_verdict take(struct desk *desk, uint8_t person, const char *code, fo_us now)
{
    return md_answers_take(desk->answers, 4, person, FO_ORDER_ACKNOWLEDGE, code, now);
}

Test(answers, a_code_is_taken_once)
{
    struct desk desk;
    char code[MD_ANSWER_CODE_SIZE], again[MD_ANSWER_CODE_SIZE];

    desk_open(&desk);
    md_answers_code(desk.answers, &page, code);
    md_answers_code(desk.answers, &page, again);
    cr_assert_str_eq(code, again, "another try of the same page has the same code");
    cr_assert_eq(take(&desk, 0, code, FO_SECOND), MD_ANSWER_TAKEN);
    cr_assert_eq(desk.answer.incident, 3);
    cr_assert_eq(desk.answer.epoch, 2);
    cr_assert_eq(desk.answer.round, 1);
    cr_assert_eq(desk.answer.channel, 4);
    cr_assert_eq(take(&desk, 0, code, FO_SECOND), MD_ANSWER_REPLAYED);
    md_answers_code(desk.answers, &page, again);
    cr_assert_str_neq(code, again, "a used code is given out again");
    desk_close(&desk);
}

Test(answers, a_code_is_the_persons_own)
{
    struct desk desk;
    char code[MD_ANSWER_CODE_SIZE];

    desk_open(&desk);
    md_answers_code(desk.answers, &page, code);
    cr_assert_eq(take(&desk, 1, code, FO_SECOND), MD_ANSWER_UNKNOWN);
    cr_assert_eq(take(&desk, FO_NONE, code, FO_SECOND), MD_ANSWER_UNKNOWN);
    cr_assert_eq(take(&desk, 0, NULL, FO_SECOND), MD_ANSWER_UNKNOWN);
    cr_assert_eq(desk.count, 3, "an answer that changes nothing is told all the same");
    cr_assert_eq(take(&desk, 0, code, FO_SECOND), MD_ANSWER_TAKEN);
    desk_close(&desk);
}

Test(answers, a_restart_forgets_neither_codes_nor_that_they_were_used)
{
    struct desk desk;
    struct fo_notify other = page;
    char used[MD_ANSWER_CODE_SIZE], open[MD_ANSWER_CODE_SIZE], token[MD_ANSWER_TOKEN_SIZE];
    char path[128];
    struct stat about;

    desk_open(&desk);
    md_answers_code(desk.answers, &page, used);
    cr_assert_eq(take(&desk, 0, used, FO_SECOND), MD_ANSWER_TAKEN);
    other.epoch = 3;
    md_answers_token(desk.answers, &other, token);
    md_answers_code(desk.answers, &other, open);
    desk_restart(&desk);
    cr_assert_eq(take(&desk, 0, used, FO_SECOND), MD_ANSWER_REPLAYED);
    cr_assert_eq(md_answers_take_token(desk.answers, 4, FO_ORDER_OWN, token, FO_SECOND),
                 MD_ANSWER_TAKEN);
    cr_assert_eq(desk.answer.epoch, 3);
    cr_assert_eq(take(&desk, 0, open, FO_SECOND), MD_ANSWER_REPLAYED);
    snprintf(path, sizeof(path), "%s/answers", desk.directory);
    cr_assert_eq(stat(path, &about), 0);
    cr_assert_eq(about.st_mode & 0777, 0600u);
    desk_close(&desk);
}

Test(answers, a_token_with_any_other_character_is_nobodys)
{
    struct desk desk;
    char token[MD_ANSWER_TOKEN_SIZE], forged[MD_ANSWER_TOKEN_SIZE];

    desk_open(&desk);
    md_answers_token(desk.answers, &page, token);
    for (size_t i = 0; token[i] != '\0'; i++) {
        strcpy(forged, token);
        forged[i] = forged[i] == '7' ? '8' : '7';
        cr_assert_eq(md_answers_take_token(desk.answers, 4, FO_ORDER_OWN, forged, FO_SECOND),
                     MD_ANSWER_UNKNOWN, "place %zu", i);
        cr_assert_eq(desk.answer.person, FO_NONE);
        forged[i] = '\0';
        cr_assert_eq(md_answers_take_token(desk.answers, 4, FO_ORDER_OWN, forged, FO_SECOND),
                     MD_ANSWER_UNKNOWN);
    }
    cr_assert_eq(md_answers_take_token(desk.answers, 4, FO_ORDER_OWN, token, FO_SECOND),
                 MD_ANSWER_TAKEN);
    desk_close(&desk);
}

Test(answers, who_guesses_is_not_heard_for_a_while)
{
    struct desk desk;
    char code[MD_ANSWER_CODE_SIZE], wrong[16];

    desk_open(&desk);
    md_answers_code(desk.answers, &page, code);
    snprintf(wrong, sizeof(wrong), "%04d", (atoi(code) + 1) % 10000);
    for (unsigned i = 0; i < MD_ANSWERS_WRONG_MAX; i++) {
        cr_assert_eq(take(&desk, 0, wrong, FO_SECOND), MD_ANSWER_UNKNOWN);
    }
    cr_assert_eq(take(&desk, 0, code, 2 * FO_SECOND), MD_ANSWER_UNKNOWN);
    cr_assert_eq(take(&desk, 0, code, 2 * FO_SECOND + MD_ANSWERS_WRONG_US), MD_ANSWER_TAKEN);
    desk_close(&desk);
}

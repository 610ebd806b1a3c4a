/* SPDX-License-Identifier: Apache-2.0 */
/* The book of one-time codes. It owns the codes, which of them are used up, and the file that keeps
 * them over a restart; a code lost with the power of the host is only an answer that must be given
 * again to the next page. */
#include "monitord/answers.h"

#include "monitord/log.h"
#include "probes/clock.h"

#include <sodium.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEY_BYTES crypto_generichash_KEYBYTES
#define MAC_BYTES 16
#define LINE_MAX_BYTES 256

struct code {
    uint8_t person; /* FO_NONE: free */
    uint8_t epoch, round;
    bool used, drill;
    uint32_t incident;
    fo_us issued_us; /* 0: before this start */
    char text[MD_ANSWER_CODE_SIZE];
};
struct md_answers {
    const struct site *site;
    md_answer_hook hook;
    void *context;
    unsigned char key[KEY_BYTES];
    struct code codes[MD_ANSWERS_MAX];
    unsigned next;
    struct {
        unsigned count;
        fo_us since_us;
    } wrong[FO_PERSONS_MAX];
    char path[512];
};

/* ---- the file ---- */

/* Not synced: what a death of the process leaves is enough, and the loop never waits for a disk. */
static void save(const struct md_answers *answers)
{
    char temporary[sizeof(answers->path) + 8], key[KEY_BYTES * 2 + 1];
    FILE *file;
    int fd;

    snprintf(temporary, sizeof(temporary), "%s.new", answers->path);
    fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file == NULL) {
        md_log(MD_LOG_WARNING, "answers: cannot keep the codes: %s", strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return;
    }
    fprintf(file, "key %s\n", sodium_bin2hex(key, sizeof(key), answers->key, KEY_BYTES));
    for (unsigned i = 0; i < MD_ANSWERS_MAX; i++) {
        const struct code *code = &answers->codes[(answers->next + i) % MD_ANSWERS_MAX];

        if (code->person != FO_NONE) {
            fprintf(file, "%s %u %u %u %s %u %u\n", answers->site->persons[code->person].id,
                    code->incident, code->epoch, code->round, code->text, code->used ? 1 : 0,
                    code->drill ? 1 : 0);
        }
    }
    sodium_memzero(key, sizeof(key));
    if (fclose(file) != 0 || rename(temporary, answers->path) != 0) {
        md_log(MD_LOG_WARNING, "answers: cannot keep the codes: %s", strerror(errno));
    }
}

static uint8_t person_named(const struct site *site, const char *id)
{
    for (uint8_t i = 0; i < site->person_count; i++) {
        if (site->persons[i].id != NULL && strcmp(site->persons[i].id, id) == 0) {
            return i;
        }
    }
    return FO_NONE;
}

static bool load(struct md_answers *answers)
{
    FILE *file = fopen(answers->path, "re");
    char line[LINE_MAX_BYTES], id[128], text[MD_ANSWER_CODE_SIZE];
    unsigned incident, epoch, round, used, drill;
    bool keyed = false;

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        size_t length;

        if (strncmp(line, "key ", 4) == 0) {
            keyed = sodium_hex2bin(answers->key, KEY_BYTES, line + 4, KEY_BYTES * 2, NULL, &length,
                                   NULL) == 0 &&
                    length == KEY_BYTES;
        } else if (sscanf(line, "%127s %u %u %u %4s %u %u", id, &incident, &epoch, &round, text,
                          &used, &drill) == 7 &&
                   person_named(answers->site, id) != FO_NONE) {
            struct code *code = &answers->codes[answers->next];

            *code = (struct code){.person = person_named(answers->site, id),
                                  .epoch = (uint8_t)epoch,
                                  .round = (uint8_t)round,
                                  .used = used != 0,
                                  .drill = drill != 0,
                                  .incident = incident};
            memcpy(code->text, text, sizeof(text));
            answers->next = (answers->next + 1) % MD_ANSWERS_MAX;
        }
    }
    sodium_memzero(line, sizeof(line));
    if (file != NULL) {
        fclose(file);
    }
    return keyed;
}

struct md_answers *md_answers_start(const struct site *site, md_answer_hook hook, void *context)
{
    struct md_answers *answers = calloc(1, sizeof(*answers));

    if (answers == NULL) {
        return NULL;
    }
    answers->site = site;
    answers->hook = hook;
    answers->context = context;
    snprintf(answers->path, sizeof(answers->path), "%s/answers", site->state_directory);
    for (unsigned i = 0; i < MD_ANSWERS_MAX; i++) {
        answers->codes[i].person = FO_NONE;
    }
    if (!load(answers)) {
        randombytes_buf(answers->key, KEY_BYTES);
    }
    return answers;
}

void md_answers_stop(struct md_answers *answers)
{
    if (answers != NULL) {
        sodium_memzero(answers, sizeof(*answers));
        free(answers);
    }
}

/* ---- codes ---- */

static struct code *find(struct md_answers *answers, uint8_t person, const char *text)
{
    for (unsigned i = 1; i <= MD_ANSWERS_MAX; i++) {
        struct code *code = &answers->codes[(answers->next + MD_ANSWERS_MAX - i) % MD_ANSWERS_MAX];

        if (code->person == person && person != FO_NONE && strcmp(code->text, text) == 0) {
            return code;
        }
    }
    return NULL;
}

static struct code *code_of(struct md_answers *answers, const struct fo_notify *notify)
{
    struct code *code;

    for (unsigned i = 0; i < MD_ANSWERS_MAX; i++) {
        code = &answers->codes[i];
        if (code->person == notify->person && code->incident == notify->incident &&
            code->epoch == notify->epoch && code->round == notify->round && !code->used) {
            return code;
        }
    }
    code = &answers->codes[answers->next];
    answers->next = (answers->next + 1) % MD_ANSWERS_MAX;
    code->person = FO_NONE;
    do {
        snprintf(code->text, sizeof(code->text), "%04u", randombytes_uniform(10000));
    } while (find(answers, notify->person, code->text) != NULL);
    code->person = notify->person;
    code->incident = notify->incident;
    code->epoch = notify->epoch;
    code->round = notify->round;
    code->used = false;
    code->drill = notify->drill;
    return code;
}

static struct code *issue(struct md_answers *answers, const struct fo_notify *notify)
{
    struct code *code = code_of(answers, notify);

    code->issued_us = pb_clock_us();
    save(answers);
    return code;
}

void md_answers_code(struct md_answers *answers, const struct fo_notify *notify,
                     char code[MD_ANSWER_CODE_SIZE])
{
    memcpy(code, issue(answers, notify)->text, MD_ANSWER_CODE_SIZE);
}

bool md_answers_open(const struct md_answers *answers, fo_us now_us, fo_us since_us)
{
    for (unsigned i = 0; i < MD_ANSWERS_MAX; i++) {
        const struct code *code = &answers->codes[i];

        if (code->person != FO_NONE && !code->used && now_us - code->issued_us < since_us) {
            return true;
        }
    }
    return false;
}

/* ---- tokens ---- */

static void sign(const struct md_answers *answers, const char *text, size_t length,
                 char mac[MAC_BYTES * 2 + 1])
{
    unsigned char bytes[MAC_BYTES];

    crypto_generichash(bytes, sizeof(bytes), (const unsigned char *)text, length, answers->key,
                       KEY_BYTES);
    sodium_bin2hex(mac, MAC_BYTES * 2 + 1, bytes, sizeof(bytes));
}

void md_answers_token(struct md_answers *answers, const struct fo_notify *notify,
                      char token[MD_ANSWER_TOKEN_SIZE])
{
    const struct code *code = issue(answers, notify);
    char mac[MAC_BYTES * 2 + 1];
    int length = snprintf(token, MD_ANSWER_TOKEN_SIZE, "%.80s.%u.%u.%s",
                          answers->site->persons[notify->person].id, notify->incident,
                          notify->epoch, code->text);

    sign(answers, token, (size_t)length, mac);
    snprintf(token + length, MD_ANSWER_TOKEN_SIZE - (size_t)length, ".%s", mac);
}

/* The person and the code of a token of ours; FO_NONE. */
static uint8_t open_token(const struct md_answers *answers, const char *token,
                          char code[MD_ANSWER_CODE_SIZE])
{
    char mac[MAC_BYTES * 2 + 1], id[96];
    const char *last = strrchr(token, '.');
    size_t length = last != NULL ? (size_t)(last - token) : 0;
    const char *end = token + length, *start;

    if (length < 10 || strlen(token) >= MD_ANSWER_TOKEN_SIZE || strlen(last + 1) != MAC_BYTES * 2) {
        return FO_NONE;
    }
    sign(answers, token, length, mac);
    if (sodium_memcmp(mac, last + 1, MAC_BYTES * 2) != 0) {
        return FO_NONE;
    }
    /* signed by us, so its form is ours: id.incident.epoch.code */
    memcpy(code, end - 4, 4);
    code[4] = '\0';
    start = end - 5;
    for (unsigned dots = 0; start > token && dots < 2;) {
        dots += *--start == '.' ? 1 : 0;
    }
    snprintf(id, sizeof(id), "%.*s", (int)(start - token), token);
    return person_named(answers->site, id);
}

/* ---- answers ---- */

/* Whether this person has sent so many wrong codes that none is taken for a while. */
static bool is_guessing(struct md_answers *answers, uint8_t person, bool wrong, fo_us now_us)
{
    if (person == FO_NONE) {
        return false;
    }
    if (answers->wrong[person].count > 0 &&
        now_us - answers->wrong[person].since_us >= MD_ANSWERS_WRONG_US) {
        answers->wrong[person].count = 0;
    }
    if (answers->wrong[person].count >= MD_ANSWERS_WRONG_MAX) {
        return true;
    }
    if (wrong && answers->wrong[person].count++ == 0) {
        answers->wrong[person].since_us = now_us;
    }
    return false;
}

enum md_answer_verdict md_answers_take(struct md_answers *answers, uint8_t channel, uint8_t person,
                                       uint8_t order, const char *text, fo_us now_us)
{
    struct md_answer answer = {
        .channel = channel, .person = person, .order = order, .verdict = MD_ANSWER_UNKNOWN};
    struct code *code = text != NULL && order < FO_ORDER_KINDS ? find(answers, person, text) : NULL;
    enum md_answer_verdict verdict;

    if (is_guessing(answers, person, code == NULL, now_us)) {
        code = NULL;
    }
    if (order >= FO_ORDER_KINDS) {
        answer.order = FO_ORDER_ACKNOWLEDGE;
    }
    if (code != NULL) {
        answer.incident = code->incident;
        answer.epoch = code->epoch;
        answer.round = code->round;
        answer.drill = code->drill;
        answer.verdict = code->used ? MD_ANSWER_REPLAYED : MD_ANSWER_TAKEN;
    }
    verdict = answers->hook(answers->context, &answer);
    if (code != NULL && verdict == MD_ANSWER_TAKEN) {
        code->used = true;
        save(answers);
    }
    return verdict;
}

enum md_answer_verdict md_answers_take_token(struct md_answers *answers, uint8_t channel,
                                             uint8_t order, const char *token, fo_us now_us)
{
    char code[MD_ANSWER_CODE_SIZE];
    uint8_t person = open_token(answers, token, code);

    return md_answers_take(answers, channel, person, order, person != FO_NONE ? code : NULL,
                           now_us);
}

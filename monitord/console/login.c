/* SPDX-License-Identifier: Apache-2.0 */
/* Asks for passphrases on a terminal or on standard input, unseen (see login.h). It owns nothing;
 * what it has read is wiped. ask.c and main.c call it. */
#include "monitord/console/login.h"

#include "monitord/console/client.h"
#include "monitord/console/plain.h"
#include "monitord/console/refusal.h"
#include "monitord/fact.h"
#include "monitord/passphrase.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define CHECK_TIMES 100
#define CHECK_AGAIN_MS 50

/* One line without its newline, not shown; false at the end of input. */
static bool read_unseen(const char *question, char *line, size_t size)
{
    struct termios before, quiet;
    bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;

    fprintf(stderr, "%s ", question);
    fflush(stderr);
    if (terminal) {
        quiet = before;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    bool got = fgets(line, (int)size, stdin) != NULL;
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        fputc('\n', stderr);
    }
    line[got ? strcspn(line, "\n") : 0] = '\0';
    return got;
}

/* Waits for the end of the check; the session's answer, or NULL. */
static json_t *await_session(const char *socket, const char *token)
{
    char error[MD_CLIENT_ERROR_SIZE];
    json_t *answer = NULL;

    for (unsigned i = 0; i < CHECK_TIMES; i++) {
        json_decref(answer);
        answer = md_client_ask(
            socket, json_pack("{s:s, s:s}", "order", "session", "session", token), error);
        if (strcmp(md_fact_text(answer, "state"), "checking") != 0) {
            return answer;
        }
        poll(NULL, 0, CHECK_AGAIN_MS);
    }
    json_decref(answer);
    return NULL;
}

bool md_login(const struct md_options *options, json_t *order)
{
    char passphrase[MD_PASSPHRASE_SIZE], question[160], error[MD_CLIENT_ERROR_SIZE], token[40];
    json_t *answer, *session = NULL;

    if (options->as == NULL) {
        return true;
    }
    md_text_fill(question, sizeof(question), options->speech.language, MD_WORD_ASK_PASSPHRASE,
                 options->as, NULL);
    if (!read_unseen(question, passphrase, sizeof(passphrase))) {
        md_plain_line(stderr, &options->speech, md_say(&options->speech, MD_WORD_NO_PASSPHRASE));
        return false;
    }
    answer = md_client_ask(options->socket,
                           json_pack("{s:s, s:s, s:s}", "order", "login", "person", options->as,
                                     "passphrase", passphrase),
                           error);
    explicit_bzero(passphrase, sizeof(passphrase));
    snprintf(token, sizeof(token), "%s", md_fact_text(answer, "session"));
    if (token[0] != '\0') {
        session = await_session(options->socket, token);
    }
    bool open = strcmp(md_fact_text(session, "state"), "open") == 0;
    if (open) {
        json_object_set_new(order, "session", json_string(token));
        md_text_fill(question, sizeof(question), options->speech.language,
                     json_is_string(json_object_get(session, "last_use")) ? MD_WORD_LAST_USE
                                                                          : MD_WORD_FIRST_USE,
                     md_fact_text(session, "last_use"), NULL);
        md_plain_line(stderr, &options->speech, question);
    } else {
        fprintf(stderr, "monitorctl: %s\n",
                session != NULL || answer != NULL
                    ? md_refusal(&options->speech, session != NULL ? session : answer)
                    : error);
    }
    json_decref(session);
    json_decref(answer);
    return open;
}

int md_login_passphrase(const struct md_options *options)
{
    char first[MD_PASSPHRASE_SIZE], second[MD_PASSPHRASE_SIZE], error[256];
    int code = MD_EXIT_FAILED;

    if (options->file == NULL) {
        fprintf(stderr, "monitorctl: passphrase needs --file, the site's passphrase_file\n");
        return MD_EXIT_USAGE;
    }
    if (!read_unseen(md_say(&options->speech, MD_WORD_NEW_PASSPHRASE), first, sizeof(first)) ||
        !read_unseen(md_say(&options->speech, MD_WORD_PASSPHRASE_AGAIN), second, sizeof(second))) {
        md_plain_line(stderr, &options->speech, md_say(&options->speech, MD_WORD_NO_PASSPHRASE));
    } else if (strcmp(first, second) != 0) {
        md_plain_line(stderr, &options->speech,
                      md_say(&options->speech, MD_WORD_PASSPHRASES_DIFFER));
    } else if (md_text_characters(first) < MD_PASSPHRASE_LEAST) {
        fprintf(stderr, "monitorctl: at least %d characters; a few words in a row are best\n",
                MD_PASSPHRASE_LEAST);
    } else if (!md_passphrase_set(options->file, options->argument, first, error, sizeof(error))) {
        fprintf(stderr, "monitorctl: %s\n", error);
    } else {
        code = MD_EXIT_OK;
    }
    explicit_bzero(first, sizeof(first));
    explicit_bzero(second, sizeof(second));
    return code;
}

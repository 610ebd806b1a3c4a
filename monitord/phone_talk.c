/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded phrases put together. It reads the site's files anew for each call, so that a new
 * recording counts at once, and writes one file beside the target before it takes its name. */
#include "monitord/phone_talk.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER_SIZE 44
#define BYTES_PER_MS 16 /* 8000 samples a second, 2 bytes each */
#define PIECES_MAX 16

enum { FIRST_MESSAGE = 3, FIRST_DIGIT = FIRST_MESSAGE + FO_MESSAGES, PHRASES = FIRST_DIGIT + 14 };
#define MESSAGE(kind) [FIRST_MESSAGE + FO_MESSAGE_##kind]
const char *const md_phone_phrases[] = {[0] = "drill",
                                        [1] = "real",
                                        [2] = "resend",
                                        MESSAGE(OPENED) = "opened",
                                        MESSAGE(WORSENED) = "worsened",
                                        MESSAGE(REMINDER) = "reminder",
                                        MESSAGE(RECOVERED) = "recovered",
                                        MESSAGE(HANDOVER) = "handover",
                                        MESSAGE(BRIEF) = "brief",
                                        MESSAGE(UNSTABLE) = "unstable",
                                        MESSAGE(ABORTED) = "aborted",
                                        MESSAGE(GIVE_BACK) = "give-back",
                                        [FIRST_DIGIT] = "0",
                                        "1",
                                        "2",
                                        "3",
                                        "4",
                                        "5",
                                        "6",
                                        "7",
                                        "8",
                                        "9",
                                        [FIRST_DIGIT + 10] = "incident",
                                        "ask",
                                        "taken",
                                        "unknown",
                                        [PHRASES] = NULL};
static_assert(FO_MESSAGES == FO_MESSAGE_GIVE_BACK + 1, "each kind of message has a phrase");

struct talk {
    uint8_t *samples;
    size_t length; /* bytes */
    const char *bad;
};

static unsigned number_at(const uint8_t *at, unsigned bytes)
{
    unsigned number = 0;

    for (unsigned i = 0; i < bytes; i++) {
        number |= (unsigned)at[i] << 8 * i;
    }
    return number;
}

/* Where the samples are in a WAV file of the one form; 0 when it is none. */
static size_t samples_of(const uint8_t *file, size_t length, size_t *count)
{
    bool format = false;

    if (length < 12 || memcmp(file, "RIFF", 4) != 0 || memcmp(file + 8, "WAVE", 4) != 0) {
        return 0;
    }
    for (size_t at = 12; at + 8 <= length;) {
        size_t size = number_at(file + at + 4, 4);

        if (memcmp(file + at, "data", 4) == 0) {
            *count = (size < length - at - 8 ? size : length - at - 8) & ~(size_t)1;
            return format && *count > 0 ? at + 8 : 0;
        }
        if (memcmp(file + at, "fmt ", 4) == 0 && size >= 16 && at + 24 <= length) {
            format = number_at(file + at + 8, 2) == 1 && number_at(file + at + 10, 2) == 1 &&
                     number_at(file + at + 12, 4) == 8000 && number_at(file + at + 22, 2) == 16;
        }
        at += 8 + size + (size & 1);
    }
    return 0;
}

/* The whole file; NULL with errno. The caller frees it. */
static uint8_t *file_read(const char *path, size_t *length)
{
    size_t most = MD_PHONE_PHRASE_MAX_MS * BYTES_PER_MS + 4096;
    FILE *file = fopen(path, "re");
    uint8_t *bytes = file != NULL ? malloc(most + 1) : NULL;
    int error = errno;

    if (bytes != NULL) {
        *length = fread(bytes, 1, most + 1, file);
        error = ferror(file) != 0 ? EIO : *length > most ? EFBIG : 0;
    }
    if (file != NULL) {
        fclose(file);
    }
    if (bytes != NULL && error != 0) {
        free(bytes);
        bytes = NULL;
    }
    errno = error;
    return bytes;
}

static int add_phrase(struct talk *talk, const char *phrases, const char *name)
{
    char path[512];
    size_t length = 0, count = 0, at;
    uint8_t *file, *longer;
    int error = 0;

    snprintf(path, sizeof(path), "%s/%s.wav", phrases, name);
    talk->bad = name;
    file = file_read(path, &length);
    if (file == NULL) {
        return errno != 0 ? errno : ENOMEM;
    }
    at = samples_of(file, length, &count);
    if (at == 0) {
        error = EILSEQ;
    } else if (talk->length + count > (size_t)MD_PHONE_TALK_MAX_MS * BYTES_PER_MS) {
        error = EFBIG;
    } else if ((longer = realloc(talk->samples, talk->length + count)) == NULL) {
        error = ENOMEM;
    } else {
        talk->samples = longer;
        memcpy(talk->samples + talk->length, file + at, count);
        talk->length += count;
        talk->bad = NULL;
    }
    free(file);
    return error;
}

static int add_phrases(struct talk *talk, const char *phrases, const char *const *names)
{
    int error = 0;

    for (unsigned i = 0; names[i] != NULL && error == 0; i++) {
        error = add_phrase(talk, phrases, names[i]);
    }
    return error;
}

static void make_header(uint8_t header[HEADER_SIZE], size_t length)
{
    static const uint8_t form[] = {16, 0, 0,    0,    1, 0, 1, 0, 0x40, 0x1f,
                                   0,  0, 0x80, 0x3e, 0, 0, 2, 0, 16,   0};
    unsigned sizes[] = {(unsigned)length + HEADER_SIZE - 8, (unsigned)length};

    memcpy(header, "RIFF....WAVEfmt ", 16);
    memcpy(header + 16, form, sizeof(form));
    memcpy(header + 36, "data", 4);
    for (unsigned i = 0; i < 4; i++) {
        header[4 + i] = (uint8_t)(sizes[0] >> 8 * i);
        header[40 + i] = (uint8_t)(sizes[1] >> 8 * i);
    }
}

static bool write_all(int fd, const void *bytes, size_t length)
{
    const uint8_t *at = bytes;

    while (length > 0) {
        ssize_t wrote = write(fd, at, length);

        if (wrote <= 0) {
            errno = wrote == 0 ? EIO : errno;
            return false;
        }
        at += wrote;
        length -= (size_t)wrote;
    }
    return true;
}

/* Beside the target first: baresip never reads half a file. It is no secret, and baresip is another
 * user. */
static int talk_write(const struct talk *talk, const char *path, unsigned rounds)
{
    char beside[512];
    uint8_t header[HEADER_SIZE];
    bool wrote;
    int fd, error;

    snprintf(beside, sizeof(beside), "%s.new", path);
    fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        return errno;
    }
    make_header(header, talk->length * rounds);
    wrote = fchmod(fd, 0644) == 0 && write_all(fd, header, sizeof(header));
    for (unsigned i = 0; i < rounds && wrote; i++) {
        wrote = write_all(fd, talk->samples, talk->length);
    }
    error = wrote ? 0 : errno;
    close(fd);
    if (error == 0 && rename(beside, path) != 0) {
        error = errno;
    }
    return error;
}

int md_phone_talk_page(const char *phrases, const char *path, const struct md_phone_page *page,
                       unsigned *round_ms, unsigned *talk_ms, const char **bad)
{
    const char *names[PIECES_MAX] = {page->drill ? "drill" : "real"};
    size_t digits = strlen(page->incident);
    struct talk talk = {0};
    unsigned count = 1, rounds;
    int error;

    if (page->resend) {
        names[count++] = "resend";
    }
    names[count++] = md_phone_phrases[FIRST_MESSAGE + page->message % FO_MESSAGES];
    for (size_t i = digits >= 4 ? digits - 4 : digits; i < digits; i++) {
        if (i == digits - 4) {
            names[count++] = "incident";
        }
        if (page->incident[i] >= '0' && page->incident[i] <= '9') {
            names[count++] = md_phone_phrases[FIRST_DIGIT + page->incident[i] - '0'];
        }
    }
    if (page->asks) {
        names[count++] = "ask";
    }
    if (page->drill) {
        names[count++] = "drill";
    }
    error = add_phrases(&talk, phrases, names);
    if (error == 0) {
        *round_ms = (unsigned)(talk.length / BYTES_PER_MS);
        rounds = MD_PHONE_TALK_MAX_MS / (*round_ms + 1);
        rounds = rounds < 1 ? 1 : rounds > MD_PHONE_ROUNDS_MAX ? MD_PHONE_ROUNDS_MAX : rounds;
        *talk_ms = *round_ms * rounds;
        error = talk_write(&talk, path, rounds);
    }
    *bad = talk.bad;
    free(talk.samples);
    return error;
}

int md_phone_talk_reply(const char *phrases, const char *path, enum md_phone_reply reply,
                        bool drill, unsigned *talk_ms, const char **bad)
{
    const char *names[] = {reply == MD_PHONE_TAKEN ? "taken" : "unknown", NULL, NULL, NULL};
    struct talk talk = {0};
    int error;

    if (drill) {
        names[1] = names[0];
        names[0] = names[2] = "drill";
    }
    error = add_phrases(&talk, phrases, names);
    if (error == 0) {
        *talk_ms = (unsigned)(talk.length / BYTES_PER_MS);
        error = talk_write(&talk, path, 1);
    }
    *bad = talk.bad;
    free(talk.samples);
    return error;
}

int md_phone_talk_check(const char *phrases, const char **bad)
{
    int error = 0;

    *bad = NULL;
    for (unsigned i = 0; md_phone_phrases[i] != NULL && error == 0; i++) {
        struct talk talk = {0};

        error = add_phrase(&talk, phrases, md_phone_phrases[i]);
        *bad = talk.bad;
        free(talk.samples);
    }
    return error;
}

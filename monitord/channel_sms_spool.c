/* SPDX-License-Identifier: Apache-2.0 */
/* Short messages through the folders of gammu-smsd: a page is a file in its outbox and is accepted
 * when smsd has moved it to sent; a file it leaves lying means that smsd hangs. Files of its inbox
 * are answers. It owns the form of both and our own files only; smsd says nothing of delivery. */
#include "monitord/channel_sms.h"

#include "failover/reason.h"
#include "monitord/contact_store.h"
#include "monitord/log.h"
#include "monitord/wall_time.h"
#include "probes/clock.h"

#include <sodium.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_MS 500
#define OUTBOX_OLD_S 60 /* smsd moves a message within seconds */
#define PATH_SIZE 768
#define INBOX_AT_ONCE 16 /* files taken in one look */

struct job {
    struct md_page *page;
    uint8_t channel;
    fo_us until_us;
    char name[96];
    struct job *next;
};
struct spool {
    const struct md_channel_world *world;
    struct job *jobs;
    uv_timer_t look;
    uint8_t tie;
    void (*done)(void *context);
    void *done_context;
};

static void path_of(const struct spool *spool, uint8_t channel, const char *folder,
                    const char *name, char path[PATH_SIZE])
{
    /* a file's name has at most NAME_MAX bytes; a folder too long to fit is one that does not open
     */
    snprintf(path, PATH_SIZE, "%.*s/%.20s/%.255s", PATH_SIZE - 280,
             spool->world->site->channels[channel].sms.spool, folder, name);
}

/* ---- out ---------------------------------------------------------------------------------------
 */

/* smsd reads numbers and texts as digits of UCS-2 units, so no character can end a line. */
static void write_parts(FILE *file, const struct md_sms_parts *parts, uint8_t tie,
                        const char *number)
{
    for (unsigned part = 0; part < parts->count; part++) {
        fprintf(file, "[SMSBackup%03u]\nPDU = Submit\nState = UnSent\nNumberUnicode = ", part);
        for (const char *digit = number; *digit != '\0'; digit++) {
            fprintf(file, "%04X", (unsigned)(unsigned char)*digit);
        }
        if (parts->count > 1) {
            fprintf(file, "\nUDH = 050003%02X%02X%02X", tie, parts->count, part + 1);
        }
        /* at most 50 units a line, as smsd itself writes them */
        for (unsigned unit = 0; unit < parts->length[part]; unit++) {
            if (unit % 50 == 0) {
                fprintf(file, "\nText%02u = ", unit / 50);
            }
            fprintf(file, "%04X", parts->units[part][unit]);
        }
        fprintf(file, "\nCoding = Unicode_No_Compression\nFolder = 1\nLength = %u\nClass = -1\n\n",
                parts->length[part]);
    }
}

/* Whole or not at all: smsd sees only names that begin with OUT. 0 or an errno. */
static int put_file(struct spool *spool, uint8_t channel, const char *name, const char *number,
                    const char *text, bool drill)
{
    struct md_sms_parts parts;
    char hidden[PATH_SIZE], path[PATH_SIZE], temporary[112];
    FILE *file;

    if (!md_sms_split(text, md_sms_mark(spool->world->site, drill), &parts)) {
        return EINVAL;
    }
    snprintf(temporary, sizeof(temporary), ".%s", name);
    path_of(spool, channel, "outbox", temporary, hidden);
    path_of(spool, channel, "outbox", name, path);
    file = fopen(hidden, "we");
    if (file == NULL || fchmod(fileno(file), 0660) != 0) {
        int error = errno;

        if (file != NULL) {
            fclose(file);
        }
        return error;
    }
    write_parts(file, &parts, ++spool->tie, number);
    sodium_memzero(&parts, sizeof(parts));
    if (fclose(file) != 0 || rename(hidden, path) != 0) {
        int error = errno;

        unlink(hidden);
        return error;
    }
    return 0;
}

/* No number in the name: a folder can be listed. */
static void name_file(const struct spool *spool, const char *key, char *name, size_t size)
{
    struct tm local;
    char time[32];

    md_wall_local(spool->world->site->timezone, md_wall_now_ms(), &local);
    strftime(time, sizeof(time), "%Y%m%d_%H%M%S", &local);
    snprintf(name, size, "OUTC%.15s_00_noroshi_%.40s.smsbackup", time, key);
}

static void spool_send(void *room, struct md_page *page)
{
    struct spool *spool = room;
    uint8_t channel = page->command.notify.channel;
    struct job *job = calloc(1, sizeof(*job));
    char number[MD_CONTACT_MAX] = "", error[256], text[768];
    bool readable = md_contact_number(page->site->channels[channel].contacts_file, page->site,
                                      page->site->persons[page->command.notify.person].id, number,
                                      error, sizeof(error));
    int wrong;

    if (job == NULL || !readable) {
        md_log(MD_LOG_ERROR, "sms: %s", readable ? "out of memory" : error);
        free(job);
        page->done(page, FO_OUTCOME_RETRY, FO_REASON_UNREACHABLE, 0);
        return;
    }
    md_sms_text(page, spool->world->answers, text, sizeof(text));
    name_file(spool, page->message.key, job->name, sizeof(job->name));
    wrong = md_sms_number_ok(number)
                ? put_file(spool, channel, job->name, number, text, page->command.notify.drill)
                : EINVAL;
    sodium_memzero(number, sizeof(number));
    sodium_memzero(text, sizeof(text));
    if (wrong != 0) {
        free(job);
        page->done(page, wrong == EINVAL ? FO_OUTCOME_FAILED : FO_OUTCOME_RETRY,
                   wrong == EINVAL ? FO_REASON_WRONG_TYPE : FO_REASON_UNREACHABLE, wrong);
        return;
    }
    job->page = page;
    job->channel = channel;
    job->until_us = pb_clock_us() + md_page_limit_ms(page->site, channel) * FO_MS;
    job->next = spool->jobs;
    spool->jobs = job;
}

static bool is_in(const struct spool *spool, const struct job *job, const char *folder)
{
    char path[PATH_SIZE];

    path_of(spool, job->channel, folder, job->name, path);
    return access(path, F_OK) == 0;
}

static void end_job(struct spool *spool, struct job *job, enum fo_outcome outcome, unsigned reason)
{
    struct md_page *page = job->page;
    char path[PATH_SIZE];

    for (struct job **at = &spool->jobs; *at != NULL; at = &(*at)->next) {
        if (*at == job) {
            *at = job->next;
            break;
        }
    }
    /* what still lies there must not go out beside its repetition */
    path_of(spool, job->channel, "outbox", job->name, path);
    unlink(path);
    free(job);
    page->done(page, outcome, reason, 0);
}

static void look_at_jobs(struct spool *spool)
{
    fo_us now_us = pb_clock_us();
    struct job *next;

    for (struct job *job = spool->jobs; job != NULL; job = next) {
        next = job->next;
        if (is_in(spool, job, "sent")) {
            end_job(spool, job, FO_OUTCOME_ACCEPTED, FO_REASON_NONE);
        } else if (is_in(spool, job, "error")) {
            end_job(spool, job, FO_OUTCOME_RETRY, FO_REASON_BAD_STATUS);
        } else if (now_us >= job->until_us) {
            end_job(spool, job, FO_OUTCOME_RETRY, FO_REASON_NO_ANSWER);
        }
    }
}

/* ---- in ----------------------------------------------------------------------------------------
 */

/* "IN20261127_212042_00_+819000000001_00.txt": the sender is the fourth of the pieces. */
static bool sender_of(const char *name, char number[MD_CONTACT_MAX])
{
    const char *at = name;
    size_t length;

    for (unsigned piece = 0; piece < 3 && at != NULL; piece++) {
        at = strchr(at, '_');
        at = at != NULL ? at + 1 : NULL;
    }
    length = at != NULL ? strcspn(at, "_") : 0;
    if (strncmp(name, "IN", 2) != 0 || length == 0 || length >= MD_CONTACT_MAX) {
        return false;
    }
    memcpy(number, at, length);
    number[length] = '\0';
    return true;
}

/* smsd writes UTF-16 with the mark of its order in front; anything else is taken as it is. */
static void text_of(const unsigned char *bytes, size_t count, char *text, size_t size)
{
    bool big = count >= 2 && bytes[0] == 0xfe && bytes[1] == 0xff;
    bool little = count >= 2 && bytes[0] == 0xff && bytes[1] == 0xfe;
    size_t length = 0;

    if (!big && !little) {
        snprintf(text, size, "%.*s", (int)count, (const char *)bytes);
        return;
    }
    for (size_t i = 2; i + 1 < count && length + 4 < size; i += 2) {
        unsigned unit =
            big ? (unsigned)bytes[i] << 8 | bytes[i + 1] : (unsigned)bytes[i + 1] << 8 | bytes[i];

        if (unit == 0) {
            break;
        }
        if (unit < 0x80) {
            text[length++] = (char)unit;
        } else if (unit < 0x800) {
            text[length++] = (char)(0xc0 | unit >> 6);
            text[length++] = (char)(0x80 | (unit & 0x3f));
        } else {
            text[length++] = (char)(0xe0 | unit >> 12);
            text[length++] = (char)(0x80 | (unit >> 6 & 0x3f));
            text[length++] = (char)(0x80 | (unit & 0x3f));
        }
    }
    text[length] = '\0';
}

static void take_file(struct spool *spool, uint8_t channel, const char *name)
{
    char path[PATH_SIZE], number[MD_CONTACT_MAX], text[MD_SMS_TEXT_MAX], reply_name[96], key[32];
    unsigned char bytes[1024];
    struct md_answer_reply reply;
    FILE *file;
    size_t got;

    path_of(spool, channel, "inbox", name, path);
    file = fopen(path, "re");
    if (file == NULL) {
        return;
    }
    got = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    if (unlink(path) != 0) {
        return; /* it would be taken again and again */
    }
    if (!sender_of(name, number)) {
        return;
    }
    text_of(bytes, got, text, sizeof(text));
    if (md_sms_take_answer(spool->world, channel, number, text, &reply)) {
        md_sms_reply_text(spool->world->site, &reply, text, sizeof(text));
        snprintf(key, sizeof(key), "reply-%llx", (unsigned long long)pb_clock_us());
        name_file(spool, key, reply_name, sizeof(reply_name));
        put_file(spool, channel, reply_name, number, text, reply.drill);
    }
    sodium_memzero(text, sizeof(text));
    sodium_memzero(number, sizeof(number));
}

static bool is_spool(const struct spool *spool, unsigned channel)
{
    const struct cfg_channel *configured = &spool->world->site->channels[channel];

    return configured->kind == FO_CHANNEL_SMS && configured->sms.spool != NULL;
}

static void look_at_inbox(struct spool *spool, uint8_t channel)
{
    char path[PATH_SIZE], names[INBOX_AT_ONCE][256];
    unsigned count = 0;
    struct dirent *entry;
    DIR *folder;

    path_of(spool, channel, "inbox", "", path);
    folder = opendir(path);
    while (folder != NULL && count < INBOX_AT_ONCE && (entry = readdir(folder)) != NULL) {
        if (strncmp(entry->d_name, "IN", 2) == 0) {
            snprintf(names[count++], sizeof(names[0]), "%.255s", entry->d_name);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    for (unsigned i = 0; i < count; i++) {
        take_file(spool, channel, names[i]);
    }
}

static void on_look(uv_timer_t *timer)
{
    struct spool *spool = timer->data;

    look_at_jobs(spool);
    for (unsigned i = 0; i < spool->world->site->channel_count; i++) {
        if (is_spool(spool, i)) {
            look_at_inbox(spool, (uint8_t)i);
        }
    }
}

/* ---- the channel -------------------------------------------------------------------------------
 */

static void *spool_start(const struct md_channel_world *world)
{
    struct spool *spool = calloc(1, sizeof(*spool));

    if (spool != NULL) {
        spool->world = world;
        randombytes_buf(&spool->tie, sizeof(spool->tie));
        uv_timer_init(world->loop, &spool->look);
        spool->look.data = spool;
        uv_timer_start(&spool->look, on_look, LOOK_MS, LOOK_MS);
    }
    return spool;
}

/* The folders are there and ours to write, and nothing has lain in the outbox for long. */
static void spool_test(void *room, uint8_t channel, md_tested tested, void *context)
{
    struct spool *spool = room;
    static const char *const folders[] = {"inbox", "outbox", "sent", "error"};
    int wrong = md_contact_check(spool->world->site->channels[channel].contacts_file,
                                 spool->world->site, channel);
    char path[PATH_SIZE];
    struct dirent *entry;
    struct stat about;
    DIR *folder;

    for (unsigned i = 0; i < 4 && wrong == 0; i++) {
        path_of(spool, channel, folders[i], "", path);
        wrong = access(path, i < 2 ? R_OK | W_OK | X_OK : R_OK | X_OK) == 0 ? 0 : errno;
    }
    path_of(spool, channel, "outbox", "", path);
    folder = wrong == 0 ? opendir(path) : NULL;
    while (folder != NULL && wrong == 0 && (entry = readdir(folder)) != NULL) {
        path_of(spool, channel, "outbox", entry->d_name, path);
        if (strncmp(entry->d_name, "OUT", 3) == 0 && stat(path, &about) == 0 &&
            md_wall_now_ms() / 1000 - about.st_mtime > OUTBOX_OLD_S) {
            wrong = ETIMEDOUT;
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    tested(context, channel, wrong == 0, wrong);
}

static void on_look_closed(uv_handle_t *handle)
{
    struct spool *spool = handle->data;
    void (*done)(void *) = spool->done;
    void *context = spool->done_context;

    free(spool);
    done(context);
}

static void spool_stop(void *room, void (*done)(void *context), void *context)
{
    struct spool *spool = room;

    spool->done = done;
    spool->done_context = context;
    while (spool->jobs != NULL) {
        struct job *job = spool->jobs;
        struct md_page *page = job->page;

        /* smsd may still send it: the next start sends it again, marked, and one too many is
         * better than none */
        spool->jobs = job->next;
        free(job);
        page->done(page, FO_OUTCOME_RETRY, FO_REASON_NONE, 0);
    }
    uv_close((uv_handle_t *)&spool->look, on_look_closed);
}

const struct md_channel_kind md_channel_sms_spool = {spool_start, spool_send, spool_test,
                                                     spool_stop};

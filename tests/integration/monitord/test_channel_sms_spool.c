/* SPDX-License-Identifier: Apache-2.0 */
/* Short messages through gammu-smsd with its dummy phone: a page leaves by its outbox, an answer
 * comes by its inbox, and an smsd that does not run is seen and never taken for a page that went.
 */
#include "tests/lib/peer.h"

#include <dirent.h>

struct spool {
    struct notify_stage stage;
    struct peer smsd;
    char folder[96], contacts[96], rc[96];
};

static const char settings[] =
    "[gammu]\nconnection = none\nmodel = dummy\ndevice = %s/phone\n"
    "[smsd]\nservice = files\ninboxpath = %s/spool/inbox/\noutboxpath = %s/spool/outbox/\n"
    "sentsmspath = %s/spool/sent/\nerrorsmspath = %s/spool/error/\ninboxformat = unicode\n"
    "outboxformat = detail\ntransmitformat = auto\nLoopSleep = 1\nCommTimeout = 2\n"
    "SendTimeout = 5\nReceiveFrequency = 1\nCheckSecurity = 0\nCheckBattery = 0\n";

static void spool_open(struct spool *spool)
{
    const char *place;
    struct cfg_channel *channel;
    char command[512], text[2048];

    notify_stage_make(&spool->stage, 0);
    place = spool->stage.place.directory;
    snprintf(command, sizeof(command),
             "cd %s && mkdir -p spool/inbox spool/outbox spool/sent spool/error phone/sms/1 "
             "phone/sms/2 phone/sms/3 phone/sms/4 phone/sms/5 phone/pbk/ME phone/pbk/SM phone/note "
             "phone/todo phone/calendar phone/alarm phone/fs",
             place);
    cr_assert_eq(system(command), 0);
    snprintf(text, sizeof(text), settings, place, place, place, place, place);
    place_write(&spool->stage.place, "rc", text, 0600);
    place_write(&spool->stage.place, "contacts", "person-1 09000000001\nperson-2 09000000002\n",
                0600);
    snprintf(spool->folder, sizeof(spool->folder), "%s/spool", place);
    snprintf(spool->contacts, sizeof(spool->contacts), "%s/contacts", place);
    snprintf(spool->rc, sizeof(spool->rc), "%s/rc", place);
    channel = &spool->stage.place.site->channels[STAGE_SMS];
    channel->kind = FO_CHANNEL_SMS;
    channel->contacts_file = spool->contacts;
    channel->sms.spool = spool->folder;
    spool->stage.place.site->policy.channels[STAGE_SMS].timeout_us = 25 * FO_SECOND;
    notify_stage_start(&spool->stage);
}

static void smsd_start(struct spool *spool)
{
    char command[256];

    snprintf(command, sizeof(command), "gammu-smsd -c %s >/dev/null 2>&1", spool->rc);
    peer_start(&spool->smsd, command);
}

static unsigned files_in(const struct spool *spool, const char *name, char *last, size_t size)
{
    char path[160];
    struct dirent *entry;
    unsigned count = 0;
    DIR *folder;

    snprintf(path, sizeof(path), "%s/%s", spool->folder, name);
    folder = opendir(path);
    cr_assert_not_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.') {
            count++;
            snprintf(last, size, "%s", entry->d_name);
        }
    }
    closedir(folder);
    return count;
}

static bool has_answer(void *context)
{
    return ((struct notify_stage *)context)->answers > 0;
}

/* Four digits after a corner bracket, in digits of UCS-2. */
static void code_of(const char *text, char code[5])
{
    for (const char *at = strstr(text, "300C"); at != NULL; at = strstr(at + 1, "300C")) {
        unsigned digits = 0;

        while (digits < 4 && strncmp(at + 4 + digits * 4, "003", 3) == 0) {
            code[digits] = at[4 + digits * 4 + 3];
            digits++;
        }
        if (digits == 4) {
            return;
        }
    }
    cr_assert(false, "no code in %s", text);
}

Test(channel_sms_spool, a_page_leaves_by_smsd_and_an_answer_comes_back_by_it, .timeout = 150)
{
    struct spool spool = {.rc = ""};
    struct fo_command command = notify_stage_command(STAGE_SMS, 1);
    char name[256] = "", path[420], command_line[512], *text, *at;
    char code[5] = "";

    spool_open(&spool);
    smsd_start(&spool);
    notify_stage_trouble(&spool.stage);
    command.notify.drill = true;
    notify_stage_send(&spool.stage, &command);
    cr_assert_eq(spool.stage.result.outcome, FO_OUTCOME_ACCEPTED, "%u", spool.stage.result.reason);
    cr_assert_eq(files_in(&spool, "sent", name, sizeof(name)), 1);
    cr_assert_null(strstr(name, "0900"), "a number stands in the name of a file: %s", name);
    snprintf(path, sizeof(path), "spool/sent/%s", name);
    text = place_read(&spool.stage.place, path);
    cr_assert_not_null(strstr(text, "NumberUnicode = 0030003900300030"), "%s", text);
    at = strstr(text, "[SMSBackup001]");
    cr_assert_not_null(at, "one part only");
    cr_assert_not_null(strstr(at, "Text00 = 30108A137DF43011"), "the second part is not marked");
    code_of(text, code);
    free(text);
    snprintf(command_line, sizeof(command_line),
             "gammu -c %s savesms TEXT -folder 1 -unread -sender +819000000001 -textutf8 "
             "'了解 %s' >/dev/null 2>&1",
             spool.rc, code);
    cr_assert_eq(system(command_line), 0);
    cr_assert(place_wait(&spool.stage.place, has_answer, &spool.stage, 60000), "no answer");
    cr_assert_eq(spool.stage.answer.verdict, MD_ANSWER_TAKEN);
    cr_assert_eq(spool.stage.answer.person, 0);
    cr_assert(spool.stage.answer.drill);
    cr_assert_eq(files_in(&spool, "inbox", name, sizeof(name)), 0, "the answer lies there still");
    notify_stage_close(&spool.stage);
    peer_stop(&spool.smsd);
}

Test(channel_sms_spool, an_smsd_that_does_not_run_is_no_page_and_its_file_goes_again)
{
    struct spool spool = {.rc = ""};
    struct fo_command command = notify_stage_command(STAGE_SMS, 1);
    char name[256];

    spool_open(&spool);
    spool.stage.place.site->policy.channels[STAGE_SMS].timeout_us = 3 * FO_SECOND;
    notify_stage_send(&spool.stage, &command);
    cr_assert_eq(spool.stage.result.outcome, FO_OUTCOME_RETRY);
    cr_assert_eq(spool.stage.result.reason, FO_REASON_NO_ANSWER);
    cr_assert_eq(files_in(&spool, "outbox", name, sizeof(name)), 0);
    notify_stage_close(&spool.stage);
}

static void on_tested(void *context, uint8_t channel, bool works, int detail)
{
    (void)channel;
    (void)detail;
    *(int *)context = works ? 1 : -1;
}

Test(channel_sms_spool, a_file_that_lies_for_a_minute_means_that_smsd_hangs)
{
    struct spool spool = {.rc = ""};
    char command[256];
    int tested = 0;

    spool_open(&spool);
    md_notify_test(spool.stage.notify, STAGE_SMS, on_tested, &tested);
    cr_assert_eq(tested, 1);
    snprintf(command, sizeof(command), "touch -d '-90 seconds' %s/outbox/OUTC-old.smsbackup",
             spool.folder);
    cr_assert_eq(system(command), 0);
    md_notify_test(spool.stage.notify, STAGE_SMS, on_tested, &tested);
    cr_assert_eq(tested, -1);
    notify_stage_close(&spool.stage);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The queue of a modem as a ring, and the words of its commands. */
#include "monitord/modem_queue.h"

#include "failover/assert.h"

#include <stdio.h>
#include <string.h>

/* Echo off, errors as numbers, the card, PDU mode; what comes in is stored and announced, reports
 * come at once. */
static const char *const bring_up[] = {"AT",       "ATE0",      "AT+CMEE=1",
                                       "AT+CPIN?", "AT+CMGF=0", "AT+CNMI=2,1,0,1,0"};
static const char *const test_steps[] = {"AT+CPIN?", "AT+CREG?", "AT+CSQ"};

#define STEPS(list) ((int)(sizeof(list) / sizeof((list)[0])))

struct md_modem_command *md_modem_queue_add(struct md_modem_queue *queue, enum md_modem_what what,
                                            int number)
{
    struct md_modem_command *command;

    if (queue->count == MD_MODEM_QUEUE_MAX) {
        return NULL;
    }
    command = &queue->commands[(queue->first + queue->count++) % MD_MODEM_QUEUE_MAX];
    memset(command, 0, sizeof(*command));
    command->what = what;
    command->number = number;
    return command;
}

const struct md_modem_command *md_modem_queue_first(const struct md_modem_queue *queue)
{
    FO_ASSERT(queue->count > 0);
    return &queue->commands[queue->first];
}

bool md_modem_queue_take(struct md_modem_queue *queue, struct md_modem_command *command)
{
    if (queue->count == 0) {
        return false;
    }
    *command = queue->commands[queue->first];
    memset(&queue->commands[queue->first], 0, sizeof(queue->commands[0]));
    queue->first = (queue->first + 1) % MD_MODEM_QUEUE_MAX;
    queue->count--;
    return true;
}

void md_modem_queue_clear(struct md_modem_queue *queue)
{
    memset(queue, 0, sizeof(*queue));
}

void md_modem_queue_forget(struct md_modem_queue *queue, const void *job)
{
    for (unsigned i = 0; i < MD_MODEM_QUEUE_MAX; i++) {
        if (queue->commands[i].job == job) {
            queue->commands[i].job = NULL;
        }
    }
}

bool md_modem_has_step(enum md_modem_what what, int step)
{
    return step < (what == MD_MODEM_TEST ? STEPS(test_steps) : STEPS(bring_up));
}

void md_modem_command_text(const struct md_modem_command *command, char *line, size_t size)
{
    switch (command->what) {
        case MD_MODEM_BRING_UP:
            snprintf(line, size, "%s\r", bring_up[command->number]);
            break;
        case MD_MODEM_TEST:
            snprintf(line, size, "%s\r", test_steps[command->number]);
            break;
        case MD_MODEM_SEND:
            snprintf(line, size, "AT+CMGS=%u\r", command->length);
            break;
        case MD_MODEM_READ:
            snprintf(line, size, "AT+CMGR=%d\r", command->number);
            break;
        case MD_MODEM_DELETE:
            snprintf(line, size, "AT+CMGD=%d\r", command->number);
            break;
        case MD_MODEM_LIST:
        case MD_MODEM_PIN:
        default:
            snprintf(line, size, "AT+CMGL=4\r");
            break;
    }
}

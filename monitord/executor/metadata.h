/* SPDX-License-Identifier: Apache-2.0 */
/* What a fence agent says of itself: the options it knows and the actions it offers, read from the
 * XML that the fence-agents interface (ClusterLabs, "FenceAgentAPI") prints for action=metadata.
 * Expat reads the XML piece by piece; this room owns the bounds, so that no agent can make it keep
 * more than one struct of fixed size. It runs nothing and judges no site; fence_check.c feeds it.
 */
#ifndef MONITORD_EXECUTOR_METADATA_H
#define MONITORD_EXECUTOR_METADATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The 84 agents of Debian 12 need at most 11,293 bytes, 44 parameters, 5 choices and 23 letters. */
#define MD_METADATA_BYTES_MAX (256 * 1024)
#define MD_METADATA_DEPTH_MAX 16
#define MD_METADATA_PARAMETERS_MAX 256
#define MD_METADATA_CHOICES_MAX 32
#define MD_METADATA_NAME_SIZE 64 /* a longer name, or choice, is refused */
#define MD_METADATA_ERROR_SIZE 160

enum md_metadata_content {
    MD_CONTENT_TEXT, /* "string", "second" and whatever else an agent calls it */
    MD_CONTENT_INTEGER,
    MD_CONTENT_BOOLEAN,
    MD_CONTENT_SELECT /* one of choices */
};
struct md_metadata_parameter {
    char name[MD_METADATA_NAME_SIZE];
    char obsoletes[MD_METADATA_NAME_SIZE]; /* the older name of the same option; "" none */
    bool required;                         /* and the agent has no value of its own for it */
    bool deprecated;
    uint8_t content; /* enum md_metadata_content */
    uint8_t choice_count;
    char choices[MD_METADATA_CHOICES_MAX][MD_METADATA_NAME_SIZE];
};

/* Bits of md_metadata.actions; others, "reboot" and "list" among them, are not needed here. */
#define MD_METADATA_ON 1u
#define MD_METADATA_OFF 2u
#define MD_METADATA_STATUS 4u
#define MD_METADATA_VALIDATE 8u /* "validate-all" */

struct md_metadata {
    char title[MD_METADATA_ERROR_SIZE]; /* the agent's own words, shortened; "" none */
    unsigned actions;
    unsigned count;
    struct md_metadata_parameter parameters[MD_METADATA_PARAMETERS_MAX];
};

struct md_metadata_reader;
/* NULL when out of memory. */
struct md_metadata_reader *md_metadata_begin(void);
/* The next bytes. False: it is lost, and no more bytes are wanted (md_metadata_end says why). */
bool md_metadata_feed(struct md_metadata_reader *reader, const char *bytes, size_t length);
/* No more bytes come. Returns the metadata, which the caller frees with free(), or NULL with the
 * reason as a phrase that follows "its metadata" ("are no XML, line 1: syntax error"). The reader
 * is gone. */
struct md_metadata *md_metadata_end(struct md_metadata_reader *reader,
                                    char error[MD_METADATA_ERROR_SIZE]);
/* The parameter of this name, '-' and '_' being one letter as they are for the agents; NULL. */
const struct md_metadata_parameter *md_metadata_find(const struct md_metadata *metadata,
                                                     const char *name);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The file with people's numbers: one "person number" a line, readable by its owner alone. It is
 * read anew each time, so that a changed number counts at once, and nothing of it is kept. SMS and
 * telephone ask it. */
#ifndef MONITORD_CONTACT_STORE_H
#define MONITORD_CONTACT_STORE_H

#include "config/site.h"

#define MD_CONTACT_MAX 80 /* bytes of a number or SIP user, with the end */

/* The number of a person; "" when the file has none. False, with a line in error that names no
 * number, when the file cannot be read or others may read it, or when the number is that of
 * somebody outside, whom the program never reaches. */
bool md_contact_number(const char *path, const struct site *site, const char *person,
                       char number[MD_CONTACT_MAX], char *error, size_t error_size);
/* Whose number this is, by `same`; FO_NONE: nobody's. */
uint8_t md_contact_person(const char *path, const struct site *site, const char *number,
                          bool (*same)(const char *a, const char *b));
/* Whether the file can be read and each person on this channel has a number there: 0, else an errno
 * (ENOENT, EACCES when others may read it, ENODATA when somebody has none, or that of somebody
 * outside). */
int md_contact_check(const char *path, const struct site *site, uint8_t channel);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the file of numbers. It owns its form and the check of its owner's rights, and wipes what
 * it read. */
#include "monitord/contact_store.h"

#include "config/outside.h"

#include <sodium.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LINE_SIZE 512

/* The open file; NULL with errno. */
static FILE *open_store(const char *path)
{
    FILE *file = fopen(path, "re");
    struct stat about;

    if (file != NULL && (fstat(fileno(file), &about) != 0 || (about.st_mode & 077) != 0)) {
        fclose(file);
        errno = EACCES;
        return NULL;
    }
    return file;
}

/* The next entry; false at the end. */
static bool next(FILE *file, char line[LINE_SIZE], char **person, char **number)
{
    while (fgets(line, LINE_SIZE, file) != NULL) {
        char *rest = NULL;

        line[strcspn(line, "#\r\n")] = '\0';
        *person = strtok_r(line, " \t", &rest);
        *number = *person != NULL ? strtok_r(NULL, " \t", &rest) : NULL;
        if (*number != NULL && strlen(*number) < MD_CONTACT_MAX) {
            return true;
        }
    }
    return false;
}

bool md_contact_number(const char *path, const struct site *site, const char *person,
                       char number[MD_CONTACT_MAX], char *error, size_t error_size)
{
    char line[LINE_SIZE], *who, *what;
    FILE *file = open_store(path);

    number[0] = '\0';
    if (file == NULL) {
        snprintf(error, error_size, "%s: %s", path,
                 errno == EACCES ? "may be read by others than its owner, or not at all"
                                 : strerror(errno));
        return false;
    }
    while (number[0] == '\0' && next(file, line, &who, &what)) {
        if (strcmp(who, person) == 0) {
            snprintf(number, MD_CONTACT_MAX, "%s", what);
        }
    }
    sodium_memzero(line, sizeof(line));
    fclose(file);
    if (cfg_outside_with(site, number[0] != '\0' ? number : NULL) != NULL) {
        snprintf(error, error_size, "%s: the number of %s is that of somebody outside", path,
                 person);
        sodium_memzero(number, MD_CONTACT_MAX);
        return false;
    }
    return true;
}

uint8_t md_contact_person(const char *path, const struct site *site, const char *number,
                          bool (*same)(const char *a, const char *b))
{
    char line[LINE_SIZE], *who, *what;
    FILE *file = open_store(path);
    uint8_t found = FO_NONE;

    while (file != NULL && found == FO_NONE && next(file, line, &who, &what)) {
        for (uint8_t i = 0; i < site->person_count && same(what, number); i++) {
            found = strcmp(site->persons[i].id, who) == 0 ? i : found;
        }
    }
    sodium_memzero(line, sizeof(line));
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

int md_contact_check(const char *path, const struct site *site, uint8_t channel)
{
    char number[MD_CONTACT_MAX], error[256];
    FILE *file = open_store(path);

    if (file == NULL) {
        return errno;
    }
    fclose(file);
    for (unsigned i = 0; i < site->person_count; i++) {
        const uint8_t *ladder = site->policy.persons[i].channels;
        bool wanted = false;

        for (unsigned step = 0; step < FO_CHANNELS_MAX && ladder[step] != FO_NONE; step++) {
            wanted = wanted || ladder[step] == channel;
        }
        if (wanted &&
            (!md_contact_number(path, site, site->persons[i].id, number, error, sizeof(error)) ||
             number[0] == '\0')) {
            return ENODATA;
        }
    }
    return 0;
}

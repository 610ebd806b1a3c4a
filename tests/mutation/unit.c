/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the unit tests that are linked to it, in that order and each in a fork, and stops at the
 * first that fails: prints its suite::name and exits 1. A test that has used up the seconds of CPU
 * given has failed too. It judges mutants, not the engine; the real runs use Criterion. */
#include "tests/mutation/criterion/criterion.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

void __gcov_dump(void) __attribute__((weak)); /* there when coverage is measured */

static struct mutation_test *first, **last = &first;

void mutation_add(struct mutation_test *test)
{
    *last = test;
    last = &test->next;
}

void mutation_fail(const char *file, int line, const char *text)
{
    (void)file;
    (void)line;
    (void)text;
    _exit(1);
}

static bool passes(const struct mutation_test *test, unsigned seconds)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = {.rlim_cur = seconds, .rlim_max = seconds};
        setrlimit(RLIMIT_CPU, &limit);
        if (test->init != NULL) {
            test->init();
        }
        test->run();
        if (__gcov_dump != NULL) {
            __gcov_dump();
        }
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        return false;
    }
    return test->signal != 0 ? WIFSIGNALED(status) && WTERMSIG(status) == test->signal
                             : WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(int argc, char **argv)
{
    unsigned seconds = argc > 1 ? (unsigned)atoi(argv[1]) : 60;
    unsigned count = 0;
    for (const struct mutation_test *test = first; test != NULL; test = test->next) {
        count++;
        if (!passes(test, seconds)) {
            printf("%s::%s\n", test->suite, test->name);
            return 1;
        }
    }
    printf("%u tests pass\n", count);
    return count == 0;
}

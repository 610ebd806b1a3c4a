/* SPDX-License-Identifier: Apache-2.0 */
/* The orders of monitorsim, one function each. argv[0] is the order's own name ("room"). Each
 * returns the exit code; all are called by main.c alone. Exit codes: 0 done; 1 did not hold or did
 * not run; 2 wrong usage, file or fault; 4 nobody answers on the socket. */
#ifndef SIM_COMMANDS_H
#define SIM_COMMANDS_H

#define SIM_EXIT_OK 0
#define SIM_EXIT_FAILED 1
#define SIM_EXIT_USAGE 2
#define SIM_EXIT_NOBODY 4

int sim_command_room(int argc, char **argv);
int sim_command_fault(int argc, char **argv);
int sim_command_state(int argc, char **argv);
int sim_command_drill(int argc, char **argv);
int sim_command_service(int argc, char **argv);
int sim_command_twin(int argc, char **argv);
int sim_command_storm(int argc, char **argv);

#endif

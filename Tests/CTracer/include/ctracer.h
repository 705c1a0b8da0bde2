#ifndef CTRACER_H
#define CTRACER_H

#include <stdbool.h>
#include <stdint.h>

// Runs a program and counts, over all its threads, the system calls that touch a file of one
// folder or an internet socket; at a chosen one it kills the program, sends it a signal or lets
// the call fail. ptrace is variadic and seccomp filters are built of macros, so this is C.

enum ctracer_action {
  // The program runs to its end.
  CTRACER_NONE,
  // The signal is sent before the call is executed; SIGKILL then keeps it from being executed. With
  // any other one the call waits until the program's handler has run, whatever thread that is on.
  CTRACER_SIGNAL,
  // The call is not executed and answers with the error, and so do the next ones. A call that no
  // signal can interrupt is not given EINTR, and none is struck then.
  CTRACER_FAIL,
};

struct ctracer_run {
  const char *program;
  char *const *arguments;
  char *const *environment;
  // Where the program starts.
  const char *directory;
  // The folders whose files count, absolute and without links.
  const char *folders[2];
  // Where its output goes, closed where negative.
  int output;
  int errors;
  bool counts_sockets;
  enum ctracer_action action;
  // The counted call, from 1, at which the action is taken.
  long at;
  // The signal or the errno.
  int code;
  // How many calls in a row fail.
  long times;
  // Seconds after which the program is killed by SIGALRM.
  unsigned time_limit;
  // Called with `context` when the program has its number, and at the strike, before anything has
  // come of it.
  void (*on_start)(void *context, int process);
  void (*on_strike)(void *context);
  void *context;
  // Takes the numbers of the first counted calls.
  short *trace;
  long trace_limit;
};

struct ctracer_report {
  // The status as waitpid gives it.
  int status;
  // The counted calls that were begun.
  long calls;
  // The number of the system call at which the action was taken, -1 where it was not.
  long struck;
  // Milliseconds from the action to the end.
  long milliseconds;
};

// Runs the program to its end. Blocks, and must be called from one thread for one program.
// Returns 0, or the errno of what could not be set up.
int ctracer_run(const struct ctracer_run *run, struct ctracer_report *report);

// Returns the name of a system call that is counted.
const char *ctracer_name(long number);

#endif

#define _GNU_SOURCE
#include "ctracer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#include <elf.h>
#else
#error "no word on how to skip a system call here"
#endif

// How a call names what it touches.
enum subject {
  HANDLE,       // a handle in the first argument
  NAME,         // a folder's handle and a name in it
  SOCKET,       // a new socket of a family
  CONNECTION,   // a socket that now leads somewhere
};

static const struct call {
  long number;
  enum subject subject;
  const char *name;
} calls[] = {
#define CALL(name, subject) {SYS_##name, subject, #name}
    CALL(openat, NAME),       CALL(newfstatat, NAME),   CALL(mkdirat, NAME),
    CALL(renameat, NAME),     CALL(renameat2, NAME),    CALL(linkat, NAME),
    CALL(unlinkat, NAME),     CALL(read, HANDLE),       CALL(write, HANDLE),
    CALL(pread64, HANDLE),    CALL(pwrite64, HANDLE),   CALL(readv, HANDLE),
    CALL(writev, HANDLE),     CALL(close, HANDLE),      CALL(fstat, HANDLE),
    CALL(getdents64, HANDLE), CALL(ftruncate, HANDLE),  CALL(fallocate, HANDLE),
    CALL(fsync, HANDLE),      CALL(fdatasync, HANDLE),  CALL(flock, HANDLE),
    CALL(fchmod, HANDLE),     CALL(sendto, HANDLE),     CALL(recvfrom, HANDLE),
    CALL(sendmsg, HANDLE),    CALL(recvmsg, HANDLE),    CALL(shutdown, HANDLE),
    CALL(getsockopt, HANDLE), CALL(setsockopt, HANDLE), CALL(getsockname, HANDLE),
    CALL(getpeername, HANDLE), CALL(socket, SOCKET),    CALL(connect, CONNECTION),
#ifdef SYS_mkdir
    {SYS_mkdir, NAME, "mkdir"},
#endif
};
enum { CALL_COUNT = sizeof calls / sizeof *calls, HANDLE_LIMIT = 4096, PATH_LIMIT = 1024 };

static const struct call *find(long number) {
  for (int i = 0; i < CALL_COUNT; i++)
    if (calls[i].number == number) return &calls[i];
  return NULL;
}

static bool is_interruptible(long number) {
  static const long interruptible[] = {
      SYS_openat, SYS_read,      SYS_write, SYS_pread64,   SYS_pwrite64, SYS_readv,
      SYS_writev, SYS_ftruncate, SYS_fsync, SYS_fdatasync, SYS_flock,    SYS_fallocate,
      SYS_sendto, SYS_recvfrom,  SYS_sendmsg, SYS_recvmsg,
  };
  for (size_t i = 0; i < sizeof interruptible / sizeof *interruptible; i++)
    if (interruptible[i] == number) return true;
  return false;
}

const char *ctracer_name(long number) {
  const struct call *call = find(number);
  return call ? call->name : "?";
}

struct tracee {
  const struct ctracer_run *run;
  // The thread that waits at the struck call, and the one that has taken the signal; 0 for none.
  pid_t held, taker;
  bool is_connection[HANDLE_LIMIT];
};

// Lets the kernel stop the program at the calls of the table alone.
static int install_filter(void) {
  struct sock_filter filter[CALL_COUNT + 6];
  int n = 0;
  filter[n++] = (struct sock_filter)BPF_STMT(
      BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
  filter[n++] =
      (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
  filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  filter[n++] = (struct sock_filter)BPF_STMT(
      BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (int i = 0; i < CALL_COUNT; i++)
    filter[n++] = (struct sock_filter)BPF_JUMP(
        BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i].number, (unsigned char)(CALL_COUNT - i), 0);
  filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
  struct sock_fprog program = {.len = (unsigned short)n, .filter = filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return -1;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

// After a fork of a process with threads: nothing here may take a lock.
static void become(const struct ctracer_run *run) {
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  int nothing = open("/dev/null", O_RDWR);
  dup2(nothing, 0);
  // The descriptors may be each other's targets.
  int output = run->output < 0 ? -1 : fcntl(run->output, F_DUPFD, 10);
  int errors = run->errors < 0 ? -1 : fcntl(run->errors, F_DUPFD, 10);
  if (output < 0) close(1); else dup2(output, 1);
  if (errors < 0) close(2); else dup2(errors, 2);
  syscall(SYS_close_range, 3u, ~0u, 0u);
  if (chdir(run->directory)) _exit(126);
  if (ptrace(PTRACE_TRACEME, 0, NULL, NULL)) _exit(126);
  raise(SIGSTOP);
  alarm(run->time_limit);
  if (install_filter()) _exit(125);
  execve(run->program, run->arguments, run->environment);
  _exit(127);
}

static bool is_inside(const char *path, const struct ctracer_run *run) {
  for (int i = 0; i < 2; i++) {
    size_t length = strlen(run->folders[i]);
    if (!strncmp(path, run->folders[i], length) && (path[length] == 0 || path[length] == '/'))
      return true;
  }
  return false;
}

static void read_link(pid_t thread, const char *what, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/%d/%s", (int)thread, what);
  ssize_t length = readlink(link, path, PATH_LIMIT - 1);
  path[length < 0 ? 0 : length] = 0;
}

static void read_handle(pid_t thread, int handle, char *path) {
  char what[32];
  snprintf(what, sizeof what, "fd/%d", handle);
  read_link(thread, what, path);
}

static void read_text(pid_t thread, uint64_t address, char *text) {
  // To the page's end at most: the next one may not be there.
  size_t room = 4096 - address % 4096;
  struct iovec ours = {text, room < PATH_LIMIT ? room : PATH_LIMIT - 1};
  struct iovec theirs = {(void *)address, ours.iov_len};
  ssize_t length = process_vm_readv(thread, &ours, 1, &theirs, 1, 0);
  text[length < 0 ? 0 : length] = 0;
}

static bool is_file(pid_t thread, const struct call *call, const uint64_t *arguments,
                    const struct ctracer_run *run) {
  char path[2 * PATH_LIMIT];
  if (call->subject == HANDLE) {
    read_handle(thread, (int)arguments[0], path);
    return is_inside(path, run);
  }
  char name[PATH_LIMIT];
#ifdef SYS_mkdir
  if (call->number == SYS_mkdir) {
    read_text(thread, arguments[0], name);
    return is_inside(name, run);
  }
#endif
  read_text(thread, arguments[1], name);
  if (name[0] == '/') return is_inside(name, run);
  if ((int)arguments[0] == AT_FDCWD) read_link(thread, "cwd", path);
  else read_handle(thread, (int)arguments[0], path);
  if (is_inside(path, run)) return true;
  if (name[0]) {
    strcat(path, "/");
    strcat(path, name);
  }
  return is_inside(path, run);
}

static bool is_socket(pid_t thread, const struct call *call, const uint64_t *arguments,
                      struct tracee *tracee) {
  int handle = (int)arguments[0];
  switch (call->subject) {
  case SOCKET:
    return handle == AF_INET || handle == AF_INET6;
  case CONNECTION: {
    sa_family_t family = AF_UNSPEC;
    struct iovec ours = {&family, sizeof family};
    struct iovec theirs = {(void *)arguments[1], sizeof family};
    process_vm_readv(thread, &ours, 1, &theirs, 1, 0);
    bool is_internet = family == AF_INET || family == AF_INET6;
    if (handle >= 0 && handle < HANDLE_LIMIT) tracee->is_connection[handle] = is_internet;
    return is_internet;
  }
  case HANDLE: {
    if (handle < 0 || handle >= HANDLE_LIMIT || !tracee->is_connection[handle]) return false;
    if (call->number == SYS_close) tracee->is_connection[handle] = false;
    return true;
  }
  default:
    return false;
  }
}

// Lets the call at which a thread stands answer with an error without being executed.
static int refuse(pid_t thread, int code) {
#if defined(__x86_64__)
  long number = -1, answer = -code;
  if (ptrace(PTRACE_POKEUSER, thread, offsetof(struct user_regs_struct, orig_rax), number))
    return -1;
  return (int)ptrace(PTRACE_POKEUSER, thread, offsetof(struct user_regs_struct, rax), answer);
#else
  int number = -1;
  struct iovec call = {&number, sizeof number};
  struct user_regs_struct registers;
  struct iovec all = {&registers, sizeof registers};
  if (ptrace(PTRACE_SETREGSET, thread, NT_ARM_SYSTEM_CALL, &call)) return -1;
  if (ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &all)) return -1;
  registers.regs[0] = (unsigned long)-code;
  return (int)ptrace(PTRACE_SETREGSET, thread, NT_PRSTATUS, &all);
#endif
}

static long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// Whether a thread lets a signal be taken by others.
static bool blocks(pid_t leader, pid_t thread, int number) {
  char path[64], line[128];
  snprintf(path, sizeof path, "/proc/%d/task/%d/status", (int)leader, (int)thread);
  FILE *file = fopen(path, "re");
  unsigned long long blocked = 0;
  while (file && fgets(line, sizeof line, file))
    if (sscanf(line, "SigBlk: %llx", &blocked) == 1) break;
  if (file) fclose(file);
  return blocked >> (number - 1) & 1;
}

// Sends the signal so that its handler has run before the struck thread goes on.
static void interrupt(pid_t leader, pid_t thread, int number, struct tracee *tracee) {
  if (number == SIGKILL || blocks(leader, thread, number)) {
    kill(leader, number);
    if (number != SIGKILL) tracee->held = thread;
  } else {
    syscall(SYS_tgkill, leader, thread, number);
  }
}

static void inspect(pid_t leader, pid_t thread, struct tracee *tracee,
                    struct ctracer_report *report, long *struck_at) {
  const struct ctracer_run *run = tracee->run;
  struct __ptrace_syscall_info info;
  if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) <= 0) return;
  const struct call *call = find((long)info.seccomp.nr);
  if (!call) return;
  const uint64_t *arguments = info.seccomp.args;
  bool counts = is_socket(thread, call, arguments, tracee) && run->counts_sockets;
  if (!counts && call->subject != SOCKET && call->subject != CONNECTION)
    counts = is_file(thread, call, arguments, run);
  if (!counts) return;
  if (report->calls < run->trace_limit) run->trace[report->calls] = (short)call->number;
  report->calls++;
  bool fails = run->action == CTRACER_FAIL;
  long since = report->calls - run->at;
  if (run->action == CTRACER_NONE || since < 0 || since >= (fails ? run->times : 1)) return;
  if (fails && run->code == EINTR && !is_interruptible(call->number)) return;
  if (report->struck < 0) {
    report->struck = call->number;
    *struck_at = now();
    if (run->on_strike) run->on_strike(run->context);
  }
  if (run->action == CTRACER_SIGNAL) interrupt(leader, thread, run->code, tracee);
  else refuse(thread, run->code);
}

int ctracer_run(const struct ctracer_run *run, struct ctracer_report *report) {
  *report = (struct ctracer_report){.struck = -1};
  pid_t leader = fork();
  if (leader < 0) return errno;
  if (leader == 0) become(run);
  int status;
  // Of this thread's children alone: other threads may wait for theirs.
  const int options = __WALL | __WNOTHREAD;
  while (waitpid(leader, &status, options) < 0)
    if (errno != EINTR) return errno;
  if (!WIFSTOPPED(status)) {
    report->status = status;
    return ECHILD;
  }
  const long wanted = PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE |
                      PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC;
  if (ptrace(PTRACE_SETOPTIONS, leader, NULL, wanted)) {
    int code = errno;
    kill(leader, SIGKILL);
    while (waitpid(leader, &status, options) < 0 && errno == EINTR) {}
    return code;
  }
  if (run->on_start) run->on_start(run->context, leader);
  ptrace(PTRACE_CONT, leader, NULL, NULL);
  struct tracee tracee = {.run = run};
  long struck_at = 0;
  for (;;) {
    pid_t thread = waitpid(-1, &status, options);
    if (thread < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    if (!WIFSTOPPED(status)) {
      if (thread != leader) continue;
      report->status = status;
      if (report->struck >= 0) report->milliseconds = now() - struck_at;
      return 0;
    }
    int event = status >> 16;
    int number = WSTOPSIG(status);
    // The first call after the signal's delivery is the handler's last act.
    if (tracee.held && thread == tracee.taker) {
      ptrace(PTRACE_CONT, tracee.held, NULL, 0L);
      tracee.held = 0;
    }
    if (event == PTRACE_EVENT_SECCOMP) inspect(leader, thread, &tracee, report, &struck_at);
    // A new thread begins with a stop of its own, and events are no signals.
    bool is_signal = !event && number != SIGSTOP && number != SIGTRAP;
    if (is_signal && number == run->code) tracee.taker = thread;
    if (thread != tracee.held) ptrace(PTRACE_CONT, thread, NULL, (long)(is_signal ? number : 0));
  }
}

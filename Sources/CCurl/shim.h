#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

// Swift cannot call variadic C functions. Each function below is the typed twin of one use of
// curl_easy_setopt, curl_easy_getinfo or curl_multi_setopt; the caller picks the twin that the
// option's manual page asks for.

typedef size_t (*ccurl_data_callback)(char *data, size_t size, size_t count, void *context);

static inline CURLcode ccurl_global_init(void) {
  return curl_global_init(CURL_GLOBAL_DEFAULT);
}

static inline CURLcode ccurl_easy_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_easy_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_easy_set_string(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_easy_set_pointer(CURL *handle, CURLoption option, const void *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_easy_set_list(CURL *handle, CURLoption option,
                                           struct curl_slist *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_easy_set_callback(CURL *handle, CURLoption option,
                                               ccurl_data_callback value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_easy_get_long(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode ccurl_easy_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode ccurl_easy_get_string(CURL *handle, CURLINFO info, const char **value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode ccurl_easy_get_pointer(CURL *handle, CURLINFO info, void **value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

// Tells the next finished transfer, or returns false; the message's union stays on this side.
static inline bool ccurl_multi_next_done(CURLM *multi, CURL **handle, CURLcode *result) {
  int left = 0;
  CURLMsg *message;
  while ((message = curl_multi_info_read(multi, &left)) != NULL) {
    if (message->msg == CURLMSG_DONE) {
      *handle = message->easy_handle;
      *result = message->data.result;
      return true;
    }
  }
  return false;
}

// What libcurl wants to be told of: its sockets, in an epoll set together with an eventfd that
// wakes whoever waits, and its timer. Swift's Glibc module has none of these calls.
typedef struct {
  int set;
  int waker;
  // On the monotonic clock in milliseconds, negative for none.
  int64_t deadline;
} ccurl_watch;

static inline int64_t ccurl_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Returns an eventfd, or a negative number.
static inline int ccurl_waker_open(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

static inline void ccurl_waker_close(int waker) {
  if (waker >= 0) close(waker);
}

static inline void ccurl_wake(int waker) { eventfd_write(waker, 1); }

static inline bool ccurl_watch_open(ccurl_watch *watch, int waker) {
  struct epoll_event event = {.events = EPOLLIN};
  event.data.fd = waker;
  watch->deadline = -1;
  watch->waker = waker;
  watch->set = epoll_create1(EPOLL_CLOEXEC);
  return watch->set >= 0 && epoll_ctl(watch->set, EPOLL_CTL_ADD, waker, &event) == 0;
}

static inline void ccurl_watch_close(ccurl_watch *watch) {
  if (watch->set >= 0) close(watch->set);
}

static int ccurl_watch_socket(CURL *handle, curl_socket_t socket, int what, void *context,
                              void *known) {
  ccurl_watch *watch = context;
  struct epoll_event event = {.events = 0};
  (void)handle;
  (void)known;
  event.data.fd = socket;
  if (what == CURL_POLL_REMOVE) {
    epoll_ctl(watch->set, EPOLL_CTL_DEL, socket, &event);
    return 0;
  }
  if (what & CURL_POLL_IN) event.events |= EPOLLIN;
  if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
  // libcurl names a socket anew for each request, so most are not in the set.
  if (epoll_ctl(watch->set, EPOLL_CTL_ADD, socket, &event) == 0) return 0;
  return epoll_ctl(watch->set, EPOLL_CTL_MOD, socket, &event) == 0 ? 0 : -1;
}

static int ccurl_watch_timer(CURLM *multi, long milliseconds, void *context) {
  ccurl_watch *watch = context;
  (void)multi;
  watch->deadline = milliseconds < 0 ? -1 : ccurl_now() + milliseconds;
  return 0;
}

static inline bool ccurl_multi_set_watch(CURLM *multi, ccurl_watch *watch) {
  return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, ccurl_watch_socket) == CURLM_OK &&
         curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, watch) == CURLM_OK &&
         curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, ccurl_watch_timer) == CURLM_OK &&
         curl_multi_setopt(multi, CURLMOPT_TIMERDATA, watch) == CURLM_OK;
}

// Lets libcurl do what its timer is due for.
static inline CURLMcode ccurl_multi_act_on_time(CURLM *multi, ccurl_watch *watch) {
  int running = 0;
  if (watch->deadline < 0 || watch->deadline > ccurl_now()) return CURLM_OK;
  watch->deadline = -1;
  return curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
}

// Waits for sockets, the timer or the waker, at most so long, and lets libcurl act on its sockets.
static inline CURLMcode ccurl_multi_wait(CURLM *multi, ccurl_watch *watch, int milliseconds) {
  struct epoll_event events[64];
  int count, index, running = 0;
  CURLMcode code = CURLM_OK;
  if (watch->deadline >= 0) {
    int64_t left = watch->deadline - ccurl_now();
    if (left < milliseconds) milliseconds = left < 0 ? 0 : (int)left;
  }
  count = epoll_wait(watch->set, events, 64, milliseconds);
  for (index = 0; index < count && code == CURLM_OK; index++) {
    uint32_t found = events[index].events;
    int flags = (found & EPOLLIN ? CURL_CSELECT_IN : 0) | (found & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                (found & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
    if (events[index].data.fd == watch->waker) {
      eventfd_t value;
      eventfd_read(watch->waker, &value);
    } else {
      code = curl_multi_socket_action(multi, events[index].data.fd, flags, &running);
    }
  }
  return code;
}

#endif

/* floor-echo: five sockets, every message goes back as it came. Declares what it uses of
   libzmq itself, for pyzmq ships the library without its header. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { _Alignas(16) unsigned char bytes[64]; } message;
typedef struct { void *socket; int fd; short events, ready; } item;

extern void *zmq_ctx_new(void), *zmq_socket(void *, int);
extern int zmq_bind(void *, const char *), zmq_setsockopt(void *, int, const void *, size_t);
extern int zmq_msg_init(message *), zmq_msg_recv(message *, void *, int);
extern int zmq_msg_send(message *, void *, int), zmq_msg_more(const message *), zmq_poll(item *, int, long);

enum { ROUTER = 6, XPUB = 9, LINGER = 17, SNDMORE = 2, POLLIN = 1 };

static const char *const ports[] = {"shell_port", "control_port", "hb_port", "stdin_port", "iopub_port"};

static void echo(void *socket) {
  for (int more = 1; more;) {
    message m;
    zmq_msg_init(&m);
    if (zmq_msg_recv(&m, socket, 0) < 0) return;
    more = zmq_msg_more(&m);
    zmq_msg_send(&m, socket, more ? SNDMORE : 0);
  }
}

int main(int argc, char **argv) {
  static char info[8192];
  item items[5];
  void *context = zmq_ctx_new();
  int zero = 0;
  FILE *file = fopen(argv[argc - 1], "r");
  if (!file || !fread(info, 1, sizeof info - 1, file)) return 1;
  fclose(file);
  for (int i = 0; i < 5; i++) {
    char name[32], endpoint[64];
    snprintf(name, sizeof name, "\"%s\"", ports[i]);
    char *at = strstr(info, name);
    if (!at || !(at = strchr(at, ':'))) return 2;
    items[i] = (item){zmq_socket(context, i < 4 ? ROUTER : XPUB), 0, POLLIN, 0};
    zmq_setsockopt(items[i].socket, LINGER, &zero, sizeof zero);
    snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%d", atoi(at + 1));
    if (zmq_bind(items[i].socket, endpoint)) return 3;
  }
  for (;;) {
    if (zmq_poll(items, 5, -1) < 0) continue;
    for (int i = 0; i < 5; i++) {
      if (!(items[i].ready & POLLIN)) continue;
      if (i < 4) {
        echo(items[i].socket);
        continue;
      }
      message subscription;
      zmq_msg_init(&subscription);
      zmq_msg_recv(&subscription, items[i].socket, 0);
    }
  }
}

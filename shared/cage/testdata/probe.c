// probe stands in for `ip` in the cage's tests and reports what it is and what
// it may do. It is in C because a Go program cannot start in the cage: its
// runtime makes threads.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

extern char **environ;

static void print_link(const char *name, const char *path) {
	char target[256];
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	printf("%s:\t%.*s\n", name, n < 0 ? 0 : (int)n, target);
}

// status prints /proc/self/status and, in the same form, what is not in there.
static int status(char **argv) {
	char line[512];
	FILE *f = fopen("/proc/self/status", "r");
	while (f && fgets(line, sizeof(line), f))
		fputs(line, stdout);
	int variables = 0;
	while (environ[variables])
		variables++;
	printf("Environment:\t%d\nArgv0:\t%s\nPid:\t%d\n", variables, argv[0], getpid());
	print_link("Cwd", "/proc/self/cwd");
	print_link("Stdin", "/proc/self/fd/0");
	print_link("Netns", "/proc/self/ns/net");
	for (int fd = 3; fd < 256; fd++)
		if (fcntl(fd, F_GETFD) >= 0 && fd != (f ? fileno(f) : -1))
			printf("Leaked:\t%d\n", fd);
	return 0;
}

// call makes one system call with numbers as arguments and prints its errno.
static int call(char **argv) {
	long a[7] = {0};
	for (int i = 0; i < 7 && argv[i]; i++)
		a[i] = strtoul(argv[i], NULL, 0);
	long r = syscall(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
	printf("%d\n", r < 0 ? errno : 0);
	return 0;
}

static int open_file(char **argv) {
	int fd = open(argv[0], strtoul(argv[1], NULL, 0), 0600);
	printf("%d\n", fd < 0 ? errno : 0);
	return 0;
}

// send_link sends a request about lo, in one of several ways, and prints its
// errno. With "leave" it is to go to the netns of process 1, otherwise a read.
static int send_link(char **argv) {
	static struct {
		struct nlmsghdr h;
		struct ifinfomsg link;
		struct rtattr attribute;
		int pid;
		char more[65536];
	} m = {{0, RTM_GETLINK, NLM_F_REQUEST}, {.ifi_index = 1}, {8, IFLA_EXT_MASK}, 1};
	const char *how = argv[0];
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	size_t length = m.h.nlmsg_len = offsetof(__typeof__(m), more);
	if (!strcmp(argv[1], "leave")) {
		m.h.nlmsg_type = RTM_NEWLINK;
		m.attribute.rta_type = IFLA_NET_NS_PID;
	}
	char *b = (char *)&m;
	struct iovec whole = {b, length}, split[] = {{b, 3}, {b + 3, 0}, {b + 3, 20}, {b + 23, length - 23}}, many[40] = {whole};
	struct msghdr one = {.msg_iov = &whole, .msg_iovlen = 1}, several = {.msg_iov = split, .msg_iovlen = 4},
		      forty = {.msg_iov = many, .msg_iovlen = 40}, nowhere = {.msg_iov = (void *)8, .msg_iovlen = 1};
	struct sockaddr_in lo = {AF_INET, htons(9), {htonl(INADDR_LOOPBACK)}};
	long r = !strcmp(how, "sendto")	      ? sendto(fd, b, length, 0, NULL, 0)
		 : !strcmp(how, "sendmsg")    ? sendmsg(fd, &one, 0)
		 : !strcmp(how, "split")      ? sendmsg(fd, &several, 0)
		 : !strcmp(how, "write")      ? write(fd, b, length)
		 : !strcmp(how, "writev")     ? writev(fd, split, 4)
		 : !strcmp(how, "many parts") ? sendmsg(fd, &forty, 0)
		 : !strcmp(how, "long")	      ? sendto(fd, b, 32769, 0, NULL, 0)
		 : !strcmp(how, "no message") ? sendto(fd, (void *)8, length, 0, NULL, 0)
		 : !strcmp(how, "no header")  ? sendmsg(fd, (void *)8, 0)
		 : !strcmp(how, "no vector")  ? sendmsg(fd, &nowhere, 0)
		 : !strcmp(how, "no socket")  ? sendto(77, b, length, 0, NULL, 0)
		 : !strcmp(how, "UDP")	      ? sendto(socket(AF_INET, SOCK_DGRAM, 0), b, length, 0, (void *)&lo, sizeof(lo))
		 : !strcmp(how, "a file")     ? write(dup(0), b, length)
					      : (errno = ENOSYS, -1);
	printf("%d\n", r < 0 ? errno : 0);
	return 0;
}

static int int80(void) {
#if defined(__x86_64__)
	int r;
	__asm__ volatile("int $0x80" : "=a"(r) : "a"(310), "b"(0x10000000)); // i386 unshare(CLONE_NEWUSER)
	printf("%d\n", -r);
#endif
	return 0;
}

static int flood(long bytes) {
	static char block[65536];
	memset(block, 'x', sizeof(block));
	for (; bytes > 0; bytes -= sizeof(block)) {
		long n = bytes < (long)sizeof(block) ? bytes : (long)sizeof(block);
		if (write(1, block, n) != n || write(2, block, n) != n)
			return 1;
	}
	return 0;
}

static int hang(void) {
	struct timespec hour = {3600, 0};
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	write(1, "hanging\n", 8);
	for (;;)
		nanosleep(&hour, NULL);
}

int main(int argc, char **argv) {
	const char *what = argc > 1 ? argv[1] : "";
	if (!strcmp(what, "status"))
		return status(argv);
	if (!strcmp(what, "call"))
		return call(argv + 2);
	if (!strcmp(what, "open"))
		return open_file(argv + 2);
	if (!strcmp(what, "send"))
		return send_link(argv + 2);
	if (!strcmp(what, "int80"))
		return int80();
	if (!strcmp(what, "flood"))
		return flood(atol(argv[2]));
	if (!strcmp(what, "hang"))
		return hang();
	if (!strcmp(what, "close-and-hang")) {
		close(1);
		close(2);
		return hang();
	}
	if (!strcmp(what, "crash"))
		raise(SIGSEGV), *(volatile int *)8 = 0;
	if (!strcmp(what, "exit"))
		return atoi(argv[2]);
	if (!strcmp(what, "exec"))
		execv(argv[2], argv + 2), perror("execv");
	return 99;
}

// probe stands in for `ip` in the cage's tests and reports what it is and what
// it may do. It is in C because a Go program cannot start in the cage: its
// runtime makes threads.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
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

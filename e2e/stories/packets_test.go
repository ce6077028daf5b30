package stories

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster"
)

// Two networks of the example, and a pod on each: what a pod sends from the
// address of its second interface leaves by that interface, although nothing
// but the rule says so: the other network is behind its default route as well.
func TestSourceRouting(t *testing.T) {
	const kibibytes = 512
	node := cluster.Start(t)
	storage := example(t, "source-routing")
	node.Apply(storage, strings.NewReplacer("storage", "backup", "two-homed", "other", "192.0.2.", "198.51.100.").Replace(storage))
	homed, other := node.Pod("two-homed").Ready(), node.Pod("other").Ready()
	from, to := homed.Status("net1").IPs[0], other.Status("net1").IPs[0]

	// A packet needs no more than 1500 bytes, so this takes some hundred.
	homed.Exec("dd", "if=/dev/zero", "of=/tmp/file", "bs=1024", "count="+strconv.Itoa(kibibytes))
	homed.Exec("httpd", "-p", "80", "-h", "/tmp")
	leavesBy(t, homed, "net1", kibibytes<<10, func() {
		if got := other.Exec("sh", "-c", "wget -q -O - http://"+from+"/file | wc -c"); strings.TrimSpace(got) != strconv.Itoa(kibibytes<<10) {
			t.Errorf("the other pod gets %s bytes of the file", got)
		}
	})
	leavesBy(t, homed, "net1", 5*1400, func() { homed.Exec("ping", "-c", "5", "-i", "0.1", "-s", "1400", "-I", from, to) })
	leavesBy(t, homed, "eth0", 5*1400, func() { homed.Exec("ping", "-c", "5", "-i", "0.1", "-s", "1400", to) })
}

// leavesBy checks that so many bytes leave the pod by the link, and by no other.
func leavesBy(t *testing.T, pod cluster.Pod, link string, bytes int, send func()) {
	t.Helper()
	links := []string{"eth0", "net1"}
	before := map[string]int{}
	for _, name := range links {
		before[name] = sent(t, pod, name)
	}
	send()
	for _, name := range links {
		if got := sent(t, pod, name) - before[name]; (got >= bytes) != (name == link) {
			t.Errorf("%d bytes left by %s, where %d are to leave by %s", got, name, bytes, link)
		}
	}
}

// sent counts the bytes that left by the link.
func sent(t *testing.T, pod cluster.Pod, link string) int {
	t.Helper()
	count, err := strconv.Atoi(strings.TrimSpace(pod.Exec("cat", "/sys/class/net/"+link+"/statistics/tx_bytes")))
	if err != nil {
		t.Fatal(err)
	}
	return count
}

package try

import (
	"strconv"
	"strings"

	"github.com/containernetworking/cni/pkg/types"
	types100 "github.com/containernetworking/cni/pkg/types/100"
)

// result shows what the runtime learns, and Multus writes into the pod's status.
func (p page) result(r types.Result) error {
	result, err := types100.GetResult(r)
	if err != nil {
		return err
	}
	p.line(bold, "Result:")
	for _, i := range result.Interfaces {
		if i.Sandbox == "" {
			continue // the host's ends are of no use after the try
		}
		p.line("", "  interface %s", words(i.Name, "mac", i.Mac, "mtu", positive(i.Mtu)))
	}
	for _, ip := range result.IPs {
		gateway := ""
		if ip.Gateway != nil {
			gateway = ip.Gateway.String()
		}
		p.line("", "  address %s", words(ip.Address.String(), "gateway", gateway))
	}
	for _, route := range result.Routes {
		gateway := ""
		if route.GW != nil {
			gateway = route.GW.String()
		}
		p.line("", "  route %s", words(route.Dst.String(), "via", gateway, "mtu", positive(route.MTU)))
	}
	return nil
}

// words joins a name with the pairs of key and value that have a value.
func words(name string, pairs ...string) string {
	all := []string{name}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			all = append(all, pairs[i], pairs[i+1])
		}
	}
	return strings.Join(all, " ")
}

func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

package kubeapi

import (
	"net/http"
	"path"
	"strconv"
)

// observed tells of each request when its answer begins, or fails to.
type observed struct {
	http.RoundTripper
	observe func(Request)
}

func (o observed) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := o.RoundTripper.RoundTrip(request)
	status := "none"
	if err == nil {
		status = strconv.Itoa(response.StatusCode)
	}
	o.observe(Request{Verb: verb(request), Status: status})
	return response, err
}

// verb is the one that RBAC has for the requests that chainsawd makes.
func verb(request *http.Request) string {
	switch {
	case request.Method == http.MethodPost:
		return "create"
	case request.Method == http.MethodPatch:
		return "patch"
	case request.URL.Query().Get("watch") != "":
		return "watch"
	case path.Base(request.URL.Path) == "pods":
		return "list"
	}
	return "get"
}

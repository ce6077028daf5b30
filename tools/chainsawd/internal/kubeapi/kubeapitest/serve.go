package kubeapitest

import (
	"encoding/json"
	"net/http"
	"strings"

	core "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/pods", s.collection)
	mux.HandleFunc("GET /api/v1/namespaces/{namespace}/pods/{name}", s.get)
	mux.HandleFunc("POST /api/v1/namespaces/{namespace}/events", s.event)
	mux.HandleFunc("PATCH /api/v1/namespaces/{namespace}/events/{name}", s.event)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.admit(w, r) {
			mux.ServeHTTP(w, r)
		}
	})
}

// admit hangs and turns away as the faults say.
func (s *Server) admit(w http.ResponseWriter, r *http.Request) bool {
	s.mu.Lock()
	faults, released := s.faults, s.released
	s.mu.Unlock()
	if faults.Hang {
		s.hanging.Add(1)
		defer s.hanging.Add(-1)
		select {
		case <-released:
		case <-r.Context().Done():
			return false
		}
	}
	if faults.Redirect != "" {
		http.Redirect(w, r, faults.Redirect, http.StatusTemporaryRedirect)
		return false
	}
	if faults.Token != "" && r.Header.Get("Authorization") != "Bearer "+faults.Token {
		fail(w, http.StatusUnauthorized, metav1.StatusReasonUnauthorized)
		return false
	}
	return true
}

func (s *Server) get(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	found, ok := s.pods[r.PathValue("namespace")+"/"+r.PathValue("name")]
	version := s.version
	s.mu.Unlock()
	if !ok {
		fail(w, http.StatusNotFound, metav1.StatusReasonNotFound)
		return
	}
	answer(w, http.StatusOK, found.metadata(version))
}

// collection lists and watches. Watches that begin with the list, which the
// server need not know, it refuses.
func (s *Server) collection(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	node, _ := strings.CutPrefix(query.Get("fieldSelector"), "spec.nodeName=")
	switch {
	case query.Get("sendInitialEvents") != "":
		fail(w, http.StatusUnprocessableEntity, metav1.StatusReasonInvalid)
	case query.Get("watch") != "":
		s.watch(w, r, node)
	default:
		s.list(w, node)
	}
}

func (s *Server) list(w http.ResponseWriter, node string) {
	s.mu.Lock()
	list := metav1.PartialObjectMetadataList{
		TypeMeta: metav1.TypeMeta{Kind: "PartialObjectMetadataList", APIVersion: "meta.k8s.io/v1"},
		ListMeta: metav1.ListMeta{ResourceVersion: Pod{}.metadata(s.version).ResourceVersion},
	}
	for _, p := range s.pods {
		if p.Node == node {
			list.Items = append(list.Items, p.metadata(s.version))
		}
	}
	s.mu.Unlock()
	answer(w, http.StatusOK, list)
}

// watch begins where the server is, not where it was asked to: after a list,
// unless something happened between them, which no test does.
func (s *Server) watch(w http.ResponseWriter, r *http.Request, node string) {
	changes := make(chan change, 1000)
	s.mu.Lock()
	gone := s.faults.Gone
	if !gone {
		s.watches[changes] = true
	}
	s.mu.Unlock()
	if gone {
		s.Set(Faults{})
		fail(w, http.StatusGone, metav1.StatusReasonExpired)
		return
	}
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watches, changes)
	}()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	flush(w)
	for {
		select {
		case heard, open := <-changes:
			if !open {
				return
			}
			if heard.node == node {
				_ = json.NewEncoder(w).Encode(heard)
				flush(w)
			}
		case <-r.Context().Done():
			return
		}
	}
}

func flush(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() }

// event keeps what is created, and counts on what is patched.
func (s *Server) event(w http.ResponseWriter, r *http.Request) {
	var event core.Event
	if err := json.NewDecoder(r.Body).Decode(&event); err != nil {
		fail(w, http.StatusBadRequest, metav1.StatusReasonBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if code := s.faults.Events; code != 0 {
		fail(w, code, metav1.StatusReasonUnknown)
		return
	}
	if r.Method == http.MethodPost {
		s.events = append(s.events, event)
		answer(w, http.StatusCreated, event)
		return
	}
	for i := range s.events {
		if s.events[i].Name == r.PathValue("name") {
			s.events[i].Count = event.Count
			answer(w, http.StatusOK, s.events[i])
			return
		}
	}
	fail(w, http.StatusNotFound, metav1.StatusReasonNotFound)
}

// Events are those that were created, in order, with their counts.
func (s *Server) Events() []core.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]core.Event(nil), s.events...)
}

// ForgetEvents removes them, as time does.
func (s *Server) ForgetEvents() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = nil
}

func fail(w http.ResponseWriter, code int, reason metav1.StatusReason) {
	answer(w, code, metav1.Status{
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"},
		Status:   metav1.StatusFailure, Reason: reason, Code: int32(code), Message: string(reason),
	})
}

func answer(w http.ResponseWriter, code int, object any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(object)
}

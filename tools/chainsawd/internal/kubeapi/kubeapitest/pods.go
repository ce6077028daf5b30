package kubeapitest

import (
	"maps"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Pod is a pod as far as the tests go.
type Pod struct {
	Namespace, Name, UID, Node string
	Annotations                map[string]string
}

func (p Pod) key() string { return p.Namespace + "/" + p.Name }

func (p Pod) metadata(version int) metav1.PartialObjectMetadata {
	return metav1.PartialObjectMetadata{
		TypeMeta: metav1.TypeMeta{Kind: "PartialObjectMetadata", APIVersion: "meta.k8s.io/v1"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: p.Namespace, Name: p.Name, UID: types.UID(p.UID),
			ResourceVersion: strconv.Itoa(version), Annotations: p.Annotations,
		},
	}
}

// change is what a watch hears.
type change struct {
	Type   string                       `json:"type"`
	Object metav1.PartialObjectMetadata `json:"object"`

	node string
}

// Put makes or changes a pod.
func (s *Server) Put(p Pod) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kind := "ADDED"
	if _, found := s.pods[p.key()]; found {
		kind = "MODIFIED"
	}
	p.Annotations = maps.Clone(p.Annotations)
	s.pods[p.key()] = p
	s.tell(kind, p)
}

// Delete removes a pod.
func (s *Server) Delete(p Pod) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pods, p.key())
	s.tell("DELETED", p)
}

func (s *Server) tell(kind string, p Pod) {
	s.version++
	for watch := range s.watches {
		watch <- change{Type: kind, Object: p.metadata(s.version), node: p.Node}
	}
}

// Hide removes or makes pods without telling those who watch.
func (s *Server) Hide(change func(pods map[string]Pod)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	change(s.pods)
}

// CutWatches ends all watches, as a server does that restarts.
func (s *Server) CutWatches() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for watch := range s.watches {
		close(watch)
		delete(s.watches, watch)
	}
}

// Watches is the number of watches that are open.
func (s *Server) Watches() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.watches)
}

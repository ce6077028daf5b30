package source

import "strings"

// Document is one object of a file; an item of a Kubernetes List is one, too.
type Document struct {
	File *File
	Name string // where it was made from, as "# Source:" lines say (helm template)
	Kind string // of a Kubernetes object
	Root *Node  // nil if the document was passed over unread: nothing in it can concern Chainsaw
}

// Documents reads what the file holds, but not what cannot concern Chainsaw. A
// document that cannot be read is an error, and those after it are read
// nevertheless.
func (f *File) Documents() ([]Document, []*Error) { return f.documents(concerns) }

// AllDocuments reads what the file holds, whatever it is about.
func (f *File) AllDocuments() ([]Document, []*Error) {
	return f.documents(func([]byte) bool { return true })
}

func (f *File) documents(wanted func(body []byte) bool) ([]Document, []*Error) {
	var all []Document
	var errs []*Error
	for p := range parts(f.Text) {
		body := f.Text[p.body:p.end]
		if p.blank(f.Text) {
			continue
		}
		d := Document{File: f, Name: p.name(f.Text)}
		if !wanted(body) {
			d.Kind = kindOf(body)
			all = append(all, d)
			continue
		}
		roots, problems := parse(f, p)
		errs = append(errs, problems...)
		for _, d.Root = range roots {
			all = flatten(all, d)
		}
	}
	return all, errs
}

// flatten takes Kubernetes' lists apart. The items of a PodList need not say that
// they are Pods.
func flatten(all []Document, d Document) []Document {
	if kind := d.Root.Get("kind"); kind != nil && kind.Kind == String {
		d.Kind = kind.Value
	}
	items := d.Root.Get("items")
	if !strings.HasSuffix(d.Kind, "List") || items == nil || items.Kind != List {
		return append(all, d)
	}
	for _, item := range items.Items {
		of := Document{File: d.File, Name: d.Name, Root: item}
		if item.Kind == Map {
			of.Kind = strings.TrimSuffix(d.Kind, "List")
		}
		all = flatten(all, of)
	}
	return all
}

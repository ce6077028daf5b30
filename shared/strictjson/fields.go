package strictjson

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/nearest"
)

// Fields reads the members of objects into Go values and remembers the first
// thing that is wrong, so that a decoder can be read as the list of keys that
// it is. Its zero value is ready; Err is nil or an *[Error].
type Fields struct {
	Err error
}

// Fail remembers err if it is the first one.
func (f *Fields) Fail(err error) {
	if f.Err == nil {
		f.Err = err
	}
}

// Expect wants a value of this kind; what names it for the reader.
func (f *Fields) Expect(v *Value, kind Kind, what string) {
	if v.Kind != kind {
		f.Fail(v.Errorf("%s must be %s, and it is %s", what, kind, v.Kind))
	}
}

// Known refuses every other key of the object.
func (f *Fields) Known(of *Value, keys ...string) {
	for _, m := range of.Members {
		if !slices.Contains(keys, m.Key) {
			f.Fail(&Error{Offset: m.Start, Err: fmt.Errorf("the key %q is unknown here; %s", m.Key, meant(m.Key, keys))})
		}
	}
}

// NoTwin refuses keys that encoding/json would take for one of the known ones.
func (f *Fields) NoTwin(of *Value, known ...string) {
	if twin, key := of.CaseTwin(known...); twin != nil {
		f.Fail(&Error{Offset: twin.Start, Err: fmt.Errorf("the key %q could be mistaken for %q: write %q", twin.Key, key, key)})
	}
}

// Text is the string under key, or otherwise.
func (f *Fields) Text(of *Value, key, otherwise string) string {
	v := of.Field(key)
	if v == nil {
		return otherwise
	}
	f.Expect(v, String, fmt.Sprintf("%q", key))
	return v.Text
}

// OneOf is the string under key, which is one of the words; the first is the
// default.
func (f *Fields) OneOf(of *Value, key string, words ...string) string {
	text := f.Text(of, key, words[0])
	if !slices.Contains(words, text) {
		f.Fail(of.Field(key).Errorf("%q is %q, which is unknown; %s", key, text, meant(text, words)))
	}
	return text
}

// Bool is the truth value under key, or otherwise.
func (f *Fields) Bool(of *Value, key string, otherwise bool) bool {
	v := of.Field(key)
	if v == nil {
		return otherwise
	}
	f.Expect(v, Bool, fmt.Sprintf("%q", key))
	return v.True
}

// List is the items of the list under key; none if it is not there.
func (f *Fields) List(of *Value, key string) []Value {
	v := of.Field(key)
	if v == nil {
		return nil
	}
	f.Expect(v, List, fmt.Sprintf("%q", key))
	return v.Items
}

// Texts is the list of strings under key.
func (f *Fields) Texts(of *Value, key string) []string {
	var texts []string
	for i, item := range f.List(of, key) {
		f.Expect(&item, String, fmt.Sprintf("%q #%d", key, i+1))
		texts = append(texts, item.Text)
	}
	return texts
}

// Object is the object under key, or nil; null counts as not there.
func (f *Fields) Object(of *Value, key string) *Value {
	v := of.Field(key)
	if v == nil || v.Kind == Null {
		return nil
	}
	f.Expect(v, Object, fmt.Sprintf("%q", key))
	return v
}

// meant is the end of a sentence about a word that is none of the known ones.
func meant(word string, known []string) string {
	all := `there are "` + strings.Join(known, `", "`) + `"`
	if near := nearest.Word(word, known); near != "" {
		return fmt.Sprintf("did you mean %q? (%s)", near, all)
	}
	return all
}

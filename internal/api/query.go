package api

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	mostQuery = 4000 // bytes of a query string
	mostValue = 200  // characters of one value
)

// query is the parameters of one request. Its readers note the first value that
// cannot be taken in fault, so that a handler looks at it once.
type query struct {
	values map[string]string
	fault  *fault
}

// parseQuery takes only parameters that the address knows, each once, with a value:
// a name that is misspelt would otherwise widen the answer without a word.
func parseQuery(raw string, known []string) (query, error) {
	q := query{values: map[string]string{}}
	if len(raw) > mostQuery {
		return q, failed(badParameter, "The query has more than %d bytes. Ask for less at once.", mostQuery)
	}
	all, err := url.ParseQuery(raw)
	if err != nil {
		return q, failed(badParameter, "The query cannot be read: write it as name=value&name=value, with %%XX for what is not a letter or a digit.")
	}
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names) // of several faults the same is told each time
	for _, name := range names {
		if !slices.Contains(known, name) {
			return q, failed(unknownParameter, "%q is not a parameter here. %s", clip(name), offer(known))
		}
		if len(all[name]) > 1 {
			return q, failed(badParameter, "%s is given %d times. Give it once.", name, len(all[name]))
		}
		v := all[name][0]
		switch {
		case !utf8.ValidString(v) || strings.ContainsFunc(v, func(r rune) bool { return unicode.Is(unicode.Cc, r) }):
			return q, failed(badParameter, "%s holds characters that cannot be read. Write it in UTF-8, without control characters.", name)
		case strings.TrimSpace(v) == "":
			return q, failed(badParameter, "%s is empty. Give it a value or leave it out.", name)
		case utf8.RuneCountInString(v) > mostValue:
			return q, failed(badParameter, "%s is longer than %d characters.", name, mostValue)
		}
		q.values[name] = v
	}
	return q, nil
}

// offer says which parameters there are.
func offer(known []string) string {
	if len(known) == 0 {
		return "There are none: leave it out."
	}
	return "There are " + strings.Join(known, ", ") + "."
}

// clip shortens what somebody typed for use in a sentence.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

func (q *query) bad(format string, args ...any) {
	if q.fault == nil {
		q.fault = failed(badParameter, format, args...)
	}
}

// err is the first fault, nil where there is none.
func (q *query) err() error {
	if q.fault == nil {
		return nil
	}
	return q.fault
}

// text is a value as it was given, "" where it was not.
func (q *query) text(name string) string { return q.values[name] }

// choice is a value that is one of several.
func (q *query) choice(name string, allowed ...string) string {
	v, given := q.values[name]
	if given && !slices.Contains(allowed, v) {
		q.bad("%s %q is not one of %s.", name, clip(v), strings.Join(allowed, ", "))
	}
	return v
}

// number is a whole number from least to most; otherwise where it was not given.
func (q *query) number(name string, least, most, otherwise int) int {
	v, given := q.values[name]
	if !given {
		return otherwise
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < least || n > most {
		q.bad("%s %q is not a whole number from %d to %d.", name, clip(v), least, most)
		return otherwise
	}
	return n
}

// without is the canonical text of the query without some parameters: the same
// questions have the same text.
func (q *query) without(names ...string) string {
	v := url.Values{}
	for name, value := range q.values {
		if !slices.Contains(names, name) {
			v.Set(name, value)
		}
	}
	return v.Encode()
}

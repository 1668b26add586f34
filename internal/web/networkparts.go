package web

import (
	"container/heap"
	"database/sql"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Box is a tick box or option of a filter.
type Box struct {
	Value, Label string
	N            int
	On           bool
}

// Leaves are the links between the parts of a long table.
type Leaves struct {
	Label          string
	From, To, All  int
	Before, Behind string // addresses, "" at the ends
}

const leafRows = 25 // rows of a table on one page

// sentence writes a key as words with a capital.
func sentence(key string) string {
	return capital(strings.NewReplacer("_", " ", "-", " ").Replace(key))
}

// capital gives a text its capital.
func capital(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + s[n:]
}

// leaf cuts the part of a table that the address asks for, by the parameter name.
func leaf[T any](r *http.Request, all []T, name, label string) ([]T, Leaves) {
	n, err := strconv.Atoi(r.URL.Query().Get(name))
	last := max(1, (len(all)+leafRows-1)/leafRows)
	if err != nil {
		n = 1
	}
	n = min(max(n, 1), last)
	from, to := (n-1)*leafRows, min(n*leafRows, len(all))
	l := Leaves{Label: label, From: min(from+1, to), To: to, All: len(all)}
	address := func(k int) string { return readdress(r, name, strconv.Itoa(k)) + "#" + name }
	if n > 1 {
		l.Before = address(n - 1)
	}
	if n < last {
		l.Behind = address(n + 1)
	}
	return all[from:to], l
}

// readdress is the address of the request with one parameter changed.
func readdress(r *http.Request, name, value string) string {
	q := url.Values{}
	for k, v := range r.URL.Query() {
		q[k] = v
	}
	q.Set(name, value)
	return r.URL.Path + "?" + q.Encode()
}

// nullInt and nullPounds write a number of the evidence, "" where it is unknown.
func nullInt(v sql.NullInt64) string {
	if !v.Valid {
		return ""
	}
	return strconv.FormatInt(v.Int64, 10)
}

func nullPounds(pence sql.NullInt64) string {
	if !pence.Valid {
		return ""
	}
	return strconv.FormatFloat(float64(pence.Int64)/100, 'f', -1, 64)
}

// topBy is the first most of a list by less, equals in their order. Few of many are found without sorting the rest.
func topBy[T any](list []T, most int, less func(a, b T) bool) []T {
	if most <= 0 {
		return nil
	}
	if most > len(list)/8 {
		out := slices.Clone(list)
		sort.SliceStable(out, func(a, b int) bool { return less(out[a], out[b]) })
		return out[:min(most, len(out))]
	}
	h := &worstFirst{less: func(a, b int) bool {
		switch {
		case less(list[a], list[b]):
			return true
		case less(list[b], list[a]):
			return false
		}
		return a < b
	}}
	for i := range list {
		switch {
		case len(h.at) < most:
			heap.Push(h, i)
		case h.less(i, h.at[0]):
			h.at[0] = i
			heap.Fix(h, 0)
		}
	}
	slices.SortFunc(h.at, func(a, b int) int {
		if h.less(a, b) {
			return -1
		}
		return 1
	})
	out := make([]T, len(h.at))
	for k, i := range h.at {
		out[k] = list[i]
	}
	return out
}

// worstFirst is a heap of places in a list whose root is the last by less.
type worstFirst struct {
	at   []int
	less func(a, b int) bool
}

func (h *worstFirst) Len() int           { return len(h.at) }
func (h *worstFirst) Less(a, b int) bool { return h.less(h.at[b], h.at[a]) }
func (h *worstFirst) Swap(a, b int)      { h.at[a], h.at[b] = h.at[b], h.at[a] }
func (h *worstFirst) Push(v any)         { h.at = append(h.at, v.(int)) }
func (h *worstFirst) Pop() any {
	v := h.at[len(h.at)-1]
	h.at = h.at[:len(h.at)-1]
	return v
}

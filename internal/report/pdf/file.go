package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// file is a PDF as Chromium writes it: a plain table of objects, none of them packed into streams.
type file struct {
	version []byte
	objects map[int][]byte // what stands between the words around an object, streams included
	root    int            // number of the catalogue
	info    int
	size    int // one more than the highest number
}

var (
	errForm   = errors.New("the file is not of the form that Chromium writes")
	startForm = regexp.MustCompile(`startxref\s+(\d+)\s+%%EOF\s*$`)
	headForm  = regexp.MustCompile(`^\d+ 0 obj\s`)
	sizeForm  = regexp.MustCompile(`/Size (\d+)`)
	rootForm  = regexp.MustCompile(`/Root (\d+) 0 R`)
	infoForm  = regexp.MustCompile(`/Info (\d+) 0 R`)
)

// parse reads the objects.
func parse(data []byte) (file, error) {
	m := startForm.FindSubmatch(data)
	if m == nil {
		return file{}, fmt.Errorf("%w: it does not end with startxref", errForm)
	}
	start := number(m[1])
	if start <= 0 || start >= len(data) || !bytes.HasPrefix(data[start:], []byte("xref")) {
		return file{}, fmt.Errorf("%w: there is no table of objects where it should be", errForm)
	}
	table, trailer, ok := bytes.Cut(data[start:], []byte("trailer"))
	rows := bytes.Split(bytes.TrimSpace(table), []byte("\n"))
	if !ok || len(rows) < 3 || !bytes.HasPrefix(rows[1], []byte("0 ")) {
		return file{}, fmt.Errorf("%w: its table of objects is in several parts, or it has no trailer", errForm)
	}
	line, _, _ := bytes.Cut(data, []byte("\n"))
	f := file{version: line, objects: map[int][]byte{}}
	for _, want := range []struct {
		form *regexp.Regexp
		to   *int
	}{{sizeForm, &f.size}, {rootForm, &f.root}, {infoForm, &f.info}} {
		found := want.form.FindSubmatch(trailer)
		if found == nil {
			return file{}, fmt.Errorf("%w: its trailer lacks %s", errForm, want.form)
		}
		*want.to = number(found[1])
	}
	return f, f.take(data[:start], rows[2:])
}

// take cuts the objects at the places that the table names.
func (f file) take(data []byte, rows [][]byte) error {
	at := map[int]int{}
	places := []int{len(data)}
	for k, row := range rows {
		if len(row) >= 18 && row[17] == 'n' {
			at[k] = number(row[:10])
			places = append(places, at[k])
		}
	}
	slices.Sort(places)
	for k, from := range at {
		next, _ := slices.BinarySearch(places, from+1)
		if from < 0 || from >= len(data) {
			return fmt.Errorf("%w: object %d lies outside of it", errForm, k)
		}
		text := data[from:places[next]]
		head := headForm.Find(text)
		end := bytes.LastIndex(text, []byte("endobj"))
		if head == nil || end < len(head) {
			return fmt.Errorf("%w: object %d does not stand where it should", errForm, k)
		}
		f.objects[k] = bytes.TrimRight(text[len(head):end], "\r\n")
	}
	return nil
}

func number(digits []byte) int {
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		return -1
	}
	return n
}

// add gives a new object its number.
func (f *file) add(text []byte) int {
	n := f.size
	f.size++
	f.objects[n] = text
	return n
}

// numbers are those of all objects in order.
func (f file) numbers() []int {
	var out []int
	for n := range f.objects {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// bytes is the file with its objects in the order of their numbers.
func (f file) bytes(id string) []byte {
	var b bytes.Buffer
	b.Write(f.version)
	b.WriteString("\n%\xd3\xeb\xe9\xe1\n")
	at := make([]int, f.size)
	for _, n := range f.numbers() {
		at[n] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n", n)
		b.Write(f.objects[n])
		b.WriteString("\nendobj\n")
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", f.size)
	for _, place := range at[1:] {
		if place == 0 {
			b.WriteString("0000000000 00000 f \n")
			continue
		}
		fmt.Fprintf(&b, "%010d 00000 n \n", place)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d\n/Root %d 0 R\n/Info %d 0 R\n/ID [<%s> <%s>]>>\nstartxref\n%d\n%%%%EOF\n", f.size, f.root, f.info, id, id, start)
	return b.Bytes()
}

var destForm = regexp.MustCompile(`/([^\s/\[\]<>]+) \[(\d+) 0 R /XYZ`)

// pages has for each anchor of the document the page on which it stands, counted from 1.
func (f file) pages() map[string]int {
	root := f.objects[f.root]
	order := map[int]int{} // of pages by the number of their object
	if n, ok := ref(value(root, "Pages")); ok {
		f.count(n, order)
	}
	out := map[string]int{}
	if n, ok := ref(value(root, "Dests")); ok {
		for _, d := range destForm.FindAllSubmatch(f.objects[n], -1) {
			if page := order[number(d[2])]; page > 0 {
				out[string(d[1])] = page
			}
		}
	}
	return out
}

// count numbers the pages below a node of the tree of pages.
func (f file) count(node int, order map[int]int) {
	if _, seen := order[node]; seen {
		return
	}
	kids := value(f.objects[node], "Kids")
	if kids == nil {
		order[node] = len(order) + 1
		return
	}
	for _, n := range refs(kids) {
		f.count(n, order)
	}
}

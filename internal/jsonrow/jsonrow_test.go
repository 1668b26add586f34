package jsonrow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/tabular"
)

func read(t *testing.T, in string, spec Spec) (string, []tabular.Reject, tabular.Stats, error) {
	t.Helper()
	var out bytes.Buffer
	var rejects []tabular.Reject
	st, err := Read(context.Background(), strings.NewReader(in), &out, spec, func(r tabular.Reject) { rejects = append(rejects, r) })
	if err == nil && st.Read != st.Accepted+st.Rejected {
		t.Errorf("read %d, accepted %d, rejected %d: rows are lost", st.Read, st.Accepted, st.Rejected)
	}
	return strings.ReplaceAll(out.String(), string(tabular.Separator), "|"), rejects, st, err
}

var two = []tabular.Column{{Name: "a", NotNull: true}, {Name: "n", Kind: tabular.Integer}}

func spec(columns []tabular.Column, records ...string) Spec {
	return Spec{Records: records, Table: tabular.Spec{Columns: columns}}
}

func TestRead_places(t *testing.T) {
	cases := []struct {
		name, in string
		records  []string
		want     string
	}{
		{"a list", "[\n{\"a\":\"x\",\"n\":1},\n{\"a\":\"y\"}\n]\n", nil, "2|x|1\n3|y|\n"},
		{"JSON Lines", "{\"a\":\"x\"}\n\n{\"a\":\"y\",\"n\":2}\n", nil, "1|x|\n3|y|2\n"},
		{"JSON Lines without line ends", `{"a":"x"}{"a":"y"} {"a":"z"}`, nil, "1|x|\n2|y|\n3|z|\n"},
		{"one object over several lines", "{\n\"a\":\n\"x\"\n}", nil, "1|x|\n"},
		{"member", "{\"v\":[{\"a\":\"no\"}],\n\"items\":[\n{\"a\":\"x\"}],\"w\":{\"items\":[{\"a\":\"no\"}]}}", []string{"items"}, "3|x|\n"},
		{"member that holds one object", `{"items":{"a":"x"}}`, []string{"items"}, "1|x|\n"},
		{"member of a member", "{\"a\":[], \"h\":{\"x\":1,\"h\":[\n{\"a\":\"x\"}]}}", []string{"h.h"}, "2|x|\n"},
		{"way from the element", "{\"h\":[\n{\"s\":{\"a\":\"x\"}},\n{\"s\":[{\"a\":\"y\"}]}]}", []string{"h[*].s[0]"}, "2|x|\n3|y|\n"},
		{"alternatives", "{\"two\":[{\"a\":\"x\"}]}\n{\"one\":[{\"a\":\"y\"}]}", []string{"one", "two"}, "1|x|\n2|y|\n"},
		{"the document where no place is", `{"a":"x","b":{"one":[]}}`, []string{"one", "."}, "1|x|\n"},
		{"the place although the document may be", `{"b":["one",{}],"c":"one","one":[{"a":"x"}]}`, []string{"one", "."}, "1|x|\n"},
		{"a list although a place is named", `[{"a":"x"}]`, []string{"one"}, "1|x|\n"},
		{"several on one line, then one lower", "[{\"a\":\"x\"},{\"a\":\"y\"},{\"a\":\"z\"}\n,{\"a\":\"v\"}]", nil, "1|x|\n2|y|\n3|z|\n4|v|\n"},
		{"byte order mark, CRLF, escapes", "\ufeff[\r\n{\"a\":\"\\u00e9 \\\"\\\\\\n\\ud83d\\ude00\"}\r\n]", nil, "2|é \"\\ 😀|\n"},
		{"names of members are escaped too", "{\"ite\\u006ds\":[{\"\\u0061\":\"x\"}]}", []string{"items"}, "1|x|\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, rejects, _, err := read(t, c.in, spec(two, c.records...))
			if err != nil || len(rejects) > 0 {
				t.Fatalf("error %v, rejects %v", err, rejects)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestRead_values(t *testing.T) {
	in := `{"s":" x ","b":true,"i":12,"f":3.4442927E7,"third":1.234,"null":null,"empty":[],"o":{"k":"v","z":null},
	"list":[" a",null,"b;c",4],"objects":[{"t":["x"],"v":"one"},{"t":["y","z"],"v":"two","w":{"p":1,"q":"secret"}}],
	"one":{"kind":"c","name":"N"},"day":1441062000000,"iso":"2014-06-05T00:00:00+00:00","first":"05/06/2014","serial":41795}`
	cases := []struct {
		path   string
		column tabular.Column
		want   string
	}{
		{"s", tabular.Column{}, "x"},
		{"b", tabular.Column{}, "true"},
		{"i", tabular.Column{Kind: tabular.Integer}, "12"},
		{"f", tabular.Column{Kind: tabular.Money}, "34442927"},
		{"third", tabular.Column{Kind: tabular.Money}, "1.234"},
		{"null", tabular.Column{}, ""},
		{"missing.member", tabular.Column{}, ""},
		{"s.member", tabular.Column{}, ""},
		{"empty", tabular.Column{}, ""},
		{"o", tabular.Column{}, `{"k":"v","z":null}`},
		{"list", tabular.Column{Split: ";"}, "a;b c;4"},
		{"list", tabular.Column{}, `["a",null,"b;c",4]`},
		{"list[2]", tabular.Column{}, "b;c"},
		{"list[9]", tabular.Column{}, ""},
		{"objects[0].v", tabular.Column{}, "one"},
		{"objects[t=z].v", tabular.Column{}, "two"},
		{"objects[v=one].t[0]", tabular.Column{}, "x"},
		{"objects[t=none].v", tabular.Column{}, ""},
		{"objects{v,w{p}}", tabular.Column{}, `[{"v":"one"},{"v":"two","w":[{"p":1}]}]`},
		{"o{k,z}", tabular.Column{}, `[{"k":"v"}]`},
		{"empty{k}", tabular.Column{}, ""},
		{"one[kind=c].name", tabular.Column{}, "N"},
		{"one[kind=d].name", tabular.Column{}, ""},
		{"one[0].name", tabular.Column{}, "N"},
		{"one?", tabular.Column{}, "true"},
		{"null?", tabular.Column{}, ""},
		{"day", tabular.Column{Kind: tabular.Date}, "2015-09-01"}, // 31 August 23:00 UTC is midnight in London
		{"iso", tabular.Column{Kind: tabular.Date}, "2014-06-05"},
		{"first", tabular.Column{Kind: tabular.Date}, "2014-06-05"},
		{"serial", tabular.Column{Kind: tabular.Date}, "2014-06-05"},
	}
	for _, c := range cases {
		c.column.Name, c.column.Headers = "x", []string{c.path}
		got, rejects, _, err := read(t, in, spec([]tabular.Column{c.column}))
		if want := "1|" + c.want + "\n"; err != nil || len(rejects) > 0 || got != want {
			t.Errorf("%s: %q, error %v, rejects %v; want %q", c.path, got, err, rejects, want)
		}
	}
}

func TestRead_rejects(t *testing.T) {
	in := "[\n{\"a\":\"x\",\"n\":\"one\"},\n{\"n\":1},\n4,\n{\"a\":\"y\",\"o\":[1]},\n{\"a\":{\"k\":1},\"n\":2.5}\n,{\"a\":\"\xe9\"},{\"kind\":\"total\"},{\"a\":\"z\",\"n\":1}]"
	s := spec(append(two[:2:2], tabular.Column{Name: "o", Headers: []string{"o{k}"}}))
	s.Skip = []string{"kind=total"}
	got, rejects, st, err := read(t, in, s)
	if err != nil {
		t.Fatal(err)
	}
	if want := "2|x||\n5|y||\n6|{\"k\":1}||\n9|z|1|\n"; got != want {
		t.Errorf("clean %q, want %q", got, want)
	}
	want := []tabular.Reject{
		{Line: 2, Column: "n", Reason: "is not a number", Text: "one"},
		{Line: 3, Column: "a", Reason: "is empty and must be filled", Row: true},
		{Line: 4, Reason: "is no object, so it has no members that columns could take", Row: true},
		{Line: 5, Column: "o", Reason: "holds something that is no object where objects with k are expected"},
		{Line: 6, Column: "n", Reason: "is not a whole number", Text: "2.5"},
		{Line: 7, Reason: "has bytes that are not UTF-8, as JSON must be; save the file as UTF-8", Row: true},
	}
	if d := cmp.Diff(want, rejects); d != "" {
		t.Error(d)
	}
	if st.Read != 7 || st.Accepted != 4 || st.Rejected != 3 || st.Cells != 3 || st.Blank != 1 {
		t.Errorf("counts %+v", st)
	}
}

func TestRead_members(t *testing.T) {
	cols := []tabular.Column{{Name: "a"}, {Name: "b", Headers: []string{"p.b"}, Optional: true}, {Name: "c", Optional: true}}
	_, _, st, err := read(t, `[{"a":"x","z":1},{"p":{"b":"y"},"y":2}]`, spec(cols))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][]string{{"c"}, {"y", "z"}}, [][]string{st.Absent, st.Unused}); d != "" {
		t.Error(d)
	}
}

func TestRead_broken(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"empty", "", "the file is empty"},
		{"a web page", "\n<html>", "is XML or a web page"},
		{"UTF-16", "\xff\xfe[\x00", "is UTF-16"},
		{"no place", `{"grant":[],"version":"1"}`, `the file has no "items"; it has "grant", "version"; is this the right file?`},
		{"no records", `{"items":[]}`, "the file has no records"},
		{"cut in a record", "{\"items\":[{\"a\":\"x\"},\n{\"a\":\"y", "line 2: column 8: the file ends inside a text of what begins in line 2"},
		{"cut between records", "{\"items\":[{\"a\":\"x\"},\n", "line 2: column 1: the file ends where a value is expected"},
		{"cut after records", "{\"items\":[{\"a\":\"x\"}]\n", `line 2: column 1: the file ends where ',' is expected`},
		{"comma missing in a record", "{\"items\":[\n{\"a\":\"x\"\n \"n\":1}]}", "line 3: column 2: the JSON is broken: invalid character '\"' after object key:value pair"},
		{"comma missing between records", "{\"items\":[{\"a\":\"x\"}\n {\"a\":\"y\"}]}", "line 2: column 2: the JSON is broken: '{' stands where ',' is expected"},
		{"wrong bracket", "{\"items\":[{\"a\":\"x\"],\n1}", "line 1: column 19: the JSON is broken: ']' stands where another bracket"},
		{"open text", "{\"items\":[{\"a\":\"x\n\"}]}", "line 1: column 18: the JSON is broken: a text that is opened on this line"},
		{"broken beside the records", "{\"v\":1.2.3,\"items\":[{\"a\":\"x\"}]}", "line 1: column 9: the JSON is broken: invalid character '.'"},
		{"after the end", "{\"items\":[{\"a\":\"x\"}]}\n}", "line 2: column 1: the JSON is broken: '}' stands where { or [ is expected"},
		{"trailing comma", "{\"items\":[{\"a\":\"x\"},]}", "column 21: the JSON is broken: ']' stands where"},
		{"deep", `{"items":[{"a":` + strings.Repeat("[", 2000), "lie in each other more than 1000 deep"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, _, _, err := read(t, c.in, spec(two, "items"))
			var e *tabular.Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestSpec_Check(t *testing.T) {
	for _, path := range []string{"", ".", "a.", "a..b", "a[", "a[x]", "a[-1]", "a[=x]", "a[0]b", "a{", "a{b", "a{}", "a{b}c", "a{b,}", "a}", "a?b", "a{b{c}"} {
		if err := spec([]tabular.Column{{Name: "x", Headers: []string{path}}}).Check(); err == nil {
			t.Errorf("path %q is taken", path)
		}
	}
	for _, records := range []string{"", "a..b", "a[0]", "a[*]", "a[*].", "a[*].b{c}"} {
		if err := spec(two, records).Check(); err == nil {
			t.Errorf("records %q are taken", records)
		}
	}
	if err := (Spec{Skip: []string{"kind"}}).Check(); err == nil {
		t.Error("skip without a value is taken")
	}
}

// Many batches must give what one gives, in the same order, whatever the pieces in which
// the file comes.
func TestRead_manyBatches(t *testing.T) {
	var in, want strings.Builder
	in.WriteString("{\"items\":[")
	for i := 0; in.Len() < 5*batchSize; i++ {
		if i > 0 {
			in.WriteString(",")
		}
		fmt.Fprintf(&in, "\n{\"a\":\"row %d \\\"\\\\ %s\",\n\"n\":%d}", i, strings.Repeat("é", i%300), i)
		fmt.Fprintf(&want, "%d|row %d \"\\ %s|%d\n", 2*i+2, i, strings.Repeat("é", i%300), i)
	}
	in.WriteString("]}")
	var out bytes.Buffer
	s := spec(two, "items")
	s.Table.Workers = 3
	_, err := Read(context.Background(), &pieces{[]byte(in.String()), 0}, &out, s, func(r tabular.Reject) { t.Error(r) })
	if got := strings.ReplaceAll(strings.TrimSpace(out.String()), string(tabular.Separator), "|") + "\n"; err != nil || got != strings.ReplaceAll(want.String(), " |", "|") {
		t.Errorf("error %v, %d bytes, want %d", err, len(got), want.Len())
	}
}

// pieces gives its text in pieces of changing length.
type pieces struct {
	text []byte
	n    int
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.text) == 0 {
		return 0, io.EOF
	}
	p.n = p.n*7%4099 + 1
	n := copy(b[:min(len(b), p.n)], p.text)
	p.text = p.text[n:]
	return n, nil
}

// A bracket that is never closed must not be read into memory for ever.
func TestRead_hugeRecord(t *testing.T) {
	r := io.MultiReader(strings.NewReader("{\"items\":[\n{\"a\":\""), endless{})
	_, err := Read(context.Background(), r, &bytes.Buffer{}, spec(two, "items"), func(tabular.Reject) {})
	if err == nil || !strings.Contains(err.Error(), "line 2: column 1: what begins here is longer than 64 MiB") {
		t.Errorf("error %v", err)
	}
}

// What is passed over may be of any size.
func TestRead_hugeMember(t *testing.T) {
	r := io.MultiReader(strings.NewReader("{\"big\":\""), io.LimitReader(endless{}, mostRecord+1), strings.NewReader("\",\"items\":[{\"a\":\"x\"}]}"))
	st, err := Read(context.Background(), r, &bytes.Buffer{}, spec(two, "items"), func(tabular.Reject) {})
	if err != nil || st.Accepted != 1 {
		t.Errorf("error %v, accepted %d", err, st.Accepted)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestShow(t *testing.T) {
	in := "{\"items\":[\n{\"a\":\"x\",\"born\":\"1970\",\"p\":[{\"id\":1,\"name\":\"N\"}]},{\"a\":\"say \\\"y\\\"\"},\n{\"a\":\"" + strings.Repeat("é", 4000) + "\"}]}"
	s := spec([]tabular.Column{{Name: "a"}, {Name: "id", Headers: []string{"p{id}"}}, {Name: "n", Headers: []string{"p[id=1].id"}}, {Name: "o", Headers: []string{"p[0].id"}}}, "items")
	for line, want := range map[int]string{2: `{"a": "x", "p": [{"id":1}], "p.id": 1, "p[0].id": 1}`, 3: `{"a": "say \"y\""}`, 4: `{"a": "` + strings.Repeat("é", 2044) + "…"} {
		if got, err := Show(strings.NewReader(in), s, line); err != nil || got != want {
			t.Errorf("line %d: %s, %v; want %s", line, got, err, want)
		}
	}
	for _, line := range []int{0, 1, 5} {
		if got, err := Show(strings.NewReader(in), s, line); !errors.Is(err, ErrNoRecord) {
			t.Errorf("line %d: %q, %v", line, got, err)
		}
	}
}

// FuzzRead holds the reader against encoding/json: what that takes is taken, with as many
// records, and what it refuses is refused.
func FuzzRead(f *testing.F) {
	f.Add([]byte("{\"items\":[{\"a\":\"x\",\"n\":1}],\"v\":[1,{\"b\":null}]}"))
	f.Add([]byte("[{\"a\":\"\\u00e9\"},\n4,\"x\"]"))
	f.Add([]byte("{\"a\":\"x\"}\n{\"a\":[{\"b\":1}]}\n"))
	s := spec(append(two[:2:2], tabular.Column{Name: "o", Headers: []string{"a{b}"}}, tabular.Column{Name: "e", Headers: []string{"a[b=1].c", "n[0]?"}}), "items", ".")
	s.Table.Workers = 1
	f.Fuzz(func(t *testing.T, in []byte) {
		var out bytes.Buffer
		st, err := Read(context.Background(), bytes.NewReader(in), &out, s, func(tabular.Reject) {})
		records, valid, bare := count(in)
		var e *tabular.Error
		switch {
		case bare:
		case err != nil && !errors.As(err, &e):
			t.Fatalf("%v is no error of the file", err)
		case err == nil && !valid:
			t.Fatal("broken JSON is taken")
		case err != nil && valid && records > 0 && !strings.Contains(err.Error(), "deep") && !bytes.HasPrefix(in, []byte("\xff\xfe")):
			t.Fatalf("good JSON is refused: %v", err)
		case err == nil && (st.Read != records || st.Read != st.Accepted+st.Rejected):
			t.Fatalf("%d records, %+v", records, st)
		case err == nil && bytes.Count(out.Bytes(), []byte{'\n'}) != st.Accepted:
			t.Fatalf("%d lines for %d rows", bytes.Count(out.Bytes(), []byte{'\n'}), st.Accepted)
		}
	})
}

// count says how many records the places "items" and "." give, by encoding/json, which
// would also take documents that are bare numbers with nothing between them: of such it says
// nothing.
func count(in []byte) (records int, valid, bare bool) {
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(in, []byte("\ufeff"))))
	whole := true
	for n := 0; ; n++ {
		var v json.RawMessage
		err := dec.Decode(&v)
		if errors.Is(err, io.EOF) {
			return records, true, false
		}
		if err != nil {
			return records, false, false
		}
		if v[0] != '{' && v[0] != '[' {
			return 0, false, true
		}
		var list []json.RawMessage
		if json.Unmarshal(v, &list) == nil && v[0] == '[' {
			records += len(list)
			continue
		}
		items, object := members(v)
		if n == 0 && object {
			whole = items == nil
		}
		if whole {
			records++
			continue
		}
		for _, i := range items {
			if json.Unmarshal(i, &list) == nil && i[0] == '[' {
				records += len(list)
			} else if i[0] == '{' {
				records++
			}
		}
	}
}

// members are the values of all members named items of an object.
func members(v json.RawMessage) (items []json.RawMessage, object bool) {
	dec := json.NewDecoder(bytes.NewReader(v))
	if t, _ := dec.Token(); t != json.Delim('{') {
		return nil, false
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return items, true
		}
		var value json.RawMessage
		if dec.Decode(&value) != nil {
			return items, true
		}
		if name == "items" {
			items = append(items, value)
		}
	}
	return items, true
}

func BenchmarkRead(b *testing.B) {
	row := `{"company_number":"01234567","data":{"address":{"address_line_1":"Sheffield Road","locality":"Rotherham","postal_code":"S60 5TZ"},"etag":"36c99208e0c14294355583c965e4c3f0","kind":"individual-person-with-significant-control","links":{"self":"/company/01234567/x"},"name":"Nobody","natures_of_control":["ownership-of-shares-75-to-100-percent","voting-rights-75-to-100-percent"],"notified_on":"2016-04-06"}}` + "\n"
	in := []byte(strings.Repeat(row, 50_000))
	cols := []tabular.Column{{Name: "n", Headers: []string{"company_number"}}, {Name: "kind", Headers: []string{"data.kind"}}, {Name: "natures", Headers: []string{"data.natures_of_control"}, Split: ";"}, {Name: "on", Headers: []string{"data.notified_on"}, Kind: tabular.Date}}
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		if _, err := Read(context.Background(), bytes.NewReader(in), &bytes.Buffer{}, spec(cols), func(tabular.Reject) {}); err != nil {
			b.Fatal(err)
		}
	}
}

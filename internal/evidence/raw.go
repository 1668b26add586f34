package evidence

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"milieu/internal/archive"
	"milieu/internal/lake"
	"milieu/internal/sheet"
	"milieu/internal/tabular"
)

// input is a source with its files found and hashed.
type input struct {
	source Source
	def    Definition
	paths  []string
	names  []string
	hashes []string
	sizes  []int64
}

// Reading tells what became of the rows of a source. Read = Accepted + Rejected.
type Reading struct {
	Read     int        `json:"read"`
	Accepted int        `json:"accepted"`
	Rejected int        `json:"rejected"`
	Cells    int        `json:"cells"` // cells emptied because they could not be read
	Blank    int        `json:"blank,omitempty"`
	Decoded  int        `json:"decoded,omitempty"` // rows taken as Windows-1252
	Unused   []string   `json:"unused,omitempty"`  // columns of the files that nothing uses
	Absent   []string   `json:"absent,omitempty"`  // optional columns that the files lack
	Files    []FileRead `json:"files"`
}

// FileRead is one file of a source as it was read.
type FileRead struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	Rows   int    `json:"rows"` // accepted
}

// forget takes one accepted row back from the file of a record.
func (r *Reading) forget(name string) {
	file, _, _ := strings.Cut(name, "!")
	for i := range r.Files {
		if r.Files[i].Name == file {
			r.Files[i].Rows--
		}
	}
}

const (
	readingFile = "reading.json"
	rejectFile  = "rejects.csv"
)

// stage is the lake stage that reads the input.
func (in input) stage() lake.Stage {
	h := sha256.New()
	fmt.Fprintf(h, "4\n%s\n%s\n", in.def.hash, in.source.settings())
	for i := range in.paths {
		fmt.Fprintf(h, "%s %s\n", in.names[i], in.hashes[i])
	}
	return lake.Stage{
		Name: rawName(in.source.ID), Grain: "one row a record of the source", Private: true, ByInput: true,
		Version: hex.EncodeToString(h.Sum(nil)),
		Run:     in.run,
	}
}

// settings are those parts of the workspace's entry that change the bytes read.
func (s Source) settings() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s|%s|%s|%s|%s|%s|%s", s.Type, s.Encoding, s.Delimiter, s.Quote, s.Member, s.Sheet, s.Retrieved)
	for _, k := range sortedKeys(s.Options) {
		fmt.Fprintf(&b, "|%s=%s", k, s.Options[k])
	}
	return b.String()
}

func (in input) run(ctx context.Context, w lake.Work) error {
	if in.def.Format != "table" && !in.def.IsJSON() {
		return in.runAreas(ctx, w)
	}
	r := rawReader{in: in, work: w}
	return r.run(ctx)
}

// rawReader reads the files of a tabular source into its raw table.
type rawReader struct {
	in      input
	work    lake.Work
	spec    tabular.Spec
	reading Reading
	rejects *rejectWriter
	done    int64
	total   int64
	clean   []cleanFile
}

type cleanFile struct {
	path, name string
	longest    int
}

func (r *rawReader) run(ctx context.Context) error {
	var err error
	if r.spec, err = r.in.spec(); err != nil {
		return err
	}
	if r.rejects, err = newRejects(filepath.Join(r.work.Dir, rejectFile)); err != nil {
		return err
	}
	defer r.rejects.close()
	for _, n := range r.in.sizes {
		r.total += n
	}
	for i := range r.in.paths {
		if err := r.file(ctx, i); err != nil {
			return err
		}
	}
	if err := r.load(ctx); err != nil {
		return err
	}
	for _, c := range r.clean {
		if err := os.Remove(c.path); err != nil {
			return err
		}
	}
	if err := errors.Join(r.rejects.close(), r.rejects.taken(r.reading)); err != nil {
		return err
	}
	return writeJSON(filepath.Join(r.work.Dir, readingFile), r.reading)
}

// spec is how the tabular reader shall read this source.
func (in input) spec() (tabular.Spec, error) {
	s := tabular.Spec{Columns: in.def.Columns, Encoding: tabular.Encoding(in.source.Encoding), AsOf: in.source.Retrieved, Rest: in.def.Rest}
	switch in.source.Encoding {
	case "", "auto", "utf-8", "windows-1252":
	default:
		return s, fmt.Errorf("encoding is %q; it may be auto, utf-8 or windows-1252", in.source.Encoding)
	}
	switch in.source.Quote {
	case "":
	case "none":
		s.Quote = tabular.NoQuote
	default:
		return s, fmt.Errorf("quote is %q; it may be none, or left out for the ordinary double quote", in.source.Quote)
	}
	switch d := in.source.Delimiter; {
	case d == "tab":
		s.Delimiter = '\t'
	case len(d) == 1:
		s.Delimiter = d[0]
	case d != "":
		return s, fmt.Errorf("delimiter is %q; it is one character, or tab", d)
	}
	return s, nil
}

func (r *rawReader) file(ctx context.Context, i int) error {
	if r.in.def.Format == "table" && sheet.IsWorkbook(r.in.paths[i]) {
		return r.workbook(ctx, i)
	}
	a, err := archive.Open(r.in.paths[i], r.in.source.Member, archive.Limits{})
	if err != nil {
		return fmt.Errorf("%s: %w", r.in.names[i], err)
	}
	defer a.Close()
	rows := 0
	for _, m := range a.Members {
		name := r.in.names[i]
		if m.Name != "" {
			name += "!" + m.Name
		}
		n, err := r.member(ctx, m, name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		rows += n
	}
	r.reading.Files = append(r.reading.Files, FileRead{r.in.names[i], r.in.hashes[i], r.in.sizes[i], rows})
	return nil
}

func (r *rawReader) member(ctx context.Context, m archive.Member, name string) (int, error) {
	src, err := m.Open()
	if err != nil {
		return 0, err
	}
	defer src.Close()
	return r.text(ctx, src, name, r.spec)
}

// text reads the text of one file, member or sheet and returns the rows taken.
func (r *rawReader) text(ctx context.Context, src io.Reader, name string, spec tabular.Spec) (int, error) {
	path := filepath.Join(r.work.Dir, fmt.Sprintf("clean-%d.txt", len(r.clean)))
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	out := bufio.NewWriterSize(f, 1<<20)
	st, err := r.in.def.read(ctx, io.TeeReader(src, r), out, spec, func(j tabular.Reject) { r.rejects.add(r.in.source.ID, name, j) })
	if err != nil {
		return 0, err
	}
	r.clean = append(r.clean, cleanFile{path, name, st.Longest})
	r.count(st)
	if err := out.Flush(); err != nil {
		return 0, err
	}
	return st.Accepted, f.Close()
}

// Write counts bytes for the progress bar.
func (r *rawReader) Write(p []byte) (int, error) {
	r.done += int64(len(p))
	r.work.Progress(r.done, max(r.total, r.done), "bytes")
	return len(p), nil
}

func (r *rawReader) count(st tabular.Stats) {
	r.reading.Read += st.Read
	r.reading.Accepted += st.Accepted
	r.reading.Rejected += st.Rejected
	r.reading.Cells += st.Cells
	r.reading.Blank += st.Blank
	r.reading.Decoded += st.Decoded
	r.reading.Unused = merge(r.reading.Unused, st.Unused)
	r.reading.Absent = merge(r.reading.Absent, st.Absent)
}

func merge(a, b []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range append(a, b...) {
		if s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	sort.Strings(out)
	return out
}

// load turns the clean text into the raw Parquet table, with rows whose key
// stood before taken out.
func (r *rawReader) load(ctx context.Context) error {
	if len(r.in.def.Key) > 0 {
		twice, err := r.duplicates(ctx)
		if err != nil {
			return err
		}
		for _, c := range r.clean {
			if lines := twice[c.name]; lines != nil {
				if err := dropLines(c.path, lines); err != nil {
					return err
				}
			}
		}
	}
	return r.work.DB.CopyFast(ctx, r.cleanQuery(), filepath.Join(r.work.Dir, lake.TableFile))
}

// dropLines takes rows out of clean text, by the line of their record. It
// leaves the others in their order, which the engine would not do without
// sorting them all.
func dropLines(path string, lines map[int]bool) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(path + ".kept")
	if err != nil {
		return err
	}
	defer out.Close()
	src, dst := bufio.NewReaderSize(in, 1<<20), bufio.NewWriterSize(out, 1<<20)
	for keep, fresh := true, true; ; {
		part, err := src.ReadSlice('\n')
		if fresh && len(part) > 0 {
			text, _, _ := bytes.Cut(part, []byte{tabular.Separator})
			line, err := strconv.Atoi(string(text))
			if err != nil {
				return fmt.Errorf("clean text: %w", err)
			}
			keep = !lines[line]
		}
		if keep {
			if _, err := dst.Write(part); err != nil {
				return err
			}
		}
		fresh = err == nil
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
	if err := errors.Join(dst.Flush(), out.Close()); err != nil {
		return err
	}
	return os.Rename(path+".kept", path)
}

// duplicates rejects each row whose key stands in an earlier line, and gives
// their lines by file.
func (r *rawReader) duplicates(ctx context.Context) (map[string]map[int]bool, error) {
	key := strings.Join(r.in.def.Key, ", ")
	from := "(" + r.cleanQuery() + ") c"
	rows, err := r.work.DB.QueryContext(ctx, "with twice as (select "+key+" from "+from+" group by "+key+" having count(*) > 1), "+
		"rows as (select concat_ws(' | ', "+key+") as k, file, line, row_number() over (partition by "+key+" order by file, line) as nth, "+
		"first_value(line) over (partition by "+key+" order by file, line) as first, first_value(file) over (partition by "+key+" order by file, line) as first_file "+
		"from "+from+" semi join twice using ("+key+")) select k, file, line, first, first_file from rows where nth > 1 order by file, line")
	if err != nil {
		return nil, fmt.Errorf("look for rows that stand twice: %w", err)
	}
	defer rows.Close()
	n, lines := 0, map[string]map[int]bool{}
	for rows.Next() {
		var k, name, firstName string
		var line, first int
		if err := rows.Scan(&k, &name, &line, &first, &firstName); err != nil {
			return nil, err
		}
		where := fmt.Sprintf("line %d", first)
		if firstName != name {
			where += " of " + firstName
		}
		r.rejects.add(r.in.source.ID, name, tabular.Reject{Line: line, Column: strings.Join(r.in.def.Key, ", "), Text: k, Row: true,
			Reason: "stands already in " + where + "; the first is kept, remove the other"})
		r.reading.forget(name)
		if lines[name] == nil {
			lines[name] = map[int]bool{}
		}
		lines[name][line] = true
		n++
	}
	r.reading.Accepted -= n
	r.reading.Rejected += n
	return lines, rows.Err()
}

var sqlTypes = map[tabular.Kind]string{tabular.Integer: "BIGINT", tabular.Number: "DOUBLE", tabular.Date: "DATE", tabular.Year: "INTEGER",
	tabular.Money: "DOUBLE", tabular.Percent: "DOUBLE"}

// cleanQuery reads the clean files with their declared types.
func (r *rawReader) cleanQuery() string {
	cols := []string{"'line': 'BIGINT'"}
	names := r.columns()
	for _, c := range r.in.def.Columns {
		t := sqlTypes[c.Kind]
		if c.Matching != "" {
			t = "" // a series is text, whatever its values are
		}
		if t == "" {
			t = "VARCHAR"
		}
		cols = append(cols, lake.Literal(c.Name)+": '"+t+"'")
	}
	var parts []string
	for _, c := range r.clean {
		parts = append(parts, "select "+lake.Literal(c.name)+" as file, "+strings.Join(names, ", ")+" from read_csv("+lake.Literal(c.path)+
			", header = false, auto_detect = false, delim = '\x1f', quote = '', escape = '', nullstr = '', new_line = '\\n', max_line_size = "+lineLimit(c.longest)+", columns = {"+
			strings.Join(cols, ", ")+"})")
	}
	return strings.Join(parts, "\nunion all\n")
}

// lineLimit is the engine's bound on a line; it sets aside many times that much
// memory, so it is no larger than the longest line asks for.
func lineLimit(longest int) string { return strconv.Itoa(max(2<<20, longest+1024)) }

// columns are the columns of the clean files, quoted.
func (r *rawReader) columns() []string {
	names := []string{"line"}
	for _, c := range r.in.def.Columns {
		names = append(names, lake.Ident(c.Name))
	}
	return names
}

func writeJSON(file string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(b, '\n'), 0o644)
}

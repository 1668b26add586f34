package density

import (
	"bufio"
	"context"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/geo/proj"
	"milieu/internal/lake"
)

//go:embed stage/*.sql
var stageFS embed.FS

// foundFile holds what the stage cluster_found finds: one line a fact, its kind first.
const foundFile = "found.txt"

// version of the stage cluster_found; to be changed with what it does.
const version = "8"

// significant is the level at which a cluster is more than chance.
const significant = 0.05

// Stages make the tables cluster_run (one row a sector), cluster_firm (one row a cluster), cluster_member and
// cluster_area. Sectors are those of the query withSectors (sector, label, org_id), which reads the tables inputs.
func Stages(s Settings, withSectors string, inputs ...string) ([]lake.Stage, error) {
	stages, err := lake.ParseStages(stageFS, "stage")
	if err != nil {
		return nil, err
	}
	for i := range stages {
		if strings.Contains(stages[i].SQL, "{{found}}") {
			stages[i] = reader(stages[i])
		}
	}
	return append(stages, lake.Stage{Name: "cluster_found", File: foundFile, Private: true, Inputs: append([]string{"organisation", "site"}, inputs...),
		Grain: "one line a fact about clusters", Version: fmt.Sprint(version, s, withSectors), Run: func(ctx context.Context, w lake.Work) error {
			return s.run(ctx, w, withSectors)
		}}), nil
}

// reader makes a Go stage of an SQL one, with the file of cluster_found in place of {{found}}.
func reader(st lake.Stage) lake.Stage {
	text, order := st.SQL, st.Sorted
	st.Version, st.SQL, st.Sorted = version+text, "", nil
	st.Run = func(ctx context.Context, w lake.Work) error {
		var cols []string
		for i := range foundFields {
			cols = append(cols, fmt.Sprintf("'f%d': 'VARCHAR'", i))
		}
		from := "read_csv(" + lake.Literal(filepath.Join(w.Inputs["cluster_found"], foundFile)) +
			", header = false, auto_detect = false, delim = '\x1f', quote = '', escape = '', nullstr = '', max_line_size = 2097152, columns = {" + strings.Join(cols, ", ") + "})"
		query := strings.ReplaceAll(strings.TrimSuffix(strings.TrimSpace(text), ";"), "{{found}}", from)
		return w.DB.Copy(ctx, query+"\norder by "+strings.Join(order, ", "), filepath.Join(w.Dir, lake.TableFile))
	}
	return st
}

// foundFields is how many fields a line of the file has.
const foundFields = 24

// facts writes lines of foundFields fields.
type facts struct{ w *bufio.Writer }

func (f facts) line(fields ...any) {
	for i := range foundFields {
		if i > 0 {
			_ = f.w.WriteByte(0x1f)
		}
		if i < len(fields) {
			_, _ = f.w.WriteString(text(fields[i])) // an error shows at Flush
		}
	}
	_ = f.w.WriteByte('\n')
}

// text is a field; numbers in full, no separators in words.
func text(v any) string {
	switch v := v.(type) {
	case float64:
		if v-v != 0 {
			return ""
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	case string:
		return strings.Map(func(r rune) rune {
			if r < ' ' {
				return ' '
			}
			return r
		}, v)
	}
	return fmt.Sprint(v)
}

func (s Settings) run(ctx context.Context, w lake.Work, withSectors string) error {
	b, err := readBook(ctx, w.DB, withSectors)
	if err != nil {
		return err
	}
	out, err := os.Create(filepath.Join(w.Dir, foundFile))
	if err != nil {
		return err
	}
	defer out.Close()
	f := facts{bufio.NewWriterSize(out, 1<<20)}
	for k := range b.sectors {
		if err := s.sector(ctx, b, k, f, w.Progress); err != nil {
			return fmt.Errorf("sector %s: %w", b.sectors[k], err)
		}
	}
	if err := f.w.Flush(); err != nil {
		return err
	}
	return out.Close()
}

// sector finds, tests and writes the clusters of one sector.
func (s Settings) sector(ctx context.Context, b *book, k int, f facts, progress func(done, total int64, unit string)) error {
	s = s.sized(b.left[k].all - b.left[k].noPosition - b.left[k].onlyMass)
	found, err := s.find(ctx, &b.ground, b.member[k])
	if err != nil {
		return err
	}
	clusters := len(found.tested)
	shuffles := 0
	var chance, jaccard []float64
	if clusters > 0 {
		shuffles = s.shuffles(len(found.at) + len(b.x)/4)
		s.Rounds = s.rounds(len(found.at))
		if jaccard, err = s.resampled(ctx, &b.ground, found); err != nil {
			return err
		}
		if chance, err = s.chance(ctx, &b.ground, b.member[k], shuffles, func(n int) {
			progress(int64(n), int64(shuffles), "shuffles of "+b.sectors[k])
		}); err != nil {
			return err
		}
	}
	surely, in := 0, 0
	for c := range clusters {
		if moreThanChance(pValue(found.tested[c].llr, chance), shuffles) {
			surely++
		}
	}
	names, members := b.members(k, found)
	for c := range members {
		in += members[c].organisations
	}
	l, all := b.left[k], b.left[len(b.sectors)]
	f.line("run", b.sectors[k], "", l.all, found.n, l.noPosition, l.onlyMass, len(found.at), all.all, b.organisations(), clusters, surely, in,
		s.MinPoints, s.MinSize, s.Cap, s.MaxShare, s.ReachM, shuffles, s.Seed, s.Rounds, least(chance), b.labels[k])
	shapes, err := s.outlines(ctx, b, found)
	if err != nil {
		return err
	}
	for c, t := range found.tested {
		r, m := found.result.Clusters[c], members[c]
		lon, lat := proj.FromGrid(m.x, m.y)
		p := pValue(t.llr, chance)
		f.line("firm", b.sectors[k], c+1, names[c].whole, m.organisations, r.Points, t.own, t.all, t.expected, t.llr, p, jaccard[c],
			r.Persistence, r.Stability, r.Distance, lon, lat, shapes[c].km2, shapes[c].text, names[c].districts, highestP(p, shuffles), moreThanChance(p, shuffles))
	}
	for i, p := range b.placed[k] {
		if c := found.cluster[p.at]; c >= 0 {
			f.line("member", b.sectors[k], c+1, b.ids[p.org], p.site, b.lon[p.at], b.lat[p.at], p.first, found.probability(p.at), i)
		}
	}
	return nil
}

// sized settles the least size of a cluster of a sector.
func (s Settings) sized(n int) Settings {
	if s.MinSize == 0 {
		s.MinSize = min(20, max(10, (n+50)/100))
	}
	return s
}

// least is the log likelihood ratio from which a cluster is significant, or nothing.
func least(chance []float64) any {
	for _, v := range chance {
		if moreThanChance(pValue(v, chance), len(chance)) {
			return v
		}
	}
	if len(chance) > 0 {
		return chance[len(chance)-1]
	}
	return ""
}

// probability is how far into its cluster a position stays.
func (f *found) probability(at int32) float64 {
	i, ok := slices.BinarySearch(f.at, int(at))
	if !ok {
		return 0
	}
	return f.result.Probability[i]
}

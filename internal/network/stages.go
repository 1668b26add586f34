package network

import (
	"bufio"
	"context"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"milieu/internal/graph"
	"milieu/internal/lake"
)

//go:embed stage/*.sql
var stageFS embed.FS

// orgInputs are the tables that fill the organisations of a book.
var orgInputs = []string{"network_org", "network_theme", "sector", "meeting", "attendance"}

// Stages make the tables of the network: network_org (who it knows), network_theme (what they work on, offer and need), network_tie (spells
// of ties), network_node (measures and the place in the drawing of whoever has a tie), network_community and network_scan (groups and how sure they are), and
// the index network.idx.
func Stages() []lake.Stage {
	stages, err := lake.ParseStages(stageFS, "stage")
	if err != nil {
		panic(err) // the text is part of the program; a test parses it
	}
	return append(stages, tieStage(), nodeStage(), communityStage(), scanStage(), indexStage())
}

func tieStage() lake.Stage {
	return lake.Stage{Name: "network_tie", Inputs: append([]string{"network_record"}, orgInputs...), Grain: "one row a spell of one kind of tie between two organisations",
		Version: "1", Run: func(ctx context.Context, w lake.Work) error {
			b := &Book{}
			if err := b.loadNodes(ctx, spool(w.DB, w.Dir)); err != nil {
				return err
			}
			if err := b.loadRecords(ctx, spool(w.DB, w.Dir)); err != nil {
				return err
			}
			b.sortLinks()
			return writeTable(ctx, w, "from_id VARCHAR, to_id VARCHAR, kind VARCHAR, first_year INTEGER, last_year INTEGER, records BIGINT, weight DOUBLE", func(out *bufio.Writer) {
				for _, l := range b.links {
					fmt.Fprintf(out, "%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%d\x1f%s\n", b.nodes[l.A].ID, b.nodes[l.B].ID, b.kinds[l.Kind].Key, yearText(l.First), yearText(l.Last), l.Records, number(l.Weight))
				}
			})
		}}
}

func yearText(y int16) string {
	if y == 0 || y == Forever {
		return ""
	}
	return strconv.Itoa(int(y))
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// writeTable makes the stage's table of lines of text.
func writeTable(ctx context.Context, w lake.Work, columns string, write func(out *bufio.Writer)) error {
	text := filepath.Join(w.Dir, "rows.txt")
	f, err := os.Create(text)
	if err != nil {
		return err
	}
	defer f.Close()
	out := bufio.NewWriterSize(f, 1<<20)
	write(out)
	if err := out.Flush(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := w.DB.Copy(ctx, readRows(text, columns), filepath.Join(w.Dir, lake.TableFile)); err != nil {
		return err
	}
	return os.Remove(text)
}

// load fills a book from the tables that the build has made.
func load(ctx context.Context, w lake.Work) (*Book, error) {
	b := &Book{}
	return b, b.fill(ctx, spool(w.DB, w.Dir))
}

// place fills in where nodes are drawn.
func (b *Book) place(o graph.LayoutOptions) {
	v := b.View(Filter{})
	for i, p := range graph.Layout(v.Graph, o) {
		n := v.Node(i)
		n.Whole.Tied, n.Whole.X, n.Whole.Y = true, p.X, p.Y
	}
}

func nodeStage() lake.Stage {
	return lake.Stage{Name: "network_node", Inputs: append([]string{"network_tie"}, orgInputs...), Grain: "one row an organisation with a tie", Key: []string{"org_id"},
		Version: "2", Run: func(ctx context.Context, w lake.Work) error {
			b, err := load(ctx, w)
			if err != nil {
				return err
			}
			v := b.View(Filter{})
			quick := v.Quick()
			slow, err := v.Slow(ctx)
			if err != nil {
				return err
			}
			b.place(graph.LayoutOptions{Seed: layoutSeed})
			return writeTable(ctx, w, nodeColumns, func(out *bufio.Writer) {
				for i := range v.Nodes {
					n := v.Node(i)
					fmt.Fprintf(out, "%s\x1f%d\x1f%s\x1f%s\x1f%s\x1f%d\x1f%d\x1f%s\x1f%s\x1f%s\x1f%t\x1f%d\x1f%s\x1f%s\n", n.ID, quick.Degree[i], number(quick.Strength[i]),
						number(slow.Betweenness[i]), number(slow.Bound), quick.Component[i], quick.Core[i], number(quick.PageRank[i]), number(quick.Constraint[i]), number(quick.EffectiveSize[i]),
						quick.Articulation[i], slow.Community.Of[i], number(n.Whole.X), number(n.Whole.Y))
				}
			})
		}}
}

const nodeColumns = "org_id VARCHAR, degree BIGINT, strength DOUBLE, betweenness DOUBLE, betweenness_bound DOUBLE, component BIGINT, core BIGINT, pagerank DOUBLE, " +
	"constraint_burt DOUBLE, effective_size DOUBLE, articulation BOOLEAN, community BIGINT, x DOUBLE, y DOUBLE"

func communityStage() lake.Stage {
	return lake.Stage{Name: "network_community", Inputs: append([]string{"network_tie"}, orgInputs...), Grain: "one row a community of the whole network", Key: []string{"community"},
		Version: "1", Run: func(ctx context.Context, w lake.Work) error {
			b, err := load(ctx, w)
			if err != nil {
				return err
			}
			v := b.View(Filter{})
			list, err := v.Communities(ctx, true)
			if err != nil {
				return err
			}
			return writeTable(ctx, w, "community BIGINT, members BIGINT, inside BIGINT, outside BIGINT, stability DOUBLE, modularity DOUBLE", func(out *bufio.Writer) {
				for _, c := range list.Groups {
					fmt.Fprintf(out, "%d\x1f%d\x1f%d\x1f%d\x1f%s\x1f%s\n", c.Number, len(c.Members), c.Inside, c.Outside, number(c.Stability), number(list.Modularity))
				}
			})
		}}
}

func scanStage() lake.Stage {
	return lake.Stage{Name: "network_scan", Inputs: append([]string{"network_tie"}, orgInputs...), Grain: "one row a resolution at which communities were looked for",
		Version: "1", Run: func(ctx context.Context, w lake.Work) error {
			b, err := load(ctx, w)
			if err != nil {
				return err
			}
			s, err := b.View(Filter{}).Scan(ctx)
			if err != nil {
				return err
			}
			return writeTable(ctx, w, "resolution DOUBLE, groups BIGINT, modularity DOUBLE, agreement DOUBLE, variation DOUBLE, plateau BIGINT, best BOOLEAN", func(out *bufio.Writer) {
				for _, step := range s.Steps {
					fmt.Fprintf(out, "%s\x1f%d\x1f%s\x1f%s\x1f%s\x1f%d\x1f%t\n", number(step.Resolution), step.Groups, number(step.Modularity), number(step.AMI), number(step.VI), step.Plateau, step.Plateau == s.Best)
				}
			})
		}}
}

func indexStage() lake.Stage {
	return lake.Stage{Name: "network_index", File: IndexFile, Inputs: append([]string{"network_tie", "network_node"}, orgInputs...), Grain: "the network for the pages",
		Version: indexForm + "2", Run: func(ctx context.Context, w lake.Work) error {
			b, err := load(ctx, w)
			if err != nil {
				return err
			}
			if err := b.loadWhole(ctx, spool(w.DB, w.Dir)); err != nil {
				return err
			}
			f, err := os.Create(filepath.Join(w.Dir, IndexFile))
			if err != nil {
				return err
			}
			defer f.Close()
			if _, err := b.WriteTo(f); err != nil {
				return err
			}
			return f.Close()
		}}
}

// readRows selects the rows of a file of writeTable; columns are names and types.
func readRows(text, columns string) string {
	var names, typed []string
	for c := range strings.SplitSeq(columns, ", ") {
		name, kind, _ := strings.Cut(c, " ")
		names = append(names, name)
		typed = append(typed, lake.Literal(name)+": "+lake.Literal(kind))
	}
	return "select " + strings.Join(names, ", ") + " from read_csv(" + lake.Literal(text) + ", header = false, auto_detect = false, delim = '\x1f', quote = '', escape = '', nullstr = '', columns = {" + strings.Join(typed, ", ") + "})"
}

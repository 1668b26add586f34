package org

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"milieu/internal/lake"
	"milieu/internal/textindex"
)

// SearchFile and SitesFile are the names of the indexes in a release.
const (
	SearchFile = "search.idx"
	SitesFile  = "sites.idx"
)

// searchQuery gives the names in the order of the documents; what stands behind the first
// are further names, parted as the fields of a line are not.
const searchQuery = `select o.org_id, translate(o.name, chr(10) || chr(13) || chr(31) || chr(30), '    '), n.names
from organisation o
left join (select org_id, string_agg(translate(name, chr(10) || chr(13) || chr(31) || chr(30), '    '), chr(30) order by name, kind) as names from org_name group by org_id) n on n.org_id = o.org_id
order by o.doc`

func searchStage() lake.Stage {
	return lake.Stage{Name: "search", File: SearchFile, Inputs: []string{"organisation", "org_name"}, Grain: "one document an organisation, found by all of its names",
		Version: "3 " + searchQuery, Run: func(ctx context.Context, w lake.Work) error {
			spool := filepath.Join(w.Dir, "names.txt")
			if err := w.DB.Spool(ctx, searchQuery, spool); err != nil {
				return err
			}
			var b textindex.Builder
			if err := eachLine(ctx, spool, 3, func(f []string) error { return addNames(&b, f[0], f[1], f[2]) }); err != nil {
				return err
			}
			if err := os.Remove(spool); err != nil {
				return err
			}
			out, err := os.Create(filepath.Join(w.Dir, SearchFile))
			if err != nil {
				return err
			}
			defer out.Close()
			buf := bufio.NewWriterSize(out, 1<<20)
			if _, err := b.WriteTo(buf); err != nil {
				return err
			}
			if err := buf.Flush(); err != nil {
				return err
			}
			return out.Close()
		}}
}

func addNames(b *textindex.Builder, id, name, others string) error {
	if err := b.Add(id, name); err != nil || others == "" {
		return err
	}
	for _, other := range strings.Split(others, "\x1e") {
		b.Also(other)
	}
	return nil
}

// eachLine calls f with the fields of each line of a spooled query.
func eachLine(ctx context.Context, file string, fields int, f func([]string) error) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	sc := bufio.NewScanner(in)
	sc.Buffer(make([]byte, 1<<20), 16<<20)
	parts := make([]string, 0, fields)
	for n := 1; sc.Scan(); n++ {
		if n%65536 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		parts = parts[:0]
		rest := sc.Text()
		for {
			p, after, more := strings.Cut(rest, "\x1f")
			parts = append(parts, p)
			if !more {
				break
			}
			rest = after
		}
		if len(parts) != fields {
			return fmt.Errorf("line %d of %s has %d fields, want %d", n, filepath.Base(file), len(parts), fields)
		}
		if err := f(parts); err != nil {
			return fmt.Errorf("line %d of %s: %w", n, filepath.Base(file), err)
		}
	}
	return sc.Err()
}

package export

import (
	"archive/zip"
	"encoding/csv"
	"fmt"
	"io"

	"milieu/internal/sheet"
)

// writeZIP writes a ZIP of nodes.csv, ties.csv, columns.csv (what the columns mean) and about.csv (where it comes from).
// Its entries carry no time, so that the same network gives the same bytes. No cell is live in a spreadsheet.
func writeZIP(w io.Writer, n Network) error {
	z := zip.NewWriter(w)
	for _, f := range []struct {
		name string
		rows rowsOf
	}{{"nodes.csv", n.NodeRows}, {"ties.csv", n.TieRows}, {"columns.csv", n.columnRows}, {"about.csv", n.aboutRows}} {
		entry, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate})
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		c := csv.NewWriter(entry)
		if err := f.rows(func(row []string) error { return c.Write(sheet.SafeRow(row)) }); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		if c.Flush(); c.Error() != nil {
			return fmt.Errorf("%s: %w", f.name, c.Error())
		}
	}
	return z.Close()
}

// rowsOf hands rows, the header first, to a writer.
type rowsOf func(write func([]string) error) error

// NodeRows hands the table of nodes, the header first, to write.
func (n Network) NodeRows(write func(row []string) error) error {
	if err := write(append([]string{"id", "label", "x", "y"}, keys(n.Nodes.Columns)...)); err != nil {
		return err
	}
	for v := range n.Nodes.Rows {
		if len(v.Values) != len(n.Nodes.Columns) {
			return fmt.Errorf("node %q of a network has %d values for %d columns", v.ID, len(v.Values), len(n.Nodes.Columns))
		}
		row := []string{v.ID, v.Label, "", ""}
		if v.Placed {
			row[2], row[3] = Number(v.X), Number(v.Y)
		}
		if err := write(append(row, v.Values...)); err != nil {
			return err
		}
	}
	return nil
}

// TieRows hands the table of ties, the header first, to write.
func (n Network) TieRows(write func(row []string) error) error {
	if err := write(append([]string{"id", "source", "target", "weight", "start_year", "end_year"}, keys(n.Ties.Columns)...)); err != nil {
		return err
	}
	for t := range n.Ties.Rows {
		if len(t.Values) != len(n.Ties.Columns) {
			return fmt.Errorf("tie %q of a network has %d values for %d columns", t.ID, len(t.Values), len(n.Ties.Columns))
		}
		row := []string{t.ID, t.From, t.To, Number(t.Weight), year(t.Start), year(t.End)}
		if err := write(append(row, t.Values...)); err != nil {
			return err
		}
	}
	return nil
}

func (n Network) columnRows(write func([]string) error) error {
	if err := write([]string{"file", "column", "type", "meaning"}); err != nil {
		return err
	}
	for _, t := range []struct {
		file    string
		columns []Column
	}{{"nodes.csv", n.Nodes.Columns}, {"ties.csv", n.Ties.Columns}} {
		for _, c := range t.columns {
			if err := write([]string{t.file, c.Key, string(c.Type), c.About}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (n Network) aboutRows(write func([]string) error) error {
	for _, row := range append([]Fact{{"name", "value"}, {"title", n.Title}}, n.About...) {
		if err := write([]string{row.Name, row.Value}); err != nil {
			return err
		}
	}
	return nil
}

func keys(columns []Column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.Key
	}
	return out
}

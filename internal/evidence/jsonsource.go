package evidence

import (
	"context"
	"io"
	"strings"

	"milieu/internal/jsonrow"
	"milieu/internal/tabular"
)

// formatJSON is the format of sources whose records are objects of JSON documents.
const formatJSON = "json"

// IsJSON says that the columns' headers are paths into the records of JSON documents.
func (d Definition) IsJSON() bool { return d.Format == formatJSON }

// RecordsAt says in words where a JSON document holds its records.
func (d Definition) RecordsAt() string {
	places := []string{"a document that is a list"}
	for _, r := range d.Records {
		if r == "." {
			r = "each document itself, as in JSON Lines"
		}
		places = append(places, r)
	}
	return strings.Join(places, ", or ")
}

// checkJSON says what is wrong with the paths of a definition.
func (d Definition) checkJSON() error {
	if !d.IsJSON() {
		return nil
	}
	return d.json(tabular.Spec{Columns: d.Columns}).Check()
}

func (d Definition) json(table tabular.Spec) jsonrow.Spec {
	return jsonrow.Spec{Records: d.Records, Skip: d.Skip, Table: table}
}

// read makes clean text of a file, member or sheet.
func (d Definition) read(ctx context.Context, r io.Reader, w io.Writer, spec tabular.Spec, reject func(tabular.Reject)) (tabular.Stats, error) {
	if d.IsJSON() {
		return jsonrow.Read(ctx, r, w, d.json(spec), reject)
	}
	return tabular.Read(ctx, r, w, spec, reject)
}

// jsonAt is the record of a JSON file that begins at a line, with what columns take of it
// and nothing else: the rest of the record may name people whom no table may name.
func (d Definition) jsonAt(path, member string, line int) (string, error) {
	return inMember(path, member, func(r io.Reader) (string, error) {
		return jsonrow.Show(r, d.json(tabular.Spec{Columns: d.Columns}), line)
	})
}

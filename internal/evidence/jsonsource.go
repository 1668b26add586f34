package evidence

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"

	"milieu/internal/jsonrow"
	"milieu/internal/tabular"
)

// formatJSON is the format of sources whose records are objects of JSON documents.
const formatJSON = "json"

// formatYAML is the same for documents of YAML, each of which is one record.
const formatYAML = "yaml"

// IsJSON says that the columns' headers are paths into the records of JSON or YAML documents.
func (d Definition) IsJSON() bool { return d.Format == formatJSON || d.Format == formatYAML }

// mostYAML is how long a YAML document may be: they are metadata, not data.
const mostYAML = 1 << 20

// asJSON gives the document to the reader of JSON.
func (d Definition) asJSON(r io.Reader) (io.Reader, error) {
	if d.Format != formatYAML {
		return r, nil
	}
	text, err := io.ReadAll(io.LimitReader(r, mostYAML+1))
	if err != nil {
		return nil, err
	}
	if len(text) > mostYAML {
		return nil, fmt.Errorf("the document is longer than %d bytes; it is no metadata", mostYAML)
	}
	var v map[string]any
	if err := yaml.Unmarshal(text, &v); err != nil {
		return nil, fmt.Errorf("the document is no YAML: %w", err)
	}
	b, err := json.Marshal(textKeys(v))
	if err != nil {
		return nil, fmt.Errorf("the document has values that JSON has not: %w", err)
	}
	return bytes.NewReader(b), nil
}

// textKeys makes texts of keys that are numbers or the like.
func textKeys(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, each := range v {
			v[k] = textKeys(each)
		}
		return v
	case map[any]any:
		out := map[string]any{}
		for k, each := range v {
			out[fmt.Sprint(k)] = textKeys(each)
		}
		return out
	case []any:
		for i, each := range v {
			v[i] = textKeys(each)
		}
		return v
	}
	return v
}

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
		r, err := d.asJSON(r)
		if err != nil {
			return tabular.Stats{}, err
		}
		return jsonrow.Read(ctx, r, w, d.json(spec), reject)
	}
	return tabular.Read(ctx, r, w, spec, reject)
}

// jsonAt is the record of a JSON file that begins at a line, with what columns take of it
// and nothing else: the rest of the record may name people whom no table may name.
func (d Definition) jsonAt(path, member string, line int) (string, error) {
	return inMember(path, member, func(r io.Reader) (string, error) {
		r, err := d.asJSON(r)
		if err != nil {
			return "", err
		}
		return jsonrow.Show(r, d.json(tabular.Spec{Columns: d.Columns}), line)
	})
}

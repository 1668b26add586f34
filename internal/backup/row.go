package backup

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"milieu/internal/store"
)

// encodeRow writes a row as one line. Text that is not UTF-8 comes out mended; the audit
// log, where that would show, has none.
func encodeRow(w io.Writer, row []any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(row)
}

// eachRow reads rows back and gives them to f. Types are those of the columns.
func eachRow(r io.Reader, types []string, f func(row []any) error) error {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 64<<10), mostRow)
	n := 1
	for ; sc.Scan(); n++ {
		row, err := decodeRow(sc.Bytes(), types)
		if err == nil {
			err = f(row)
		}
		if err != nil {
			return fmt.Errorf("row %d: %w", n, err)
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("row %d: %w", n, err)
	}
	return nil
}

func decodeRow(line []byte, types []string) ([]any, error) {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	var row []any
	if err := dec.Decode(&row); err != nil {
		return nil, fmt.Errorf("it is no JSON array: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("something follows the array")
	}
	if len(row) != len(types) {
		return nil, fmt.Errorf("it has %d values; the table has %d columns", len(row), len(types))
	}
	for i, kind := range types {
		v, err := decodeValue(row[i], kind)
		if err != nil {
			return nil, fmt.Errorf("value %d: %w", i+1, err)
		}
		row[i] = v
	}
	return row, nil
}

func decodeValue(v any, kind string) (any, error) {
	switch v := v.(type) {
	case string:
		switch kind {
		case store.Text:
			return v, nil
		case store.Bytes:
			b, err := base64.StdEncoding.DecodeString(v)
			if b == nil {
				b = []byte{}
			}
			return b, err
		}
	case json.Number:
		if kind == store.Integer {
			return strconv.ParseInt(v.String(), 10, 64)
		}
	}
	return nil, fmt.Errorf("%T cannot stand in a column of type %s", v, kind)
}

package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Loader puts dumped rows into a store.
type Loader struct {
	ctx     context.Context
	q       Querier
	columns map[string][]Column // of the tables that the store has
	table   string
	names   []string
	args    []any
	rows    int
	bytes   int
}

// Load begins to put rows into a store, in the transaction q. Rows come as Dump gives
// them, a table after those that it refers to; they need not come from a store of the
// same kind, or of the newest schema.
func (d *DB) Load(ctx context.Context, q Querier) (*Loader, error) {
	columns, err := d.schema(ctx, q)
	if err != nil {
		return nil, err
	}
	return &Loader{ctx: ctx, q: q, columns: columns}, nil
}

// How much is put in by one statement.
const (
	loadRows  = 100
	loadBytes = 1 << 20
)

// Row adds a row. Names that the store's own schema does not have are refused, so
// that no text of a dump gets into a statement.
func (l *Loader) Row(table string, names []string, row []any) error {
	if l.table != table || !slices.Equal(l.names, names) {
		if err := l.flush(); err != nil {
			return err
		}
		if err := l.begin(table, names); err != nil {
			return err
		}
	}
	if len(row) != len(names) {
		return fmt.Errorf("table %s: a row has %d values; there are %d columns", table, len(row), len(names))
	}
	for i, v := range row {
		n, err := fits(v, l.typeOf(names[i]))
		if err != nil {
			return fmt.Errorf("table %s, column %s: %w", table, names[i], err)
		}
		l.bytes += n
	}
	l.args = append(l.args, row...)
	if l.rows++; l.rows == loadRows || l.bytes > loadBytes {
		return l.flush()
	}
	return nil
}

// Close puts in what is left.
func (l *Loader) Close() error { return l.flush() }

// begin checks the columns of the rows that follow.
func (l *Loader) begin(table string, names []string) error {
	have, ok := l.columns[table]
	if !ok {
		return fmt.Errorf("the store has no table %q", table)
	}
	l.table, l.names = table, slices.Clone(names)
	for i, n := range names {
		if l.typeOf(n) == "" || slices.Contains(names[:i], n) {
			return fmt.Errorf("table %s has no column %q, or it stands there twice", table, n)
		}
	}
	if len(names) != len(have) {
		return fmt.Errorf("table %s has %d columns; the rows have %d", table, len(have), len(names))
	}
	return nil
}

// typeOf is the type of a column of the present table, "" where there is none.
func (l *Loader) typeOf(column string) string {
	for _, c := range l.columns[l.table] {
		if c.Name == column {
			return c.Type
		}
	}
	return ""
}

// fits says how large a value is, or that it is not of the type.
func fits(v any, kind string) (size int, err error) {
	switch v := v.(type) {
	case string:
		if kind == Text {
			return len(v), nil
		}
	case int64:
		if kind == Integer {
			return 8, nil
		}
	case []byte:
		if kind == Bytes && v != nil {
			return len(v), nil
		}
	}
	return 0, fmt.Errorf("a value of type %T cannot stand in a column of type %s", v, kind)
}

// flush puts the rows in that are waiting.
func (l *Loader) flush() error {
	if l.rows == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("insert into " + l.table + " (" + strings.Join(l.names, ", ") + ") values ")
	for i := range l.args {
		switch {
		case i == 0:
			b.WriteString("(")
		case i%len(l.names) == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	b.WriteString(")")
	if _, err := l.q.ExecContext(l.ctx, b.String(), l.args...); err != nil {
		return fmt.Errorf("table %s: %w", l.table, err)
	}
	l.args, l.rows, l.bytes = nil, 0, 0
	return nil
}

const (
	sqliteSchema = `select t.name, c.name, lower(c.type) from sqlite_master t join pragma_table_info(t.name) c
where t.type = 'table' and t.name not like 'sqlite!_%' escape '!' and t.name <> 'migration' order by t.name, c.cid`
	pgSchema = `select table_name, column_name, data_type from information_schema.columns
where table_schema = current_schema() and table_name <> 'migration' order by table_name, ordinal_position`
)

// schema reads the tables that the database really has.
func (d *DB) schema(ctx context.Context, q Querier) (map[string][]Column, error) {
	text := sqliteSchema
	if d.dialect == PostgreSQL {
		text = pgSchema
	}
	rows, err := q.QueryContext(ctx, text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string][]Column{}
	for rows.Next() {
		var table string
		var c Column
		if err := rows.Scan(&table, &c.Name, &c.Type); err != nil {
			return nil, err
		}
		out[table] = append(out[table], c)
	}
	return out, rows.Err()
}

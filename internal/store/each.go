package store

import (
	"context"
	"fmt"
)

// Each runs a query and gives its rows one after the other. An error of row ends it.
func Each(ctx context.Context, q Querier, query string, args []any, row func(scan func(...any) error) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("asking the store: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return fmt.Errorf("reading the store: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading the store: %w", err)
	}
	return nil
}

package org

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"milieu/internal/lake"
)

const whoseQuery = `select org_id from identity where key = $1`

// Whose is the organisation of which a record is part, for records that were joined
// with others and so have no page of their own, and the one into which an organisation
// of an earlier release went. The error is ErrNotFound where the key is neither.
func Whose(ctx context.Context, q lake.Querier, key string) (string, error) {
	var id string
	err := q.QueryRowContext(ctx, whoseQuery, key).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) || err == nil && id == key {
		return "", ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("organisation of record %s: %w", key, err)
	}
	return id, nil
}

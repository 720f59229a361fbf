// Package sql is the shadow of Go's database/sql: its generic names.
package sql

import (
	"context"
	compiled "database/sql"
	"database/sql/driver"
	"errors"
	"io"
)

// convertAssign converts a database's value for *dest as Rows.Scan does. Only Rows
// can do that, so it gets a result of one row with that value.
func convertAssign(dest, value any) (err error) {
	db := compiled.OpenDB(result{value})
	defer db.Close()
	rows, err := db.Query("")
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		return rows.Err()
	}
	// Scan wraps the error with the column, which here is nobody's.
	if err := rows.Scan(dest); err != nil {
		return errors.Unwrap(err)
	}
	return nil
}

// result is a database, a connection to it, and the rows of any query.
type result struct{ value any }

func (r result) Connect(context.Context) (driver.Conn, error) { return r, nil }
func (r result) Driver() driver.Driver                        { return nil }

func (r result) Prepare(string) (driver.Stmt, error) { return nil, driver.ErrSkip }
func (r result) Begin() (driver.Tx, error)           { return nil, driver.ErrSkip }
func (r result) Close() error                        { return nil }

func (r result) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return &rows{value: r.value}, nil
}

type rows struct {
	value any
	read  bool
}

func (r *rows) Columns() []string { return []string{""} }
func (r *rows) Close() error      { return nil }

func (r *rows) Next(dest []driver.Value) error {
	if r.read {
		return io.EOF
	}
	r.read = true
	dest[0] = r.value
	return nil
}

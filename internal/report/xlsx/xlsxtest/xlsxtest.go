// Package xlsxtest opens workbooks in LibreOffice for tests: it tells what a reader of the file sees, all formulas reckoned anew.
package xlsxtest

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// patience is how long LibreOffice may take before a test gives up on it.
const patience = 5 * time.Minute

// Sheets are the cells of the sheets of a workbook by the names of these.
type Sheets map[string][][]string

// Cell is a cell by the name of its sheet, its row and its column, both from 1; empty where there is none.
func (s Sheets) Cell(sheet string, row, col int) string {
	if rows := s[sheet]; row >= 1 && row <= len(rows) && col >= 1 && col <= len(rows[row-1]) {
		return rows[row-1][col-1]
	}
	return ""
}

// recalculate has LibreOffice reckon all formulas when it opens a file, and not believe what stands beside them.
const recalculate = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
`

// Open opens workbooks in LibreOffice, in one go. Shown says that cells are as they are shown; else numbers have all their digits. The
// test is skipped where there is no LibreOffice.
func Open(t *testing.T, shown bool, workbooks ...[]byte) []Sheets {
	t.Helper()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice (soffice) is not installed: what it makes of the workbook is not looked at")
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "profile", "user", "registrymodifications.xcu"), []byte(recalculate))
	as := "false"
	if shown {
		as = "true"
	}
	// Comma, double quote, UTF-8, from row 1, no quotes round all texts, nothing detected, as shown or not, no formulas, all sheets.
	filter := "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false," + as + ",false,false,-1"
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--norestore", "--convert-to", filter, "--outdir", dir}
	for k, data := range workbooks {
		name := filepath.Join(dir, fmt.Sprintf("book%d.xlsx", k))
		write(t, name, data)
		args = append(args, name)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if out, err := exec.CommandContext(ctx, office, args...).CombinedOutput(); err != nil {
		t.Fatalf("LibreOffice cannot open the workbook: %v\n%s", err, out)
	}
	out := make([]Sheets, len(workbooks))
	for k := range workbooks {
		out[k] = read(t, dir, fmt.Sprintf("book%d-", k))
	}
	return out
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// read reads the files of the sheets of a workbook.
func read(t *testing.T, dir, prefix string) Sheets {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, prefix+"*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("LibreOffice made no sheets of the workbook (%v)", err)
	}
	sheets := Sheets{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(strings.NewReader(string(data)))
		r.FieldsPerRecord = -1
		r.LazyQuotes = true
		rows, err := readAll(r)
		if err != nil {
			t.Fatalf("%s: %v", filepath.Base(f), err)
		}
		sheets[strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), prefix), ".csv")] = rows
	}
	return sheets
}

// readAll reads all rows, empty ones too, which the reader would leave out.
func readAll(r *csv.Reader) ([][]string, error) {
	var rows [][]string
	for {
		row, err := r.Read()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return rows, nil
			}
			return nil, err
		}
		line, _ := r.FieldPos(0)
		for len(rows) < line-1-extra(rows) {
			rows = append(rows, nil)
		}
		rows = append(rows, row)
	}
}

// extra are the lines that cells of rows have beyond the first of each.
func extra(rows [][]string) int {
	n := 0
	for _, row := range rows {
		most := 0
		for _, cell := range row {
			most += strings.Count(cell, "\n")
		}
		n += most
	}
	return n
}

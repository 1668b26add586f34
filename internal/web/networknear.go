package web

import (
	"fmt"

	"milieu/internal/network"
	"milieu/internal/network/structure"
	"milieu/internal/report"
)

// CoverBetween holds drivers against cultivators.
type CoverBetween struct {
	Columns []CoverRow
	Rows    []NearRow
	Tied    int
	Of      int
	Cut     string
}

// NearRow is a driver with how near each cultivator is.
type NearRow struct {
	Name, Path string
	Cells      []NearCell
}

// NearCell is tied, joined by shared partners, or neither on record.
type NearCell struct {
	Tied   report.Figure
	Shared report.Figure
	Same   bool
}

const (
	driversNear     = 20
	cultivatorsNear = 12
)

// between holds drivers against cultivators.
func (p *CoveragePage) between(v *netView, ask netAsk, anchors []structure.Column) {
	var drivers, cultivators []structure.Column
	for _, a := range anchors {
		if v.Book.Node(int(a.Org)).Role == anchorRoles[0] {
			drivers = append(drivers, a)
		} else {
			cultivators = append(cultivators, a)
		}
	}
	p.Between.Of = len(drivers) * len(cultivators)
	rows, columns := min(len(drivers), driversNear), min(len(cultivators), cultivatorsNear)
	if rows < len(drivers) || columns < len(cultivators) {
		p.Between.Cut = fmt.Sprintf("The %d best tied of %d drivers and the %d best tied of %d cultivators are shown.", rows, len(drivers), columns, len(cultivators))
	}
	all := structure.Nearness(v.View, drivers[:rows], cultivators[:columns])
	for _, col := range cultivators[:columns] {
		n := v.Book.Node(int(col.Org))
		p.Between.Columns = append(p.Between.Columns, CoverRow{ID: n.ID, Name: n.Name, Path: orgPath(n.ID)})
	}
	for i, d := range drivers[:rows] {
		n := v.Book.Node(int(d.Org))
		row := NearRow{Name: n.Name, Path: orgPath(n.ID)}
		for j, col := range cultivators[:columns] {
			other := v.Book.Node(int(col.Org))
			cell := NearCell{Same: col.Org == d.Org}
			switch {
			case all.Steps[i][j] == 1:
				cell.Tied = report.Figure{Text: "tied", Ref: network.TiedRef(n.ID, other.ID)}
			case all.Shared[i][j] > 0:
				cell.Shared = report.CountFigure(int64(all.Shared[i][j]), structure.PathRef(n.ID, other.ID, ask.filter))
			}
			row.Cells = append(row.Cells, cell)
		}
		p.Between.Rows = append(p.Between.Rows, row)
	}
}

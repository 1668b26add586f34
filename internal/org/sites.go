package org

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"milieu/internal/geo/points"
	"milieu/internal/lake"
)

// Flags of a site in the map index.
const (
	FlagMass   uint16 = 1 << iota // an address of mass registration
	FlagApprox                    // placed by hand, not by postcode
	FlagOffice                    // a registered office, not a place of work
)

// sitesQuery reads what lies on the map; doc is the organisation's rank.
const sitesQuery = `select s.lon, s.lat, r.doc, r.main_role, coalesce(r.section, '') as section, s.mass_registration, coalesce(s.located_by, '') = 'hand' as approx,
  s.kind = 'registered-office' as office, coalesce(s.precision_m, 0) as precision_m, s.site_id
from site s join organisation r on r.org_id = s.org_id
where s.lon is not null`

func sitesStage() lake.Stage {
	return lake.Stage{Name: "sites", File: SitesFile, Inputs: []string{"site", "organisation"}, Grain: "one point a site",
		Version: "5 " + sitesQuery, Run: func(ctx context.Context, w lake.Work) error {
			s := spreader{add: new(points.Builder)}
			// Only those placed by hand are drawn around a shared point, so only
			// they need an order; the index sorts the rest itself.
			for _, part := range []string{" and s.located_by = 'hand' order by s.lon, s.lat, s.site_id", " and coalesce(s.located_by, '') <> 'hand'"} {
				spool := filepath.Join(w.Dir, "sites.txt")
				if err := w.DB.Spool(ctx, sitesQuery+part, spool); err != nil {
					return err
				}
				if err := eachLine(ctx, spool, 10, s.line); err != nil {
					return err
				}
				if err := s.flush(); err != nil {
					return err
				}
				if err := os.Remove(spool); err != nil {
					return err
				}
			}
			out, err := os.Create(filepath.Join(w.Dir, SitesFile))
			if err != nil {
				return err
			}
			defer out.Close()
			buf := bufio.NewWriterSize(out, 1<<20)
			if _, err := s.add.WriteTo(buf); err != nil {
				return err
			}
			if err := buf.Flush(); err != nil {
				return err
			}
			return out.Close()
		}}
}

// spreader gathers sites that share a hand-given point and draws them around it,
// well within the distance by which the point may be off, so that the map shows
// them all. Sites placed by postcode keep their point.
type spreader struct {
	add   *points.Builder
	group []points.Point
	wideM []float64 // by how much each of the group may be off
}

func (s *spreader) line(f []string) error {
	lon, err1 := strconv.ParseFloat(f[0], 64)
	lat, err2 := strconv.ParseFloat(f[1], 64)
	doc, err3 := strconv.ParseUint(f[2], 10, 32)
	precision, err4 := strconv.ParseFloat(f[8], 64)
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
		return fmt.Errorf("site %s cannot be read", f[9])
	}
	p := points.Point{Lon: lon, Lat: lat, Doc: uint32(doc), Class: RoleClass(f[3])}
	if f[4] != "" {
		p.Group = f[4][0] - 'A' + 1
	}
	for i, flag := range []uint16{FlagMass, FlagApprox, FlagOffice} {
		if f[5+i] == "true" {
			p.Flags |= flag
		}
	}
	if p.Flags&FlagApprox == 0 {
		return s.add.Add(p)
	}
	if len(s.group) > 0 && (s.group[0].Lon != lon || s.group[0].Lat != lat) {
		if err := s.flush(); err != nil {
			return err
		}
	}
	s.group = append(s.group, p)
	s.wideM = append(s.wideM, precision)
	return nil
}

// flush places the gathered sites on a sunflower: the k-th of n at the distance
// r·sqrt(k/n) and k times the golden angle (Vogel 1979), which spreads any
// number evenly.
func (s *spreader) flush() error {
	const golden = 2.399963229728653
	n := len(s.group)
	for k, p := range s.group {
		if n > 1 {
			r := 0.8 * s.wideM[k] * math.Sqrt(float64(k)/float64(n))
			sin, cos := math.Sincos(float64(k) * golden)
			p.Lat += r * sin / 111_320
			p.Lon += r * cos / (111_320 * math.Cos(p.Lat*math.Pi/180))
		}
		if err := s.add.Add(p); err != nil {
			return err
		}
	}
	s.group, s.wideM = s.group[:0], s.wideM[:0]
	return nil
}

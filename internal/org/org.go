// Package org owns organisations and their sites: which records are one
// organisation (by the identifiers and decisions that say so and by the evidence of
// their names and addresses), where its sites are, what it
// does, how many it employs and to whom it is tied. It brings the stages that
// make those tables, the search and map indexes over them, and the queries that
// read them. It does not render pages and opens no database.
package org

import (
	"embed"
	"fmt"
	"strings"

	"milieu/internal/lake"
)

//go:embed stage/*.sql
var stageFS embed.FS

// Settings are the workspace's choices that the stages need.
type Settings struct {
	SameAddress  int // companies at one address that make it one of mass registration
	SamePostcode int // the same for postcodes where addresses have no lines
	Linkage      Linkage
}

// Stages make the tables organisation, record, identifier, activity, headcount, site,
// site_area, tie, facility, project, participation, meeting, attendance, need, public_award, org_name, org_group and unresolved, the
// tables that say how records were linked (link_pair, link_record, link_cluster, link_block,
// link_quality, identity and identity_event), the indexes search.idx and
// sites.idx and the row files. They apply the decisions on which records are one
// organisation and on its sites, and say which could not be applied.
func Stages(s Settings) ([]lake.Stage, error) {
	linkage, err := s.Linkage.filled()
	if err != nil {
		return nil, err
	}
	stages, err := lake.ParseStages(stageFS, "stage")
	if err != nil {
		return nil, err
	}
	r := strings.NewReplacer("{{same_address}}", fmt.Sprint(s.SameAddress), "{{same_postcode}}", fmt.Sprint(s.SamePostcode), "{{large}}", fmt.Sprint(large))
	for i := range stages {
		stages[i].SQL = r.Replace(stages[i].SQL)
	}
	stages = append(append(stages, linkStages(linkage)...), faultStage(), searchStage(), sitesStage())
	return append(stages, rowStages()...), nil
}

// Role is a part that organisations play. The order is that of legends, and the
// position is the class number in map tiles.
type Role struct {
	Key, Label, Meaning string
}

// Roles in the order of legends.
var Roles = []Role{
	{"firm", "Firms", "businesses"},
	{"driver", "Drivers", "create knowledge: universities, research centres, firms that research"},
	{"cultivator", "Cultivators", "support growth: incubators, hubs, cluster bodies"},
	{"funder", "Funders", "pay for innovation and growth"},
	{"agency", "Agencies", "public bodies that plan, promote or build"},
	{"intermediary", "Intermediaries", "connect others: networks, chambers, consultancies"},
	{"education", "Education", "train people: colleges and training centres"},
	{"amenity", "Amenities", "serve people who work or live here"},
}

// RoleOther is the role of what only lists name, where they do not say what it is.
const RoleOther = "other"

// RoleClass is the class number of a role in map tiles; others share the last.
func RoleClass(key string) uint8 {
	for i, r := range Roles {
		if r.Key == key {
			return uint8(i)
		}
	}
	return uint8(len(Roles))
}

// RoleLabel is how a role is called.
func RoleLabel(key string) string {
	for _, r := range Roles {
		if r.Key == key {
			return r.Label
		}
	}
	if key == RoleOther {
		return "Others"
	}
	return key
}

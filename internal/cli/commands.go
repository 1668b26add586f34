package cli

import (
	"encoding/json"
	"fmt"

	"milieu/internal/evidence"
)

// commands is the command table, in the order of the help.
func commands() []command {
	return []command{
		{"demo", "", "the bundled district: build and serve, nothing else needed", `
Writes the Sheffield-Rotherham Advanced Manufacturing Innovation District, made from public facts, into a
folder, builds it and serves it on this machine. No network is needed. What you change in that folder is kept.`, demoCommand},
		{"init", "DIR", "a new workspace from a template", `
Makes a folder with a milieu.toml and small example tables to replace. Files that are there already are
kept as they are.`, initCommand},
		{"build", "[DIR]", "sources and decisions become a release", `
Reads the sources that milieu.toml names, checks every row, and makes a release: a folder of
Parquet tables with a manifest. What has not changed is not made again. Rows that could not be
taken are counted here and listed by: milieu check. When something fails, the last good release stays
in use.`, buildCommand},
		{"check", "[DIR]", "sources, licences, freshness, rejects; exit 1 when something is wrong", `
Looks the current release over: every rejected row and emptied cell with file, line and reason, sources
without a licence or a date of retrieval, records that name an organisation or an intervention which no
source lists, where the register of interventions contradicts itself (such as a circle of what waits for
what), and files that have changed since the release was made.`, checkCommand},
		{"serve", "[DIR]", "the web application", `
Serves the newest release. When a build makes a newer one it is taken up without a restart and without a
failed request. Everybody reads the pages (unless [access] in milieu.toml closes them); people who sign in
decide, import and build as their role allows. On the own machine it prints a link by which whoever sits there
comes in as owner, once, without a password. What people make is kept in .milieu/workspace.db, or in the
PostgreSQL database that MILIEU_DATABASE_URL names. Served to other machines it should speak HTTPS: by
--tls-cert and --tls-key, or behind a proxy that [server] proxies names.`, serveCommand},
		{"user", "list|add|role|password|remove [EMAIL] [ROLE]", "the people of a workspace", `
Lists people, adds one, changes a role, sets a password, removes somebody. Without --password, add makes a link
to be sent, by which the person joins within seven days. Examples:

  milieu user add ana@example.org --role owner
  milieu user add ben@example.org --role editor --password
  milieu user role ben@example.org manager
  milieu user list

Roles: reader reads everything, sees who decided what and weighs criteria under their own name; analyst also
takes tables away, makes tokens and keeps scenarios; editor also decides, imports, builds and runs workshops;
manager also invites people and reads the audit log; owner also names owners.`, userCommand},
		{"audit", "[list|verify [FILE]|export]", "who did what, and whether the log is whole", `
Lists the newest events, verifies the hash chain of the log (exit 1 when it is broken), or writes the whole log
as JSON Lines to standard output. With a FILE, verify checks such an export alone; the head that it prints can
be noted elsewhere and held against a later log.`, auditCommand},
		{"backup", "FILE", "people, decisions and files of a workspace in one file", backupHelp, backupCommand},
		{"restore", "FILE", "a workspace from such a file", restoreHelp, restoreCommand},
		{"why", "REF", "the chain from a figure or a fact back to file and line", `
Explains a figure: how it was reckoned, from which cells, from which lines of which files, with date of
retrieval and licence. Every figure in the pages and in the case names its reference. Examples:

  milieu why org/rolls-royce
  milieu why lq/south-yorkshire/25/2021?against=great-britain
  milieu why growth/factory-2050
  milieu why 'plan/cost?lens=growth&budget=100000000&regions=district&stages=proposed,in-delivery'
  milieu why organisations:tables/organisations.csv:12

Kinds: org, employees, tie, facility, indicator, count, lq, jobs, degree, betweenness, intervention, growth,
demand, plan, cluster, potential, shift, similar, complexity, or a record as SOURCE:FILE:LINE.`, whyCommand},
		{"figures", "[WORD...]", "series of official figures, with vintages and outliers", figuresHelp, figuresCommand},
		{"sectors", "[SECTOR] [DIR]", "sectors: how they are defined, who is in and why", sectorsHelp, sectorsCommand},
		{"clusters", "[SECTOR] [DIR]", "where the firms of a sector cluster, whatever the boundaries", clustersHelp, clustersCommand},
		{"profile", "AREA [DIR]", "what any area holds, official or drawn, against the rest", profileHelp, profileCommand},
		{"growth", "AREA [DIR]", "what a place could grow into, what shrinks in it, which places are like it", growthHelp, growthCommand},
		{"link", "LEFT [RIGHT]", "rows of two tables, or of one, that are the same thing", linkHelp, linkCommand},
		{"atlas", "VALUE [DIR]", "a value over a set of areas, and whether like areas lie together", atlasHelp, atlasCommand},
		{"concentration", "SECTOR [DIR]", "a sector in an area against chance, by distance", concentrationHelp, concentrationCommand},
		{"network", "[DIR]", "who is tied to whom, who brokers, how two are joined, what if one leaves", networkHelp, networkCommand},
		{"export", "network [DIR]", "the network as GraphML, GEXF or CSV for other programs", exportHelp, exportCommand},
		{"introductions", "[DIR]", "who is not tied and should be, with what speaks for and against", introductionsHelp, introductionsCommand},
		{"champions", "[DIR]", "organisations that together reach most of the network, to be asked", championsHelp, championsCommand},
		{"consortium", "CALL [DIR]", "sets of organisations for a call, with the fewest new ties to make", consortiumHelp, consortiumCommand},
		{"survey", "VERB [ID]", "surveys of firms: instrument, frame, draw, links, progress, results", surveyHelp(), surveyCommand},
		{"workshop", "list|show|export [ID]", "how stakeholders weigh criteria, and what ranks their weights allow", workshopHelp, workshopCommand},
		{"parameters", "[DIR]", "what appraisals take for given, with references and days of review", parametersHelp, parametersCommand},
		{"plan", "[DIR]", "the interventions that are worth most under budgets and shares, and why the others are out", planHelp, planCommand},
		{"sequence", "[DIR]", "what the plan chooses put in time, with what waits for what", sequenceHelp, sequenceCommand},
		{"scenarios", "list|show|compare [ID] [ID]", "settings of plans and appraisals that people kept, side by side", scenariosHelp, scenariosCommand},
		{"delivery", "[DIR]", "how interventions stand against what was planned", deliveryHelp, deliveryCommand},
		{"subsidies", "[DIR]", "public awards against the limit of minimal assistance and the duty to publish", subsidiesHelp, subsidiesCommand},
		{"appraise", "[ID] [DIR]", "what interventions cost and bring, net beside gross, with ranges", appraiseHelp, appraiseCommand},
		{"case", "[VERB] [DIR]", "the case for investment: print, check, export, compare; every figure opens its source", caseHelp, caseCommand},
		{"calc", "METHOD [FILE]", "any method on a plain CSV", calcHelp, calcCommand},
		{"sources", "[TYPE]", "the types of source that a workspace can name", `
Lists the source types, or describes one: its columns, options, publisher and licence.`, sourcesCommand},
		{"version", "", "the program's version", `
Prints the version of the program and of the engine.`, versionCommand},
	}
}

func (p *Program) json(v any) error {
	enc := json.NewEncoder(p.Stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// built is the result of a build for programs.
type built struct {
	Release   string                    `json:"release"`
	Previous  string                    `json:"previous,omitempty"`
	Unchanged bool                      `json:"unchanged"`
	Made      int                       `json:"stages_made"`
	Skipped   int                       `json:"stages_skipped"`
	Seconds   float64                   `json:"seconds"`
	Sources   []evidence.ManifestSource `json:"sources"`
	Tables    []evidence.Table          `json:"tables"`
	Changes   []evidence.TableChange    `json:"changes,omitempty"`
}

func buildResult(r *evidence.Result, before evidence.Release) built {
	b := built{r.Release.ID, r.Previous, r.Unchanged, r.Made, r.Skipped, r.Took.Seconds(), r.Release.Manifest.Sources, r.Release.Manifest.Tables, nil}
	if before.ID != "" {
		b.Changes, _ = evidence.Changes(before.Manifest, r.Release.Manifest)
	}
	return b
}

func (p *Program) printBuild(r *evidence.Result, before evidence.Release) {
	m := r.Release.Manifest
	fmt.Fprintf(p.Stdout, "\n%-18s %12s %12s %10s %8s\n", "source", "read", "accepted", "rejected", "cells")
	wrong := 0
	for _, s := range m.Sources {
		fmt.Fprintf(p.Stdout, "%-18s %12s %12s %10s %8s\n", s.ID, thousands(int64(s.Reading.Read)), thousands(int64(s.Reading.Accepted)),
			thousands(int64(s.Reading.Rejected)), thousands(int64(s.Reading.Cells)))
		wrong += s.Reading.Rejected + s.Reading.Cells
	}
	if wrong > 0 {
		fmt.Fprintln(p.Stdout, "Rejected rows and emptied cells are listed with line and reason by: milieu check")
	}
	if r.Unchanged {
		fmt.Fprintf(p.Stdout, "\nRelease %s, the same as before (%.1f s)\n", r.Release.ID, r.Took.Seconds())
		return
	}
	fmt.Fprintf(p.Stdout, "\nRelease %s (%.1f s, %d stages made, %d unchanged)\n", r.Release.ID, r.Took.Seconds(), r.Made, r.Skipped)
	if before.ID == "" {
		return
	}
	tables, sources := evidence.Changes(before.Manifest, m)
	fmt.Fprintf(p.Stdout, "What differs from release %s:\n", before.ID)
	for _, s := range sources {
		fmt.Fprintf(p.Stdout, "  source %s\n", s)
	}
	for _, t := range tables {
		fmt.Fprintf(p.Stdout, "  table %-16s %12s -> %s rows\n", t.Name, thousands(t.Before), thousands(t.After))
	}
}

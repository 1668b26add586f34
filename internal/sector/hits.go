package sector

import (
	"fmt"
	"regexp"
	"strings"

	"milieu/internal/lake"
)

// folded is how SQL folds text as Fold does, with a space at both ends.
func folded(column string) string {
	return "' ' || trim(regexp_replace(lower(strip_accents(" + column + ")), '[^a-z0-9]+', ' ', 'g')) || ' '"
}

// values is a list of rows, or one that no row follows where there are none.
func values(rows []string, columns string) string {
	if len(rows) > 0 {
		return "(values " + strings.Join(rows, ", ") + ") v(" + columns + ")"
	}
	var none []string
	for _, c := range strings.Split(columns, ", ") {
		none = append(none, "null as "+c)
	}
	return "(select " + strings.Join(none, ", ") + " where false) v(" + columns + ")"
}

// ruleRows are the rules of definitions as rows of SQL values, and for each place where words
// are looked for the expression that any of its words fits.
type ruleRows struct {
	rules, codes, words, orgs []string
	filter                    map[string][]string
}

func newRuleRows(list []Definition) ruleRows {
	out := ruleRows{filter: map[string][]string{}}
	for _, d := range list {
		for _, side := range []struct {
			name  string
			rules []Rule
		}{{"include", d.Include}, {"exclude", d.Exclude}} {
			for i, r := range side.rules {
				head := fmt.Sprintf("(%s, %s, %d", lake.Literal(d.ID), lake.Literal(side.name), i+1)
				out.rules = append(out.rules, fmt.Sprintf("%s, %v, %v)", head, len(r.Codes) > 0, len(r.Words) > 0))
				for _, c := range r.Codes {
					out.codes = append(out.codes, fmt.Sprintf("%s, %s, %v)", head, lake.Literal(c), d.AnyCode))
				}
				for _, w := range r.Words {
					for _, in := range r.In {
						out.words = append(out.words, fmt.Sprintf("%s, %s, %s, %s)", head, lake.Literal(w), lake.Literal(needle(w)), lake.Literal(in)))
						out.filter[in] = append(out.filter[in], regexp.QuoteMeta(needle(w)))
					}
				}
				for _, o := range r.Organisations {
					out.orgs = append(out.orgs, head+", "+lake.Literal(o)+")")
				}
			}
		}
	}
	return out
}

// hitsSQL finds for each definition the rules that organisations meet: sector, side (include
// or exclude), rule (from 1), org_id, kind, matched (the code or the word that fits and where)
// and the row that shows it. It reads organisation, activity and the table keys, which has the record keys
// of organisations made of several.
func hitsSQL(list []Definition, keys string) string {
	made := newRuleRows(list)
	// One pass of a joint expression leaves few rows to be compared word by word.
	any := func(in string) string {
		if len(made.filter[in]) == 0 {
			return "false"
		}
		return "regexp_matches(%s, " + lake.Literal(strings.Join(made.filter[in], "|")) + ")"
	}
	text := func(column, in string) string { return strings.Replace(any(in), "%s", folded(column), 1) }
	return `with rules as (select sector, side, rule, codes, words from ` + values(made.rules, "sector, side, rule, codes, words") + `),
code_rule as (select sector, side, rule, prefix, any_code from ` + values(made.codes, "sector, side, rule, prefix, any_code") + `),
word_rule as (select sector, side, rule, word, needle, field from ` + values(made.words, "sector, side, rule, word, needle, field") + `),
org_rule as (select sector, side, rule, named from ` + values(made.orgs, "sector, side, rule, named") + `),
known as (select distinct code from activity where scheme = 'SIC2007' and code is not null),
code_fit as (select r.sector, r.side, r.rule, r.any_code, k.code from known k join code_rule r on starts_with(k.code, r.prefix)),
code_hit as (
  select f.sector, f.side, f.rule, a.org_id, 'code' as kind, a.code as matched, a.source, a.file, a.line
  from activity a
  join code_fit f on f.code = a.code
  where a.scheme = 'SIC2007' and (f.any_code or a.position = 1)
  qualify row_number() over (partition by f.sector, f.side, f.rule, a.org_id order by a.position, a.code, a.source, a.file, a.line) = 1
),
label as (select distinct label from activity where label is not null and ` + text("label", "activity") + `),
label_fit as (select r.sector, r.side, r.rule, r.word, l.label from label l join word_rule r on r.field = 'activity' and contains(` + folded("l.label") + `, r.needle)),
word_found as (
  select f.sector, f.side, f.rule, a.org_id, f.word || ' in its activity' as matched, 1 as place, a.source, a.file, a.line
  from activity a join label_fit f on f.label = a.label
  union all
  select r.sector, r.side, r.rule, o.org_id, r.word || ' in its name', 2, o.source, o.file, o.line
  from (select org_id, name, source, file, line from organisation where name is not null and ` + text("name", "name") + `) o
  join word_rule r on r.field = 'name' and contains(` + folded("o.name") + `, r.needle)
  union all
  select r.sector, r.side, r.rule, o.org_id, r.word || ' in its note', 3, o.source, o.file, o.line
  from (select org_id, note, source, file, line from organisation where note is not null and ` + text("note", "note") + `) o
  join word_rule r on r.field = 'note' and contains(` + folded("o.note") + `, r.needle)
),
word_hit as (
  select sector, side, rule, org_id, 'words' as kind, matched, source, file, line from word_found
  qualify row_number() over (partition by sector, side, rule, org_id order by place, matched, source, file, line) = 1
),
org_key as (select sector, side, rule, named, unnest([named, 'GB-COH-' || named]) as key from org_rule),
org_found as (select k.sector, k.side, k.rule, k.named, coalesce(a.org_id, k.key) as org_id from org_key k left join ` + keys + ` a on a.key = k.key),
org_hit as (
  select f.sector, f.side, f.rule, o.org_id, 'organisation' as kind, f.named as matched, o.source, o.file, o.line
  from org_found f
  join organisation o on o.org_id = f.org_id
  qualify row_number() over (partition by f.sector, f.side, f.rule, o.org_id order by f.named) = 1
)
select sector::varchar as sector, side::varchar as side, rule::integer as rule, org_id, kind, matched, source, file, line from org_hit
union all
select h.sector, h.side, h.rule, h.org_id, h.kind, h.matched, h.source, h.file, h.line
from code_hit h join rules r on r.sector = h.sector and r.side = h.side and r.rule = h.rule and not r.words
union all
select h.sector, h.side, h.rule, h.org_id, h.kind, h.matched, h.source, h.file, h.line
from word_hit h join rules r on r.sector = h.sector and r.side = h.side and r.rule = h.rule and not r.codes
union all
select c.sector, c.side, c.rule, c.org_id, 'code and words', c.matched || ', ' || w.matched, w.source, w.file, w.line
from code_hit c join word_hit w on w.sector = c.sector and w.side = c.side and w.rule = c.rule and w.org_id = c.org_id
join rules r on r.sector = c.sector and r.side = c.side and r.rule = c.rule and r.codes and r.words`
}

// needle is a phrase as it stands in folded text: whole words, or any ending after a *.
func needle(word string) string {
	if stem, ok := strings.CutSuffix(word, "*"); ok {
		return " " + stem
	}
	return " " + word + " "
}

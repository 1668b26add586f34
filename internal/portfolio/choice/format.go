package choice

// elements reads a list of objects into a slice.
func elements[T any](d *decoder, to *[]T, read func(to *T, n node, path string)) field {
	return func(n node, path string) {
		*to = []T{}
		d.list(n, path, func(n node, path string) {
			var v T
			read(&v, n, path)
			*to = append(*to, v)
		})
	}
}

func (d *decoder) problem(n node) Problem {
	var p Problem
	d.object(n, "", map[string]field{
		"$schema": d.text(new(string)), "title": d.text(&p.Title), "unit": d.text(&p.Unit),
		"options": elements(d, &p.Options, d.option), "budget": d.money(&p.Budget), "budgets": elements(d, &p.Budgets, d.budget),
		"shares": elements(d, &p.Shares, d.share), "groups": elements(d, &p.Groups, d.group), "synergies": elements(d, &p.Synergies, d.synergy),
		"rules": elements(d, &p.Rules, d.rule), "take": d.texts(&p.Take), "leave": d.texts(&p.Leave), "draws": elements(d, &p.Draws, d.draw),
	}, "options")
	return p
}

func (d *decoder) option(o *Option, n node, path string) {
	d.object(n, path, map[string]field{
		"id": d.text(&o.ID), "name": d.text(&o.Name), "value": d.value(&o.Value), "value_low": d.limit(&o.ValueLow), "value_high": d.limit(&o.ValueHigh),
		"cost": d.money(&o.Cost), "costs": elements(d, &o.Costs, d.cost), "cost_low": d.money(&o.CostLow), "cost_high": d.money(&o.CostHigh),
		"drawn_with": d.text(&o.DrawnWith), "tags": d.tags(&o.Tags), "needs": d.texts(&o.Needs), "needs_any": d.texts(&o.NeedsAny), "excludes": d.texts(&o.Excludes),
	}, "id", "value")
}

// tags are a list, each with the whole of the option, or an object of shares.
func (d *decoder) tags(to *map[string]float64) field {
	return func(n node, path string) {
		if n.kind == object {
			d.numbers(to)(n, path)
			return
		}
		var names []string
		if n.kind != list {
			d.lines[path] = n.line
			d.say(n, path, "%s stands where a list of tags, or an object of tags with shares, is wanted", n.says())
			return
		}
		d.texts(&names)(n, path)
		*to = map[string]float64{}
		for _, name := range names {
			(*to)[name] = 1
		}
	}
}

func (d *decoder) cost(c *Cost, n node, path string) {
	d.object(n, path, map[string]field{"year": d.year(&c.Year), "funder": d.text(&c.Funder), "amount": d.amount(&c.Amount)}, "amount")
}

func (d *decoder) budget(b *Budget, n node, path string) {
	d.object(n, path, map[string]field{"name": d.text(&b.Name), "amount": d.money(&b.Amount), "least": d.money(&b.Least), "year": d.year(&b.Year),
		"from": d.year(&b.From), "to": d.year(&b.To), "funder": d.text(&b.Funder), "tag": d.text(&b.Tag)})
}

func (d *decoder) share(s *Share, n node, path string) {
	d.object(n, path, map[string]field{"name": d.text(&s.Name), "tag": d.text(&s.Tag), "of": d.text(&s.Of), "least": d.limit(&s.Least), "most": d.limit(&s.Most),
		"year": d.year(&s.Year), "funder": d.text(&s.Funder)}, "tag")
}

func (d *decoder) group(g *Group, n node, path string) {
	d.object(n, path, map[string]field{"name": d.text(&g.Name), "options": d.texts(&g.Options), "tag": d.text(&g.Tag), "least": d.count(&g.Least), "most": d.count(&g.Most)})
}

func (d *decoder) synergy(s *Synergy, n node, path string) {
	d.object(n, path, map[string]field{"name": d.text(&s.Name), "options": d.texts(&s.Options), "bonus": d.value(&s.Bonus)}, "options", "bonus")
}

func (d *decoder) rule(r *Rule, n node, path string) {
	d.object(n, path, map[string]field{"name": d.text(&r.Name), "terms": d.numbers(&r.Terms), "least": d.limit(&r.Least), "most": d.limit(&r.Most)}, "terms")
}

func (d *decoder) draw(w *Draw, n node, path string) {
	d.object(n, path, map[string]field{"values": d.numbers(&w.Values), "costs": d.amounts(&w.Costs), "bonus": d.numbers(&w.Bonus)})
}

func (d *decoder) amounts(to *map[string]Pence) field {
	return func(n node, path string) {
		if !d.is(n, path, object, "") {
			return
		}
		*to = map[string]Pence{}
		for k, key := range n.keys {
			if v, ok := d.pence(n.values[k], join(path, key)); ok {
				(*to)[key] = v
			}
		}
	}
}

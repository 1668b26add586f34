package draft

import "milieu/internal/bizcase"

// summary says what is asked for, why, and what is not known.
func (w *writer) summary() {
	w.sentences("This is the first draft of a case for "+w.o.Place+". It holds what is on record today; what is not known stands as a gap, with who owes it.",
		"It was written by a program from the release named on each page, for people to change.")
	w.heading("What is asked for")
	missing := w.count("lacking any", "proposal that is not under way lacks a cost, a stated outcome or a study of its type. It can be neither recommended nor refused.", "proposals that are not under way lack a cost, a stated outcome or a study of their type. They can be neither recommended nor refused.")
	if missing != "" {
		missing = "**What is missing.** " + missing
	}
	asked := w.items("1. ",
		"**The plan.** {{plan count}} of {{plan options}} options that can be compared, whose public cost still to come is {{plan cost}} within a budget of {{plan budget}}.",
		missing)
	if !asked {
		w.gap("What is asked for. No plan can be made yet: no intervention on record has both a cost and evidence of what it is worth.", w.owes, "Enter interventions with a cost by year, what they should bring and the type of programme they are.")
	}
	w.heading("Why")
	w.items("- ",
		"{{special 1 name}} stands out: its share of jobs is {{special 1 lq}} times that of the country it is compared with.",
		w.ifPlanned("No other set of the {{plan options}} options is worth more under the same budget and rules, by {{plan worth}}."),
		w.brings())
	if w.full() {
		w.heading("What each reader should take away")
		w.put("{{table messages}}")
	}
}

// brings says what the chosen interventions are to bring, and of how many that is not known.
func (w *writer) brings() string {
	s := "Over its whole life the plan would bring {{appraised jobs-net}} net additional jobs if it works, and {{appraised jobs-expected}} when the chance that it does not is counted, beside {{appraised jobs-gross}} gross."
	if more := w.without(); more != "" {
		s += " " + more
	}
	return s
}

// without says how many of the chosen interventions state no jobs; empty where all do.
func (w *writer) without() string {
	return w.count("appraised without", "of the {{plan count}} states no jobs.", "of the {{plan count}} state no jobs.")
}

func (w *writer) strategic() {
	w.heading("Who is here")
	if !w.sentences(w.count("organisations", "organisation is on record.", "organisations are on record."), w.count("organisations firm", "of them is a firm.", "of them are firms."),
		w.count("organisations driver", "is an innovation driver, which creates knowledge.", "are innovation drivers, which create knowledge."),
		w.count("organisations cultivator", "is a cultivator, which helps others to grow.", "are cultivators, which help others to grow."), w.count("facilities", "facility is on record.", "facilities are on record."),
		w.count("ties", "tie between organisations is written down, with the page that shows it.", "ties between organisations are written down, each with the page that shows it.")) {
		w.gap("Who is here. No organisation is on record.", w.owes, "Add a table of organisations to the workspace and build it.")
	}
	w.specialisation()
	w.clusters()
	w.links()
	w.voices()
	w.heading("What the vision is, and what it is measured by")
	w.gap("The vision: what "+w.o.Place+" is to be, in words that partners share.", w.owes, "Write it with the partners, in a few sentences, under Vision.")
	w.put("{{table goals}}")
	w.heading("How it is to come about")
	w.put("{{chart logic}}")
	if w.full() {
		if len(w.c.Logic) > 0 {
			w.put("{{table logic}}")
		}
		w.heading("How well this is supported")
		w.put("{{table claims}}")
	}
}

func (w *writer) specialisation() {
	w.heading("What it is special in")
	area := w.o.Area
	if area == "" {
		area = "the area"
	}
	against := ""
	if w.o.Reference != "" {
		against = " than in " + w.o.Reference
	}
	switch {
	case w.none("special count") && w.put("None of the {{special of}} larger industries of "+area+" takes a larger share of jobs"+against+" once official rounding is allowed for."):
	case w.sentences("{{special count}} of the {{special of}} larger industries of "+area+" "+w.one("special count", "takes", "take")+" a larger share of jobs there"+against+", even with what official rounding hides.",
		"{{special 1 name}} leads, with {{special 1 lq}} times the share."):
		if !w.full() || !w.put("{{chart special}}") {
			w.put("{{table special}}")
		}
	default:
		w.gap("What the place is special in. No table of jobs by industry covers it.", w.owes, "Add a table of employment, and name the area and what it is compared with in the workspace's file.")
	}
}

// clusters are those that are more than chance, if firms of any sector were found to lie together.
func (w *writer) clusters() {
	for _, n := range w.names {
		if n.Group == "clusters" && n.Kind == "figure" && n.Value != "0" {
			w.put("{{table clusters}}")
			return
		}
	}
	w.gap("Where firms of a sector lie closer together than chance would have it. Too few firms are on record with their industry and their place.", w.owes, "Add a register of companies to the sources, and build again.")
}

func (w *writer) links() {
	w.heading("What holds it together")
	if !w.has("{{broker 1 name}}") || !w.sentences("{{broker 1 name}} is tied to {{broker 1 degree}} others, and the shortest paths between {{broker 1 between}} pairs of organisations pass through it.",
		"Next is {{broker 2 name}}, with {{broker 2 between}} pairs.", "A plan that leaves them out would have to build these paths anew.") {
		w.gap("Who works with whom. No ties between organisations are on record, or too few to say what holds them together.", w.owes, "Write down ties with the page that shows each, beginning with joint projects.")
	}
}

func (w *writer) voices() {
	w.heading("What firms say")
	for _, n := range w.names {
		if n.Group == "voices" && n.Kind == "figure" {
			w.put("{{table voices}}")
			return
		}
	}
	w.gap("What firms say: why they are here, what helps them and what stops them. No survey of theirs is on record.", w.owes, "Draw a sample, ask, and set the answers beside what the ties show.")
}

func (w *writer) economic() {
	w.heading("What was compared")
	w.sentences(w.count("interventions", "intervention is on record.", "interventions are on record."), w.count("plan options", "of them is open to choice, has a cost and is known to be worth something: it could be compared.", "of them are open to choice, have a cost and are known to be worth something: these could be compared."),
		"Business as usual is what net figures are measured against; doing the minimum lets what is approved or runs go on and begins nothing.")
	if !w.planned() || !w.put("{{table options}}") {
		w.gap("The options. No plan could be made of what is on record under the budget and the rules.", w.owes, "Enter interventions with a cost and a type of programme, or look on the plan page at what the rules allow.")
	}
	w.preferred()
	w.left()
}

// left says what the plan leaves out, and what could not be compared.
func (w *writer) left() {
	if w.planned() {
		w.heading("What is left out, and why")
		w.put("{{table left}}")
	}
	missing := w.count("lacking any", "proposal that is not under way lacks something that a comparison needs.", "proposals that are not under way lack something that a comparison needs.")
	if missing == "" {
		return
	}
	w.heading("What cannot be compared yet")
	w.sentences(missing, w.count("lacking cost", "has no cost on record.", "have no cost on record."), w.count("lacking outcome", "has no stated outcome.", "have no stated outcome."),
		w.count("lacking study", "is of a type that no sound study covers.", "are of a type that no sound study covers."))
	w.gap("Cost, stated outcome and evidence of the proposals that lack them.", "the lead of each, as the register names it", "Ask each for one page: cost by year, what it should bring, and what would have come anyway.")
}

func (w *writer) preferred() {
	if !w.planned() {
		return
	}
	w.heading("The preferred plan")
	w.put("{{table chosen}}")
	w.sentences(w.count("plan committed", "of the {{plan count}} is approved or runs already: for that the plan says what to keep, not what to start.", "of the {{plan count}} are approved or run already: for those the plan says what to keep, not what to start."))
	w.heading("What it would bring")
	w.sentences("Gross and net stand side by side: net is less what would have come anyway, what goes elsewhere and what is taken from firms nearby.",
		"Jobs are of the whole life of what states them, and must not be set against the money that is still to come alone.", w.without())
	w.put("{{table appraisal}}")
	if w.full() {
		w.put("{{chart appraisal}}")
		w.heading("What would have to be true")
		w.put("{{table sensitivity}}")
	}
	if w.o.Stage == bizcase.Full {
		w.put("{{table objections}}")
	}
	if !w.has("{{appraised npsv}}") {
		w.gap("The value of the plan to the country. No outcome on record has a national value, so no ratio of benefits to costs is given.", w.owes, "State outcomes that have one, such as output beyond what would have come, or say that the case rests on the switching values.")
	}
}

func (w *writer) commercial() {
	if !w.planned() || !w.put("{{table leads}}") {
		w.gap("Who would deliver the plan.", w.owes, "Name a lead for each intervention.")
	}
	w.gap("How what is to be bought is bought, and from whom.", "the lead of each intervention", "Describe the market and the way of buying for each.")
	if w.full() {
		w.gap("The terms of each contract or grant: who bears the risk, how it is paid, when it ends.", "the lead of each intervention", "Agree heads of terms and write them here.")
	}
	w.gap("Under which rule of subsidy control each grant is made.", "the funder of each intervention", "Name the rule for each grant; awards that are published are checked against the limits by Milieu.")
}

func (w *writer) financial() {
	w.heading("What it costs, when")
	if !w.planned() {
		w.gap("What it costs.", w.owes, "Make a plan first: enter costs by year and funder.")
		return
	}
	w.sentences("Public cost still to come is {{plan cost}}.", "It falls from {{year first}} to {{year last}}.", "Years are as stated, or spread evenly where none are; what has been spent of what runs is read from them, not from reports of spending.")
	w.put("{{table costs}}")
	if w.full() {
		w.put("{{chart costs}}")
	}
	w.heading("Who pays")
	w.put("{{table funding}}")
	if w.has("{{cost unnamed}}") && w.value("cost unnamed") != "£0" {
		w.sentences("For {{cost unnamed}} no funder is named.")
		w.gap("Who pays where no funder is named.", "the lead of each intervention", "Name the funder, or take the sum out.")
	}
	if w.full() {
		w.gap("What it costs to keep things going once they are built, and who carries it.", "the lead of each intervention", "State yearly costs after the end of each grant.")
	}
}

func (w *writer) management() {
	w.heading("In what order")
	if !w.planned() || !w.put("{{chart sequence}}") {
		w.gap("The order in which things begin.", w.owes, "Say what waits for what, and from which year it can begin.")
	}
	if w.o.Stage == bizcase.Full && w.planned() {
		w.put("{{table sequence}}")
	}
	w.heading("What could go wrong")
	w.sentences(w.count("risk without", "of the chosen has no risk on record.", "of the chosen have no risk on record."))
	if !w.planned() || !w.put("{{table risks}}") {
		w.gap("What could go wrong. No risk is on record.", "the lead of each intervention", "Write down risks with how likely and how grave they are, and who watches them.")
	}
	w.heading("Who is in charge")
	w.gap("Who leads: one name, a mandate, and a budget for the work.", w.owes, "Name the person who answers for the plan as a whole.")
	w.heading("How it is watched and judged")
	if v := w.value("targets count"); v == "" || v == "0" || !w.put("{{table targets}}") {
		w.gap("What is to be reached, by when. No target is on record, so that nobody can say later whether the plan has worked.", w.owes, "Set goals, each with a baseline, a target, a date and an owner.")
	}
	w.gap("How it is known whether it worked: an evaluation with a comparison group.", "the lead of each intervention", "Plan it before money is paid, while firms that are not helped can still be followed.")
	if w.full() && w.planned() {
		w.put("{{table evidence-grades}}")
	}
}

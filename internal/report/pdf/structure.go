package pdf

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// repair brings the structure that the browser writes into the form that PDF/UA-1 (ISO 14289-1) and the table of standard types
// (ISO 32000-1, 14.8.4) ask for. It changes how parts are called and grouped, never what they say.
func (f *file) repair() error {
	root, ok := ref(value(f.objects[f.root], "StructTreeRoot"))
	if !ok {
		return fmt.Errorf("%w: it has no structure", errForm)
	}
	f.objects[root] = with(f.objects[root], "RoleMap", "<</Strong /Span\n/Em /Span>>")
	for _, n := range f.numbers() {
		text := f.objects[n]
		switch {
		case bytes.HasPrefix(text, []byte("<</Type /Annot")):
			f.objects[n] = described(text)
		case !bytes.HasPrefix(text, []byte("<</Type /StructElem")):
			continue
		case string(value(text, "S")) == "/Figure" && value(text, "Alt") == nil:
			f.objects[n] = with(text, "S", "/Div") // the picture within it has the words; this holds picture and caption
		case string(value(text, "S")) == "/LI":
			f.item(n)
		}
	}
	return nil
}

// item puts what an item of a list says into a body, beside its label, where it has one. The object stays the body, so that
// what is marked on the pages still leads to it; the item is new.
func (f *file) item(n int) {
	text := f.objects[n]
	parent, ok := ref(value(text, "P"))
	if !ok {
		return
	}
	kids := value(text, "K")
	var labels []string
	rest := string(kids)
	item := f.add(nil)
	for _, k := range refs(kids) {
		switch string(value(f.objects[k], "S")) {
		case "/LBody": // a browser that writes them itself
			delete(f.objects, item)
			f.size--
			return
		case "/Lbl":
			f.objects[k] = with(f.objects[k], "P", fmt.Sprintf("%d 0 R", item))
			labels = append(labels, fmt.Sprintf("%d 0 R", k))
			rest = cutRef(rest, k)
		}
	}
	f.objects[item] = fmt.Appendf(nil, "<</Type /StructElem\n/S /LI\n/P %d 0 R\n/K [%s]>>", parent, strings.Join(append(labels, fmt.Sprintf("%d 0 R", n)), " "))
	text = with(text, "S", "/LBody")
	text = with(text, "P", fmt.Sprintf("%d 0 R", item))
	f.objects[n] = with(text, "K", rest)
	list := f.objects[parent]
	f.objects[parent] = with(list, "K", swapRef(string(value(list, "K")), n, item))
}

// cutRef takes a reference out of a list of them.
func cutRef(list string, n int) string {
	out := swap(list, n, "")
	if strings.TrimSpace(out) == "" {
		return "[]"
	}
	return out
}

func swapRef(list string, n, by int) string { return swap(list, n, fmt.Sprintf("%d 0 R", by)) }

func swap(list string, n int, by string) string {
	return regexp.MustCompile(fmt.Sprintf(`\b%d 0 R`, n)).ReplaceAllString(list, by)
}

var entryForm = regexp.MustCompile(`^/f(\d+)$`)

// described gives a link words that say where it leads.
func described(annot []byte) []byte {
	if value(annot, "Contents") != nil {
		return annot
	}
	words := "Link"
	if dest := string(value(annot, "Dest")); dest != "" {
		words = "To another place of this document"
		switch m := entryForm.FindStringSubmatch(dest); {
		case m != nil:
			words = "Source " + m[1] + " of the figures"
		case strings.HasPrefix(dest, "/u"):
			words = "Back to where the figure stands"
		case strings.HasPrefix(dest, "/q-"):
			words = "Where it is said"
		case strings.HasPrefix(dest, "/d-"):
			words = "Data behind the picture"
		case strings.HasPrefix(dest, "/s-"):
			words = "To this part"
		}
	} else if uri := value(value(annot, "A"), "URI"); uri != nil {
		return with(annot, "Contents", string(uri))
	}
	return with(annot, "Contents", "("+words+")")
}

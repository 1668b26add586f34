package pdf

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"milieu/internal/report/html"
)

// TestHTML_axe looks at the HTML file of the document with axe-core, wide and narrow, and at how it prints. It stands here because a
// browser is driven here. It runs where MILIEU_BROWSER is set and the packages of tools/browser are there.
func TestHTML_axe(t *testing.T) {
	if os.Getenv("MILIEU_BROWSER") == "" {
		t.Skip("set MILIEU_BROWSER=1 to look at the file with a browser")
	}
	axe, err := os.ReadFile(filepath.Join("..", "..", "..", "tools", "browser", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("the packages of the browser test are missing; run: npm ci --prefix tools/browser (%v)", err)
	}
	b := browser(t)
	var page bytes.Buffer
	if err := html.Write(&page, sample(), html.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, width := range []int{1280, 360} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			if err := b.call(t.Context(), "Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false}, nil); err != nil {
				t.Fatal(err)
			}
			if err := b.show(t.Context(), page.Bytes()); err != nil {
				t.Fatal(err)
			}
			var found struct {
				Passed int `json:"passed"`
				Failed []struct {
					ID    string   `json:"id"`
					Help  string   `json:"help"`
					Where []string `json:"where"`
				} `json:"failed"`
			}
			evaluate(t, b, string(axe)+"; 0", nil)
			evaluate(t, b, `axe.run(document, {runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}).then((r) => ({passed: r.passes.length, failed: r.violations.map((v) => ({id: v.id, help: v.help, where: v.nodes.map((n) => n.html)}))}))`, &found)
			if found.Passed < 20 {
				t.Errorf("only %d rules had something to look at", found.Passed)
			}
			for _, f := range found.Failed {
				t.Errorf("%s: %s: %v", f.ID, f.Help, f.Where)
			}
			var sideways bool
			evaluate(t, b, `document.documentElement.scrollWidth > document.documentElement.clientWidth`, &sideways)
			if sideways {
				t.Error("the page must be moved sideways to be read")
			}
		})
	}
}

// evaluate runs an expression in the page and reads what it comes to.
func evaluate(t *testing.T, b *Browser, expression string, into any) {
	t.Helper()
	var got struct {
		Result struct {
			Value json.RawMessage `json:"value"`
		} `json:"result"`
		Exception *struct {
			Text string `json:"text"`
		} `json:"exceptionDetails"`
	}
	if err := b.call(t.Context(), "Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true}, &got); err != nil {
		t.Fatal(err)
	}
	if got.Exception != nil {
		t.Fatalf("the page says %s", got.Exception.Text)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(got.Result.Value, into); err != nil {
		t.Fatalf("%v: %s", err, got.Result.Value)
	}
}

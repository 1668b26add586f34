package pdf

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"milieu/internal/report"
	"milieu/internal/report/html"
)

// language is that of the documents.
const language = "en-GB"

// Print prints the document: tagged, with an outline, its title and language, the release and the number on each page, and in the
// contents the page of each part. The same document and browser give the same bytes.
func (b *Browser) Print(ctx context.Context, d report.Document) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	first, err := b.once(ctx, d, nil, false)
	if err != nil {
		return nil, fmt.Errorf("print %q: %w", d.Title, err)
	}
	f, err := parse(first)
	if err != nil {
		return nil, fmt.Errorf("print %q: read the pages: %w", d.Title, err)
	}
	second, err := b.once(ctx, d, f.pages(), true) // the contents are as long as before: the numbers stand in room that was kept
	if err != nil {
		return nil, fmt.Errorf("print %q: %w", d.Title, err)
	}
	out, err := finish(second, d)
	if err != nil {
		return nil, fmt.Errorf("print %q: %w", d.Title, err)
	}
	return out, nil
}

// once prints the document as the browser does; without tags it is done in half the time.
func (b *Browser) once(ctx context.Context, d report.Document, pages map[string]int, tagged bool) ([]byte, error) {
	var page bytes.Buffer
	if err := html.Write(&page, d, html.Options{Language: language, Pages: pages}); err != nil {
		return nil, err
	}
	if err := b.show(ctx, page.Bytes()); err != nil {
		return nil, err
	}
	var printed struct {
		Data []byte `json:"data"`
	}
	err := b.call(ctx, "Page.printToPDF", map[string]any{"printBackground": true, "preferCSSPageSize": true, "displayHeaderFooter": false, "generateTaggedPDF": tagged, "generateDocumentOutline": tagged}, &printed)
	return printed.Data, err
}

// show loads a page and waits until its letters are there.
func (b *Browser) show(ctx context.Context, page []byte) error {
	file := filepath.Join(b.dir, "page.html")
	if err := os.WriteFile(file, page, 0o600); err != nil {
		return fmt.Errorf("write the page for the browser: %w", err)
	}
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(file)}
	var went struct {
		ErrorText string `json:"errorText"`
	}
	if err := b.await(ctx, "Page.navigate", map[string]any{"url": address.String()}, &went, "Page.loadEventFired"); err != nil {
		return err
	}
	if went.ErrorText != "" {
		return fmt.Errorf("the browser cannot open the page: %s", went.ErrorText)
	}
	return b.call(ctx, "Runtime.evaluate", map[string]any{"expression": "document.fonts.ready.then(() => document.fonts.size)", "awaitPromise": true, "returnByValue": true}, nil)
}

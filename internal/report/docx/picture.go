package docx

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"milieu/internal/chart"
)

// Sizes of pictures: lengths of the format are 914 400 to the inch, 635 to a twentieth of a point and 9525 to a pixel of 96 to the inch.
const (
	widest  = textWidth * 635
	tallest = 7_560_000 // 21 cm: a picture with its caption stays on one page
	pixel   = 9525
	sharp   = 2 // pixels of the PNG to one of the SVG
)

// drawn is the picture of a chart: PNG for every program, and the SVG for those that draw it themselves. Without a PNG there is none.
type drawn struct {
	png, svg      []byte
	width, height int // as shown
}

// apart is a table behind a chart, to stand in an annex.
type apart struct {
	figure int
	chart  chart.Chart
}

// draw draws the pictures of all charts.
func (f *file) draw(raster func(svg string, width, height int) ([]byte, error)) error {
	for _, s := range f.d.Sections {
		for _, b := range s.Blocks {
			if kindOf(b) != chartBlock {
				continue
			}
			p, err := alone(b.Chart.SVG)
			var png []byte
			if err == nil && raster != nil {
				png, err = raster(p.svg, p.width, p.height)
			}
			if err == nil && len(png) > 0 && !bytes.HasPrefix(png, []byte("\x89PNG\r\n")) {
				err = errors.New("what was drawn is no PNG file")
			}
			if err != nil {
				return fmt.Errorf("draw the chart %q: %w", b.Chart.Title, err)
			}
			f.pictures = append(f.pictures, fit(p, png))
		}
	}
	return nil
}

// fit gives a picture its size on the page.
func fit(p picture, png []byte) drawn {
	if len(png) == 0 {
		return drawn{}
	}
	w, h := float64(p.width/sharp*pixel), float64(p.height/sharp*pixel)
	scale := min(1, widest/w, tallest/h)
	out := drawn{png: png, width: int(w * scale), height: int(h * scale)}
	// Word draws a halo over the letters instead of below them.
	if !strings.Contains(p.svg, "paint-order") {
		out.svg = []byte(p.svg)
	}
	return out
}

// picture is a chart to be drawn: an SVG file that stands alone, and the size of the PNG in pixels.
type picture struct {
	svg           string
	width, height int
}

var (
	viewBox  = regexp.MustCompile(`^<svg [^>]*viewBox="0 0 ([0-9.]+) ([0-9.]+)"`)
	variable = regexp.MustCompile(`var\(--[a-z0-9-]+,(#[0-9a-f]{6})\)`)
)

// alone makes of a chart's SVG a file of its own: with a size, fixed colours and letters that every machine has. The title stays in its
// data alone, for the caption says it.
func alone(svg string) (picture, error) {
	m := viewBox.FindStringSubmatch(svg)
	if m == nil {
		return picture{}, errors.New("its picture has no size: it does not begin with an svg element with a viewBox from 0 0")
	}
	w, err1 := strconv.ParseFloat(m[1], 64)
	h, err2 := strconv.ParseFloat(m[2], 64)
	if err := errors.Join(err1, err2); err != nil || w < 1 || h < 1 || w > 10_000 || h > 10_000 {
		return picture{}, fmt.Errorf("its size %s by %s cannot be drawn", m[1], m[2])
	}
	svg = fmt.Sprintf(`<svg width="%s" height="%s"%s`, m[1], m[2], strings.TrimPrefix(svg, "<svg"))
	svg = variable.ReplaceAllString(svg, "$1")
	svg = strings.ReplaceAll(svg, "var(--ui,sans-serif)", "Arial, Liberation Sans, Helvetica, sans-serif")
	return picture{svg, int(w+0.5) * sharp, int(h+0.5) * sharp}, nil
}

// chart writes the picture with its caption, and keeps the table behind it for the annex; without a picture the table stands here.
func (f *file) chart(c chart.Chart, lead string) string {
	f.charts++
	p := f.pictures[f.charts-1]
	if len(p.png) == 0 {
		return lead + para("TableNote", "", run("", "This copy was made where no picture could be drawn; the chart “"+c.Title+"” stands here as its table. "+c.Desc)) + f.table(behind(c), "")
	}
	f.figures++
	f.apart = append(f.apart, apart{f.figures, c})
	caption := run("", "Figure ") + field(`SEQ Figure \* ARABIC`, run("", fmt.Sprint(f.figures))) + run("", ". "+c.Title+". ")
	numbers := goTo(numbersMark(f.figures), "", run(aside, fmt.Sprintf("Data behind figure %d", f.figures)))
	return lead + para("Picture", "", f.inline(p, f.charts, c)) +
		para("FigureCaption", "", f.mark(fmt.Sprintf("figure_%d", f.figures), caption)+numbers) + para("AfterTable", "", "")
}

func numbersMark(figure int) string { return fmt.Sprintf("numbers_%d", figure) }

// inline places a picture in its line, with what it says in words for those who do not see it.
func (f *file) inline(p drawn, n int, c chart.Chart) string {
	svg := ""
	if len(p.svg) > 0 {
		svg = fmt.Sprintf(`<a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="svg%d"/></a:ext></a:extLst>`, n)
	}
	alt := c.Desc
	if alt == "" {
		alt = c.Title
	}
	return fmt.Sprintf(`<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%[1]d" cy="%[2]d"/><wp:docPr id="%[3]d" name="Figure %[4]d" descr="%[5]s" title="%[6]s"/><wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>`+
		`<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="%[3]d" name="chart%[7]d.png" descr="%[5]s"/><pic:cNvPicPr/></pic:nvPicPr>`+
		`<pic:blipFill><a:blip r:embed="png%[7]d">%[8]s</a:blip><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%[1]d" cy="%[2]d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`,
		p.width, p.height, f.id(), f.figures, escape(alt), escape(c.Title), n, svg)
}

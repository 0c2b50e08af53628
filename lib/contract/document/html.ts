import { escapeMarkup } from '../markup.ts'
import {
  type SectionBlock,
  type TableColumn,
  type LabelledText,
  type SectionItem,
  type TextSection,
  type SectionTable,
  type StyledText,
  formatStyledText,
} from './document-model.ts'

/**
 * Returns the sections of a text as an HTML e-mail without images, scripts or style sheets, so that every mail program
 * can show it.
 */
export const renderMailHtml = (sections: readonly TextSection[]): string => `<!doctype html>
<html lang="en"><body style="font-family: sans-serif; font-size: 14px">
${sections.map((section) => sectionHtml(section, ' style="font-size: 16px"')).join('\n<hr>\n')}
</body></html>
`

/** Style sheet of a printed page. It uses only local fonts, so that nothing is downloaded. */
const PRINTED = `
@page { size: A4; margin: 14mm 12mm 16mm }
body { font: 10pt/1.4 "Helvetica Neue", Arial, sans-serif; color: #1a1a1a; background: #fff; max-width: 186mm; margin: 0 auto; padding: 4mm 0 }
h1 { font-size: 17pt; margin: 0 }
h2 { font-size: 12pt; margin: 8mm 0 1mm; break-after: avoid }
p { margin: 0 0 2mm; color: #555 }
table { border-collapse: collapse; width: 100%; font-size: 8.5pt }
thead { display: table-header-group }
tr { break-inside: avoid }
th { text-align: left; border-bottom: 1pt solid #1a1a1a; padding: 1mm 2mm 1mm 0; vertical-align: bottom }
td { border-bottom: .5pt solid #ccc; padding: 1mm 2mm 1mm 0; vertical-align: top; overflow-wrap: break-word }
.number { text-align: right; font-variant-numeric: tabular-nums }
footer { margin-top: 8mm; font-size: 8pt; color: #555 }`

/**
 * Returns the sections of a text as a complete HTML page for printing on A4. The page has no scripts and loads nothing.
 */
export const renderPrintHtml = (
  { title, subtitle, footer }: Readonly<Record<'title' | 'subtitle' | 'footer', string>>,
  sections: readonly TextSection[],
): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)}</title>
<style>${PRINTED}
</style>
</head>
<body>
<h1>${escapeMarkup(title)}</h1>
<p>${escapeMarkup(subtitle)}</p>
${sections.map((section) => sectionHtml(section, '')).join('\n')}
<footer>${escapeMarkup(footer)}</footer>
</body>
</html>
`

function sectionHtml({ heading, blocks }: TextSection, attributes: string): string {
  const head = heading === '' ? [] : [`<h2${attributes}>${words(heading)}</h2>`]
  return [...head, ...blocks.map(blockHtml)].join('\n')
}

function blockHtml(block: SectionBlock): string {
  if ('text' in block) return `<p>${escapeMarkup(block.text)}</p>`
  if ('facts' in block) return `<table cellpadding="3">\n${block.facts.map(factRow).join('\n')}\n</table>`
  if ('list' in block) return itemsHtml(block.list)
  if ('table' in block) return tableHtml(block.table)
  return `<pre>${escapeMarkup(block.drawing.signs)}</pre>`
}

function factRow({ label, text, url }: LabelledText): string {
  const shown = url === undefined ? escapeMarkup(text) : `<a href="${escapeMarkup(url)}">${escapeMarkup(text)}</a>`
  if (label === '') return `<tr><td colspan="2">${shown}</td></tr>`
  return `<tr><th align="left" valign="top">${escapeMarkup(label)}</th><td>${shown}</td></tr>`
}

const itemsHtml = (items: readonly SectionItem[]): string =>
  `<ul>${items.map((item) => `<li>${words(item.words)}${item.parts ? itemsHtml(item.parts) : ''}</li>`).join('')}</ul>`

function tableHtml({ columns, rows, empty = '' }: SectionTable): string {
  if (rows.length === 0) return `<p>${escapeMarkup(empty)}</p>`
  const cells = (name: 'th' | 'td', texts: readonly string[]) =>
    `<tr>${texts.map((text, at) => `<${name}${classOf(columns[at])}>${escapeMarkup(text)}</${name}>`).join('')}</tr>`
  const head = cells(
    'th',
    columns.map(({ label }) => label),
  )
  return `<table>\n<thead>${head}</thead>\n<tbody>\n${rows.map((row) => cells('td', row)).join('\n')}\n</tbody>\n</table>`
}

const classOf = (column: TableColumn | undefined) => (column?.align === 'number' ? ' class="number"' : '')

const words = (of: StyledText): string =>
  formatStyledText(
    of,
    escapeMarkup,
    (text) => `<b>${escapeMarkup(text)}</b>`,
    (text) => `<code>${escapeMarkup(text)}</code>`,
  )

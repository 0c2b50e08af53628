import { escapeMarkup } from '#lib/contract/markup.ts'

/** A report before it is written as a page or a text. */
export interface ReportDocument {
  title: string
  /** the scope in words, and the time that it is of */
  subtitle: string
  sections: readonly ReportSection[]
  files: readonly { name: string; text: string }[]
}

export interface ReportSection {
  heading: string
  /** how to read the table; '' = nothing to say */
  note: string
  /** `number` = to the right */
  columns: readonly { label: string; align?: 'number' }[]
  rows: readonly (readonly string[])[]
  /** said where there are no rows */
  empty: string
}

/** Fonts are those of the reader's machine, so that nothing is fetched; a table that goes on repeats its head. */
const STYLE = `
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

/** A page of its own: no scripts, nothing that is loaded, A4 on paper. */
export function htmlOfReport({ title, subtitle, sections }: ReportDocument, footer: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)}</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>${escapeMarkup(title)}</h1>
<p>${escapeMarkup(subtitle)}</p>
${sections.map(sectionOf).join('\n')}
<footer>${escapeMarkup(footer)}</footer>
</body>
</html>
`
}

function sectionOf({ heading, note, columns, rows, empty }: ReportSection): string {
  const head = columns.map(({ label, align }) => `<th${classOf(align)}>${escapeMarkup(label)}</th>`).join('')
  const body = rows.map((row) => {
    const cells = row.map((text, index) => `<td${classOf(columns[index]?.align)}>${escapeMarkup(text)}</td>`)
    return `<tr>${cells.join('')}</tr>`
  })
  const table =
    rows.length === 0
      ? `<p>${escapeMarkup(empty)}</p>`
      : `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table>`
  return `<h2>${escapeMarkup(heading)}</h2>\n${note === '' ? '' : `<p>${escapeMarkup(note)}</p>\n`}${table}`
}

const classOf = (align: 'number' | undefined) => (align === 'number' ? ' class="number"' : '')

/** The same for who reads mail as text. */
export function textOfReport({ title, subtitle, sections }: ReportDocument, footer: string): string {
  const parts = sections.map(({ heading, note, columns, rows, empty }) =>
    [
      heading,
      ...(note === '' ? [] : [note]),
      ...(rows.length === 0 ? [empty] : []),
      ...rows.map((row) =>
        row
          .map((text, index) => `${columns[index]?.label ?? ''}: ${text}`)
          .filter((one) => !one.endsWith(': '))
          .join('; '),
      ),
    ].join('\n'),
  )
  return `${[title, subtitle, ...parts, footer].join('\n\n')}\n`
}

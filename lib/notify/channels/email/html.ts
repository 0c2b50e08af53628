import { escapeMarkup } from '#lib/contract/markup.ts'
import type { Line, Section } from '../../message/section.ts'

/** Sections as HTML without images, scripts or style sheets, so that every mail program renders it. */
export function htmlOf(sections: readonly Section[]): string {
  return `<!doctype html>
<html lang="en"><body style="font-family: sans-serif; font-size: 14px">
${sections.map(sectionOf).join('\n<hr>\n')}
</body></html>
`
}

function sectionOf({ heading, lines }: Section): string {
  const rows = lines.map(rowOf).join('\n')
  return `<h2 style="font-size: 16px">${escapeMarkup(heading)}</h2>\n<table cellpadding="3">\n${rows}\n</table>`
}

function rowOf({ label, text, url }: Line): string {
  const shown = url === undefined ? escapeMarkup(text) : `<a href="${escapeMarkup(url)}">${escapeMarkup(text)}</a>`
  if (label === '') return `<tr><td colspan="2">${shown}</td></tr>`
  return `<tr><th align="left" valign="top">${escapeMarkup(label)}</th><td>${shown}</td></tr>`
}

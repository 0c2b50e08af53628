import type { Line, Section } from '../../message/sections.ts'

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string) => text.replace(/[&<>"']/g, (char) => entities[char] ?? char)

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
  return `<h2 style="font-size: 16px">${escaped(heading)}</h2>\n<table cellpadding="3">\n${rows}\n</table>`
}

function rowOf({ label, text, url }: Line): string {
  const shown = url === undefined ? escaped(text) : `<a href="${escaped(url)}">${escaped(text)}</a>`
  if (label === '') return `<tr><td colspan="2">${shown}</td></tr>`
  return `<tr><th align="left" valign="top">${escaped(label)}</th><td>${shown}</td></tr>`
}

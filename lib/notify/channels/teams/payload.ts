import type { Content } from '../../content.ts'
import type { Section } from '../../message/section.ts'
import { sectionsOf } from '../../message/sections.ts'
import { oneLine, titleOf } from '../../message/words.ts'

/** Teams refuses messages of more than 28 KB; the envelope of the workflow takes some of it. */
const MOST_BYTES = 24_000

const colors = {
  critical: 'Attention',
  major: 'Attention',
  minor: 'Warning',
  warning: 'Warning',
  info: 'Default',
} as const

/**
 * An adaptive card in the message that a workflow "when a webhook request is received" posts.
 * @source https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
 */
export function teamsBody(content: Content, publicUrl: string | null): string {
  const sections = sectionsOf(content, publicUrl)
  for (let shown = sections.length; shown > 1; shown -= 1) {
    const body = messageOf(content, sections.slice(0, shown), sections.length - shown)
    if (Buffer.byteLength(body) <= MOST_BYTES) return body
  }
  const [first] = sections
  return messageOf(content, first ? [shortened(first)] : [], Math.max(0, sections.length - 1))
}

function messageOf(content: Content, sections: readonly Section[], left: number): string {
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    fallbackText: oneLine(titleOf(content)),
    body: [
      {
        type: 'TextBlock',
        text: escaped(oneLine(titleOf(content))),
        size: 'Large',
        weight: 'Bolder',
        wrap: true,
        color: content.reason === 'closed' ? 'Good' : colors[content.severity],
      },
      ...sections.flatMap((section) => partsOf(section, sections.length > 1)),
      ...(left > 0 ? [paragraph(`${left} more are left out here.`)] : []),
    ],
    actions: actionsOf(sections),
  }
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }
  return JSON.stringify({ type: 'message', attachments: [attachment] })
}

function partsOf({ heading, lines }: Section, isHeaded: boolean) {
  const facts = lines.flatMap(({ label, text }) => (label === '' ? [] : [{ title: label, value: escaped(text) }]))
  return [
    ...(isHeaded ? [{ ...paragraph(heading), weight: 'Bolder', separator: true }] : []),
    ...lines.flatMap(({ label, text }) => (label === '' ? [paragraph(text)] : [])),
    ...(facts.length > 0 ? [{ type: 'FactSet', facts }] : []),
  ]
}

const paragraph = (text: string) => ({ type: 'TextBlock', text: escaped(text), wrap: true })

/** Teams shows six buttons. */
const MOST_ACTIONS = 6
function actionsOf(sections: readonly Section[]) {
  const links = sections.flatMap(({ lines }) => lines.flatMap(({ label, url }) => (url ? [{ label, url }] : [])))
  const different = [...new Map(links.map((link) => [link.url, link])).values()].slice(0, MOST_ACTIONS)
  return different.map(({ label, url }) => ({ type: 'Action.OpenUrl', title: label || 'Open', url }))
}

const MOST_OF_LINE = 500
const MOST_LINES = 20
const shortened = ({ heading, lines }: Section): Section => ({
  heading: heading.slice(0, MOST_OF_LINE),
  lines: lines.slice(0, MOST_LINES).map((line) => ({ ...line, text: line.text.slice(0, MOST_OF_LINE) })),
})

/** Text blocks read some Markdown: a name must not become a link or a list. */
const escaped = (text: string) => text.replaceAll(/([\\`*_[\]()#])/g, '\\$1')

import { postJsonToAllowedAddress, getTargetUrl } from './http-post.ts'
import type { SendChannelMessage } from './sender.ts'
import { shortenText, toSingleLine, type TextSection, toUnstyledText } from '#lib/contract/document/document-model.ts'
import { listSectionLines } from '#lib/contract/document/plain-text.ts'
import type { MessageContent } from '../content.ts'
import { createMessageSections } from '../message/sections.ts'
import { formatMessageTitle } from '../message/message-text.ts'

/**
 * Sends one card to a Teams workflow. The workflow responds with 202 before it posts the card, so a later failure is
 * visible only in the workflow's own history.
 */
export const sendTeams: SendChannelMessage = async ({ target }, { content }, context) =>
  postJsonToAllowedAddress({ url: getTargetUrl(target), body: createTeamsBody(content, context.publicUrl) }, context)

/**
 * Maximum size of a card in bytes. Teams refuses messages of more than 28 KB, and the workflow's envelope needs a part
 * of that.
 */
const MAX_BYTES = 24_000

const colors = {
  critical: 'Attention',
  major: 'Attention',
  minor: 'Warning',
  warning: 'Warning',
  info: 'Default',
} as const

const MAX_OF_TITLE = 250
/**
 * Limits of lines and of characters per line for a section, from unlimited to small. A message uses the first limits
 * with which it fits.
 */
const SIZES = [
  { lines: Infinity, letters: Infinity },
  { lines: 20, letters: 500 },
  { lines: 8, letters: 200 },
  { lines: 3, letters: 120 },
  { lines: 0, letters: 80 },
] as const
type Size = (typeof SIZES)[number]

/**
 * Returns an adaptive card in the message format of the workflow "when a webhook request is received". If the card is
 * too large, each section is shortened to its first lines ({@link SIZES}). If it is still too large, the last sections
 * are left out. The card mentions both.
 * @source https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
 */
export function createTeamsBody(content: MessageContent, publicUrl: string | null): string {
  const sections = createMessageSections(content, publicUrl)
  const card = cardOf(content, sections)
  for (const size of SIZES) {
    const body = card(sections.length, size)
    if (Buffer.byteLength(body) <= MAX_BYTES) return body
  }
  let shown = sections.length
  let body: string
  do {
    shown = Math.min(shown - 1, Math.floor(shown * 0.95))
    body = card(shown, SIZES[4])
  } while (shown > 1 && Buffer.byteLength(body) > MAX_BYTES)
  return body
}

function cardOf(content: MessageContent, sections: readonly TextSection[]) {
  const title = shortenText(toSingleLine(formatMessageTitle(content)), MAX_OF_TITLE)
  const actions = actionsOf(sections)
  return (count: number, size: Size): string => {
    const left = sections.length - count
    const card = {
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      type: 'AdaptiveCard',
      version: '1.4',
      msteams: { width: 'Full' },
      fallbackText: title,
      body: [
        {
          type: 'TextBlock',
          text: escaped(title),
          size: 'Large',
          weight: 'Bolder',
          wrap: true,
          color: content.reason === 'closed' || content.reason === 'withdrawn' ? 'Good' : colors[content.severity],
        },
        ...sections.slice(0, count).flatMap((one) => partsOf(one, size, sections.length > 1)),
        ...(size === SIZES[0] ? [] : [paragraph('Shortened here: Peerwatch has the rest.')]),
        ...(left > 0 ? [paragraph(`${left} more are left out here.`)] : []),
      ],
      actions,
    }
    const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }
    return JSON.stringify({ type: 'message', attachments: [attachment] })
  }
}

function partsOf(section: TextSection, size: Size, isHeaded: boolean) {
  const heading = shortenText(toUnstyledText(section.heading), size.letters)
  const lines = listSectionLines(section)
    .slice(0, size.lines)
    .map(({ label, text }) => ({ label, text: shortenText(text, size.letters) }))
  const facts = lines.flatMap(({ label, text }) => (label === '' ? [] : [{ title: label, value: escaped(text) }]))
  return [
    ...(isHeaded ? [{ ...paragraph(heading), weight: 'Bolder', separator: true }] : []),
    ...lines.flatMap(({ label, text }) => (label === '' ? [paragraph(text)] : [])),
    ...(facts.length > 0 ? [{ type: 'FactSet', facts }] : []),
  ]
}

const paragraph = (text: string) => ({ type: 'TextBlock', text: escaped(text), wrap: true })

/** Maximum number of buttons that Teams shows. */
const MAX_ACTIONS = 6
function actionsOf(sections: readonly TextSection[]) {
  const links = sections.flatMap(listSectionLines).flatMap(({ label, url }) => (url ? [{ label, url }] : []))
  const different = [...new Map(links.map((link) => [link.url, link])).values()].slice(0, MAX_ACTIONS)
  return different.map(({ label, url }) => ({ type: 'Action.OpenUrl', title: label || 'Open', url }))
}

/** Escapes Markdown in text blocks, so that a name does not become a link or a list. */
const escaped = (text: string) => text.replaceAll(/([\\`*_[\]()#])/g, '\\$1')

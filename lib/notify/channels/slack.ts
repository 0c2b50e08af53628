import { postJsonToAllowedAddress, getTargetUrl } from './http-post.ts'
import type { SendChannelMessage } from './sender.ts'
import {
  shortenText,
  type LabelledText,
  toSingleLine,
  type TextSection,
  toUnstyledText,
} from '#lib/contract/document/document-model.ts'
import { listSectionLines } from '#lib/contract/document/plain-text.ts'
import type { MessageContent } from '../content.ts'
import { ACKNOWLEDGE_ACTION } from '../inbound/acknowledgement.ts'
import { createMessageSections } from '../message/sections.ts'
import { formatMessageTitle } from '../message/message-text.ts'

/** POSTs one message to an incoming webhook. The webhook's URL is its only secret. */
export const sendSlack: SendChannelMessage = async ({ target, takesRequests = false }, { content }, context) =>
  postJsonToAllowedAddress(
    { url: getTargetUrl(target), body: createSlackBody(content, context.publicUrl, takesRequests) },
    context,
  )

/**
 * Slack's limits of a message: number of blocks, and characters of a header and of a section.
 * @source https://docs.slack.dev/reference/block-kit/blocks
 */
const MAX_BLOCKS = 50
const MAX_OF_HEADER = 150
const MAX_OF_SECTION = 3_000

/**
 * Returns a message for an incoming webhook. The title is the notification text; each section becomes a header and its
 * lines in Slack's markup. Content beyond Slack's limits is left out, and a note tells how much.
 * @param takesRequests whether the message about an open incident has a button to acknowledge it
 */
export function createSlackBody(content: MessageContent, publicUrl: string | null, takesRequests = false): string {
  const sections = createMessageSections(content, publicUrl)
  const room = Math.floor((MAX_BLOCKS - 1) / 2)
  const blocks = sections.slice(0, room).flatMap(blocksOf)
  const rest = sections.slice(room).map(({ heading }) => escapedCut(toUnstyledText(heading), MAX_OF_HEADER))
  if (rest.length > 0) blocks.push(text(withinSection(rest, 'more are')))
  const answers = takesRequests ? buttonsOf(content) : []
  return JSON.stringify({ text: escaped(toSingleLine(formatMessageTitle(content))), blocks: [...blocks, ...answers] })
}

function blocksOf(section: TextSection) {
  const lines = listSectionLines(section)
  const header = {
    type: 'header',
    text: { type: 'plain_text', text: shortenText(toUnstyledText(section.heading), MAX_OF_HEADER) },
  }
  if (lines.length === 0) return [header]
  return [header, text(withinSection(lines.map(lineOf), 'more lines are', 1))]
}

/**
 * Returns the lines that fit into one section of Slack. If lines are left out, a line gives their number.
 * @param kept number of lines at the end that are always included, for example 1 for the link to the incident
 */
function withinSection(lines: readonly string[], moreAre: string, kept = 0): string {
  if (lines.join('\n').length <= MAX_OF_SECTION) return lines.join('\n')
  const first = lines.slice(0, lines.length - kept)
  const last = lines.slice(first.length)
  const saidFor = (count: number) =>
    [...first.slice(0, count), `${first.length - count} ${moreAre} left out here.`, ...last].join('\n')
  let count = first.length - 1
  while (count > 0 && saidFor(count).length > MAX_OF_SECTION) count -= 1
  return saidFor(count)
}

/**
 * Returns the button to acknowledge an open incident; empty if it is ended or acknowledged.
 * @source https://docs.slack.dev/reference/block-kit/block-elements/button-element
 */
function buttonsOf(content: MessageContent) {
  if (!('incidentId' in content) || content.incidentId === null || content.ended || content.acknowledged) return []
  const label = { type: 'plain_text', text: 'Acknowledge' }
  const button = { type: 'button', text: label, action_id: ACKNOWLEDGE_ACTION, value: content.incidentId }
  return [{ type: 'actions', elements: [button] }]
}

const text = (markup: string) => ({ type: 'section', text: { type: 'mrkdwn', text: markup } })

const MAX_OF_LINE = 800
/** Maximum number of characters of a link. The text of a longer link is shown without the link. */
const MAX_OF_LINK = 1_500
function lineOf({ label, text: words, url }: LabelledText): string {
  const said = escapedCut(words, MAX_OF_LINE)
  const shown =
    url === undefined || url.length > MAX_OF_LINK
      ? said
      : `<${escaped(url).replaceAll('|', '%7C')}|${said.replaceAll('|', '¦')}>`
  return label === '' ? shown : `*${escaped(label)}:* ${shown}`
}

/** Escapes Slack's markup, so that a name can neither mention everybody nor become a link. */
const escaped = (words: string) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/**
 * Shortens text so that its escaped form has at most `most` characters. An escape sequence such as `&amp;` is never cut
 * in the middle.
 */
function escapedCut(words: string, most: number): string {
  let room = most
  const letters = [...words]
  const fitting = letters.findIndex((letter) => (room -= escaped(letter).length) < 0)
  return escaped(fitting === -1 ? words : shortenText(words, Math.max(1, fitting)))
}

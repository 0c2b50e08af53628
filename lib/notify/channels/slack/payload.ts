import type { Content } from '../../content.ts'
import { ACKNOWLEDGE_ACTION } from '../../inbound/acknowledgement.ts'
import type { Line, Section } from '../../message/section.ts'
import { sectionsOf } from '../../message/sections.ts'
import { oneLine, titleOf } from '../../message/words.ts'

/** Slack's limits of a message. @source https://docs.slack.dev/reference/block-kit/blocks */
const MOST_BLOCKS = 50
const MOST_OF_HEADER = 150
const MOST_OF_SECTION = 3_000

/**
 * A message for an incoming webhook: the title as notification text, a header and a section of Slack's markup for each part.
 * What does not fit is left out, and the message says so.
 * @param takesRequests what is open gets a button to acknowledge it
 */
export function slackBody(content: Content, publicUrl: string | null, takesRequests = false): string {
  const sections = sectionsOf(content, publicUrl)
  const room = Math.floor((MOST_BLOCKS - 1) / 2)
  const blocks = sections.slice(0, room).flatMap(blocksOf)
  const left = sections.length - room
  if (left > 0) blocks.push(text(`${left} more are left out here.`))
  const answers = takesRequests ? buttonsOf(content) : []
  return JSON.stringify({ text: escaped(oneLine(titleOf(content))), blocks: [...blocks, ...answers] })
}

function blocksOf({ heading, lines }: Section) {
  const header = { type: 'header', text: { type: 'plain_text', text: cut(heading, MOST_OF_HEADER) } }
  const written: string[] = []
  let length = 0
  for (const one of lines.map(lineOf)) {
    length += one.length + 1
    if (length > MOST_OF_SECTION) break
    written.push(one)
  }
  return written.length === 0 ? [header] : [header, text(written.join('\n'))]
}

/** @source https://docs.slack.dev/reference/block-kit/block-elements/button-element */
function buttonsOf(content: Content) {
  if (!('incidentId' in content) || content.incidentId === null || content.ended || content.acknowledged) return []
  const label = { type: 'plain_text', text: 'Acknowledge' }
  const button = { type: 'button', text: label, action_id: ACKNOWLEDGE_ACTION, value: content.incidentId }
  return [{ type: 'actions', elements: [button] }]
}

const text = (markup: string) => ({ type: 'section', text: { type: 'mrkdwn', text: markup } })

const MOST_OF_LINE = 800
function lineOf({ label, text: words, url }: Line): string {
  const said = escaped(cut(words, MOST_OF_LINE))
  const shown = url === undefined ? said : `<${escaped(url).replaceAll('|', '%7C')}|${said.replaceAll('|', '¦')}>`
  return label === '' ? shown : `*${escaped(label)}:* ${shown}`
}

/** What Slack would read as markup of its own: a name can neither mention everybody nor become a link. */
const escaped = (words: string) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const cut = (words: string, most: number) =>
  [...words].length <= most ? words : `${[...words].slice(0, most - 1).join('')}…`

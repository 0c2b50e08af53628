import {
  type LabelledText,
  createLabelledText,
  toSingleLine,
  type TextSection,
} from '#lib/contract/document/document-model.ts'
import {
  formatCauseClass,
  formatCauseCertainty,
  formatIncidentExplanations,
  formatDurationBounds,
  formatUserActionNeed,
  formatCauseOwner,
  findCauseOwnerName,
  formatFindingTitle,
  formatCurrencyAmount,
} from '#lib/contract/index.ts'
import type {
  MessageContent,
  IncidentContent,
  FindingsContent,
  PostureDigestMessageContent,
  PostureEntry,
} from '../content.ts'
import { isCalledOwner, NO_CONTACT_TEXT } from '#lib/contract/events/called-owner.ts'
import { formatUtcSecond } from '#lib/contract/time/dates.ts'
import { formatBounds, formatDelay, formatSpan } from './message-times.ts'
import { formatCountWithNoun, formatIncidentHeadline, formatMessageTitle } from './message-text.ts'
import type { CostFinding } from '#lib/cost/api/index.ts'
import { formatMoneyPercentiles } from '#lib/cost/api/money-sums.ts'

/**
 * Returns the content of a message as sections of headings and labelled lines.
 * @param publicUrl public URL of Peerwatch without a trailing slash; null = no links
 */
export function createMessageSections(content: MessageContent, publicUrl: string | null): TextSection[] {
  if (content.reason === 'test') {
    const facts = [createLabelledText('', 'This is a test message.'), ...pageLink(publicUrl, '/settings')]
    return [{ heading: toSingleLine(formatMessageTitle(content)), blocks: [{ facts }] }]
  }
  if (content.reason === 'findings') return findingSections(content, publicUrl)
  if (content.reason === 'posture') return postureSections(content, publicUrl)
  if (content.reason === 'digest') {
    const [first, ...rest] = content.entries.map((entry) => section(entry, publicUrl))
    const intro = createLabelledText(
      '',
      'Several notifications were combined: they arrived together, or outside the hours of this channel.',
    )
    return first ? [{ heading: formatMessageTitle(content), blocks: [{ facts: [intro] }] }, first, ...rest] : []
  }
  return [section(content, publicUrl)]
}

const section = (content: IncidentContent, publicUrl: string | null): TextSection => ({
  heading: toSingleLine(formatIncidentHeadline(content)),
  blocks: [{ facts: incidentFacts(content, publicUrl) }],
})

function incidentFacts(content: IncidentContent, publicUrl: string | null): LabelledText[] {
  if (content.ahead) return aheadFacts({ ...content, ahead: content.ahead }, publicUrl)
  return [
    createLabelledText('', `${formatUserActionNeedPrefix(content)}${statusText(content)}`),
    ...(content.sent?.note ? [createLabelledText('Note', content.sent.note)] : []),
    createLabelledText('Severity', content.severity),
    ...joinedFaultLines(content),
    ...impactLines(content),
    ...times(content),
    ...delayLine(content),
    createLabelledText('Probable cause', withConfidence(content)),
    ...explanation(content),
    createLabelledText('Owner', ownerOf(content)),
    ...(content.nextStep && content.reason !== 'closed' ? [createLabelledText('Next step', content.nextStep)] : []),
    ...content.evidence.map((text, index) => createLabelledText(index === 0 ? 'Evidence' : '', text)),
    ...(content.otherEvents > 0
      ? [createLabelledText('Related', `${formatCountWithNoun(content.otherEvents, 'more event')} in this incident`)]
      : []),
    ...continuation(content, publicUrl),
    ...acknowledgement(content),
    ...assignment(content),
    ...card(content),
    ...incidentLink(content, publicUrl),
  ]
}

/** Maximum number of further faults in a message. The incident's page lists all of them. */
const MAX_SHOWN_FAULTS = 5

/** Returns a line for each fault that joined the open incident since the last notice, or that opened it again. */
function joinedFaultLines({ reason, faults = [] }: IncidentContent): LabelledText[] {
  const label = reason === 'extended' ? 'Further fault' : 'New fault'
  const lines = faults.slice(0, MAX_SHOWN_FAULTS).map((fault) => {
    const headline = toSingleLine(formatIncidentHeadline(fault))
    return `${headline}, started ${formatBounds(fault.startedBetween)}. Probable cause: ${formatCauseClass(fault.cause)}. Owner: ${ownerOf(fault)}`
  })
  const hidden = faults.length - lines.length
  const rest = hidden > 0 ? [`${formatCountWithNoun(hidden, 'more fault')} on the incident's page`] : []
  return [...lines, ...rest].map((line, n) => createLabelledText(n === 0 ? label : '', line))
}

/**
 * Returns the lines about effects. The first line is the most serious obstacle to the failover of the traffic, if one
 * is known and the incident is still open.
 */
function impactLines({ impact, hindrance, reason }: IncidentContent): LabelledText[] {
  const lines = [...(hindrance && reason !== 'closed' ? [hindrance] : []), ...(impact ? [impact] : [])]
  return lines.map((line, n) => createLabelledText(n === 0 ? 'Impact' : '', line))
}

/**
 * Reasons of messages that do not require an action. These messages do not begin with the sentence about whether a
 * person must act.
 */
const QUIET_REASONS: ReadonlySet<IncidentContent['reason']> = new Set(['acknowledged', 'closed'])

/**
 * Returns a sentence that tells whether a person must act because of the incident, with a trailing blank; '' if the
 * message omits it.
 */
export const formatUserActionNeedPrefix = ({ needsYou, reason }: IncidentContent): string =>
  needsYou && !QUIET_REASONS.has(reason) ? `${formatUserActionNeed(needsYou)} ` : ''

/** Returns the lines about the predicted effects of announced work. */
function aheadFacts(
  content: IncidentContent & Required<Pick<IncidentContent, 'ahead'>>,
  publicUrl: string | null,
): LabelledText[] {
  const { ahead, severity, nextStep } = content
  return [
    createLabelledText('', aheadStatus(content)),
    createLabelledText('Severity', severity),
    createLabelledText('Time', formatSpan(ahead.from, ahead.to)),
    ...ahead.work.map((title, n) => createLabelledText(n === 0 ? 'Announced' : '', toSingleLine(title))),
    createLabelledText('Effect', toSingleLine(ahead.summary)),
    ...(ahead.before === null ? [] : [createLabelledText('Before', toSingleLine(ahead.before))]),
    ...(ahead.over === null ? [createLabelledText('Next step', nextStep)] : []),
    ...incidentLink(content, publicUrl),
  ]
}

function aheadStatus({ ahead, reason }: IncidentContent): string {
  switch (ahead?.over) {
    case 'begun':
      return 'The announced work has begun.'
    case 'cancelled':
      return 'Withdrawn: it is not announced for this time any more.'
    case 'moved':
      return 'Withdrawn: the work was moved to another time.'
    case 'joined':
      return 'Withdrawn: more work was announced for this time. A separate notice describes the combined effect.'
    case 'harmless':
      return 'Withdrawn: the work is still announced, but would no longer remove any path.'
    default:
      return `${reason === 'changed' ? 'The effect of announced work has changed.' : 'Announced work will remove paths.'} It begins within ${ahead?.lead}. The effect is calculated with the current routes.`
  }
}

/** Maximum number of outages in a message. The incident's page lists all of them. */
const SHOWN_OUTAGES = 5

/**
 * Returns the lines about the times of an incident. If it has several outages, each gets its own line in place of one
 * start and end.
 */
function times({ started, ended, outage, outages = [] }: IncidentContent): LabelledText[] {
  const isOne = outages.length < 2
  const rows = outages.map((one, at) =>
    createLabelledText(
      `Outage ${at + 1}`,
      `${formatBounds(one.started)}, ${one.ended ? `ended ${formatBounds(one.ended)}` : 'is ongoing'}`,
    ),
  )
  return [
    ...(isOne
      ? [
          createLabelledText('Started', formatBounds(started)),
          ...(ended ? [createLabelledText('Ended', formatBounds(ended))] : []),
        ]
      : rows.slice(-SHOWN_OUTAGES)),
    ...(outage ? [createLabelledText(isOne ? 'Duration' : 'Duration in all', durationOf(outage))] : []),
  ]
}

/**
 * Returns the line about the maximum delay of detection and notification, so that operators can compare the times with
 * other monitoring; empty unless the message reports the opening and the delay is known.
 */
function delayLine({ delay, reason }: IncidentContent): LabelledText[] {
  return delay && reason === 'opened' ? [createLabelledText('Delay', formatDelay(delay))] : []
}

/** Returns the status of the incident in a sentence. */
function statusText({
  reason,
  severity,
  unverifiableSince,
  escalation,
  sent,
  ended,
  notBack,
  faults,
}: IncidentContent): string {
  const unverifiable =
    unverifiableSince === null
      ? ''
      : ` No good sample since ${formatUtcSecond(unverifiableSince)}: its current state cannot be confirmed.`
  switch (reason) {
    case 'opened':
      return `This incident has opened${faults ? ' again' : ''}.${unverifiable}`
    case 'raised':
      return `The severity was raised to ${severity}.${unverifiable}`
    case 'urgent':
      return `This incident is more urgent than before.${unverifiable}`
    case 'extended':
      return `A further fault joined this incident.${unverifiable}`
    case 'repeated':
      return `This incident is still open, and not acknowledged or its acknowledgement has expired.${unverifiable}`
    case 'unsnoozed':
      return `The snooze of this incident is over, and it is still open.${unverifiable}`
    case 'acknowledged':
      return 'Acknowledged.'
    case 'unverifiable':
      return `This incident is open.${unverifiable}`
    case 'flapping':
      return 'This incident opens and closes repeatedly. Until it has been quiet for 30 min, you are notified only of new faults and new causes, and if it becomes more severe or more urgent. See its page for each opening.'
    case 'sent':
      return `${toSingleLine(sent?.by ?? 'Somebody')} sent this incident, which ${ended ? 'is over' : 'is ongoing'}.${unverifiable}`
    case 'escalated':
      return `${escalation ? escalationText(escalation) : 'Nobody has acknowledged this incident.'}${unverifiable}`
    case 'closed':
      return notBack
        ? `This incident has closed, but the former state is not restored: ${notBack}.`
        : 'This incident has closed.'
    // Notices with these reasons are only about announced work and get their text from aheadStatus.
    case 'approaching':
    case 'changed':
    case 'withdrawn':
      return ''
  }
}

function escalationText({ policy, step, steps, round, since }: NonNullable<IncidentContent['escalation']>): string {
  const again = round > 1 ? `, round ${round}` : ''
  return `Nobody has acknowledged this incident since ${formatUtcSecond(since)}: step ${step} of ${steps} of the policy ${toSingleLine(policy)}${again}.`
}

const ownerOf = ({ cause, owner }: Pick<IncidentContent, 'cause' | 'owner'>): string =>
  findCauseOwnerName({ class: cause, owner }, null) ?? formatCauseOwner(owner)

function withConfidence({ cause, confidence }: IncidentContent): string {
  const certainty = formatCauseCertainty(confidence)
  return `${formatCauseClass(cause)}${certainty && ` (${certainty})`}`
}

function explanation({ explainedBy = [] }: IncidentContent): LabelledText[] {
  return explainedBy.length === 0 ? [] : [createLabelledText('Explained by', formatIncidentExplanations(explainedBy))]
}

/**
 * Returns a line with a link to an earlier incident that was only about failing polls, before the fault of this
 * incident was detected; empty if there is none.
 */
function continuation({ continues = null }: IncidentContent, publicUrl: string | null): LabelledText[] {
  if (continues === null) return []
  const url = publicUrl === null ? null : createMessageLink({ incidentId: continues }, publicUrl)
  const text = `incident ${continues}, which reported the failing polls`
  return [createLabelledText('Continues', text, url ?? undefined)]
}

function acknowledgement({ acknowledged, reason }: IncidentContent): LabelledText[] {
  if (!acknowledged || reason === 'closed') return []
  return [createLabelledText('Acknowledged', signature(acknowledged))]
}

function assignment({ assigned, reason }: IncidentContent): LabelledText[] {
  if (!assigned || reason === 'closed') return []
  return [createLabelledText('Assigned to', `${assigned.assignee}, ${signature(assigned)}`)]
}

const signature = ({ by, at, note }: NonNullable<IncidentContent['acknowledged']>): string =>
  `by ${by}, ${formatUtcSecond(at)}${note ? `: ${note}` : ''}`

/** Returns the lines of the contact card. If the owner must be called but no contact is declared, one line states this. */
function card({ card: known, owner, reason }: IncidentContent): LabelledText[] {
  const missing =
    reason !== 'closed' && isCalledOwner(owner) ? `${NO_CONTACT_TEXT}: add one on the incident's page` : ''
  const contact = known?.contact || missing
  return [
    ...(known?.serviceId ? [createLabelledText('Service', known.serviceId)] : []),
    ...(contact ? [createLabelledText('Contact', contact)] : []),
    ...(known?.runbookUrl ? [createLabelledText('Runbook', known.runbookUrl, known.runbookUrl)] : []),
    ...(known?.note ? [createLabelledText('Note', known.note)] : []),
  ]
}

const incidentLink = (content: IncidentContent, publicUrl: string | null): LabelledText[] =>
  pageLink(publicUrl, createMessageLink(content, ''))

function pageLink(publicUrl: string | null, path: string): LabelledText[] {
  if (publicUrl === null) return []
  const url = publicUrl + path
  return [{ label: 'Peerwatch', text: url, url }]
}

/**
 * Returns the link of a message: the incident; the page "Weeks ahead" for announced work; otherwise the page "Sources".
 */
export function createMessageLink(
  { incidentId, ahead }: Pick<IncidentContent, 'incidentId' | 'ahead'>,
  publicUrl: string,
): string {
  if (ahead) return `${publicUrl}/resilience?tab=weeks-ahead`
  return incidentId === null ? `${publicUrl}/sources` : `${publicUrl}/incidents/${encodeURIComponent(incidentId)}`
}

const durationOf = ({ atLeastSeconds, atMostSeconds }: NonNullable<IncidentContent['outage']>) =>
  formatDurationBounds(atLeastSeconds * 1_000, atMostSeconds * 1_000)

/** Returns the sections of the digest of findings, one for each finding, grouped by customer. */
function findingSections(content: FindingsContent, publicUrl: string | null): TextSection[] {
  const intro = createLabelledText(
    '',
    'These are findings of cost checks. The network has not failed, and nobody is at fault.',
  )
  const customers = [...Map.groupBy(content.entries, ({ customer }) => customer)]
  const byName = customers.toSorted(([a], [b]) => (a ?? '\uffff').localeCompare(b ?? '\uffff', 'en'))
  return [
    { heading: toSingleLine(formatMessageTitle(content)), blocks: [{ facts: [intro] }] },
    ...byName.flatMap(([, own]) => own.map((one) => findingSection(one, publicUrl))),
  ]
}

const findingSection = (one: CostFinding, publicUrl: string | null): TextSection => ({
  heading: toSingleLine(formatFindingTitle(one)),
  blocks: [{ facts: findingFacts(one, publicUrl) }],
})

function findingFacts(one: CostFinding, publicUrl: string | null): LabelledText[] {
  const { customer, startedBetween, endedBetween, evidence, amounts, remedy, confidence, links } = one
  return [
    ...(customer === null ? [] : [createLabelledText('Customer', customer)]),
    createLabelledText('Began', formatBounds(startedBetween)),
    ...(endedBetween ? [createLabelledText('Ended', formatBounds(endedBetween))] : []),
    ...evidence.map(({ field, before, after }) =>
      createLabelledText('Evidence', `${field}: ${before === null ? after : `${before} → ${after}`}`),
    ),
    ...(amounts.cost ? [createLabelledText('Cost', formatMoneyPercentiles(amounts.cost))] : []),
    ...(amounts.limit ? [createLabelledText('Against', formatCurrencyAmount(amounts.limit))] : []),
    ...(amounts.saving ? [createLabelledText('Would save', `${formatMoneyPercentiles(amounts.saving)} a month`)] : []),
    ...(endedBetween || remedy === '' ? [] : [createLabelledText('What to do', remedy)]),
    ...(confidence ? [createLabelledText('Confidence in cost', `${confidence.word}, ${confidence.words}`)] : []),
    ...(publicUrl === null
      ? []
      : links.map(({ label, href }) => createLabelledText(label, `${publicUrl}${href}`, `${publicUrl}${href}`))),
  ]
}

/**
 * Returns the sections of the posture digest: a summary, then one for each listed failing check, the most severe first.
 */
function postureSections(content: PostureDigestMessageContent, publicUrl: string | null): TextSection[] {
  const { entries, failing, since } = content
  const left = failing.length - entries.length
  const facts = [
    createLabelledText(
      '',
      'These are configurations and learned routes that fail a check. Nothing has happened yet. Exempt findings are left out.',
    ),
    ...(since ? [createLabelledText('Since last week', `${since.fresh} new, ${since.over} over`)] : []),
    ...(left > 0
      ? [createLabelledText('', `${formatCountWithNoun(left, 'more failing check')} on the page Resilience.`)]
      : []),
    ...(content.ahead ?? []).map((one, n) => createLabelledText(n === 0 ? 'Weeks ahead' : '', toSingleLine(one))),
    ...pageLink(publicUrl, '/resilience'),
  ]
  return [{ heading: toSingleLine(formatMessageTitle(content)), blocks: [{ facts }] }, ...entries.map(postureSection)]
}

function postureSection({ name, subject, severity, customer, reason, remedy, source }: PostureEntry): TextSection {
  const facts = [
    createLabelledText('Severity', severity),
    ...(customer === null ? [] : [createLabelledText('Customer', customer)]),
    createLabelledText('Why', reason),
    ...(remedy === '' ? [] : [createLabelledText('What to do', remedy)]),
    createLabelledText('Source', source, source),
  ]
  return { heading: toSingleLine(`${name}: ${subject}`), blocks: [{ facts }] }
}

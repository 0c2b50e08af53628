import { isCalledOwner } from '../events/called-owner.ts'
import type { Cause, CauseOwner } from '../events/cause.ts'
import type { UserActionNeed } from '../events/needs-you.ts'
import { formatCauseOwner } from './owners.ts'
import { STOPPED_POLLS_NEXT_STEP } from './stopped-polls.ts'

/**
 * Verbs with which an order in the advice for a cause begins (event-kinds/causes.ts, outcome-remedies.ts, lib/detection).
 */
const VERBS = [
  'announce',
  'ask',
  'check',
  'compare',
  'correct',
  'declare',
  'enable',
  'filter',
  'find',
  'free',
  'give',
  'grant',
  'have',
  'make',
  'move',
  'open',
  'prove',
  'remove',
  'repair',
  'report',
  'restart',
  'set',
  'summarise',
  'sync',
  'test',
  'wait',
]
const capitalize = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`
const [lower, upper] = [VERBS.join('|'), VERBS.map(capitalize).join('|')]
/** Places between two sentences, the second of which is an order, or a condition or purpose with an order. */
const BETWEEN_SENTENCES = new RegExp(String.raw`(?<=[.!?]) (?=(?:${upper}|If|To)\b)`)
/** Places between two orders of one sentence: `Ask Equinix …, and check …`. */
const BETWEEN_ORDERS = new RegExp(String.raw`(?:, (?:and then|and|then)|;) (?=(?:${lower}|if)\b)`)
/** Place between a fact and its order: `Sessions stayed up: ask …`. */
const BEFORE_ORDER = new RegExp(String.raw`: (?=(?:${lower})\b(?! there))`)
const isOrder = (text: string) => new RegExp(String.raw`^(?:${upper}|If|To)\b`).test(text)

/** Advice for a cause in its parts. */
interface AdviceParts {
  /** the advice without the known facts, as it is stored */
  text: string
  /** facts before the first order: `Layer 2 works, but BGP does not.`; '' = none */
  reason: string
  /** orders in their sequence, each a sentence */
  orders: string[]
  /** facts known and unknown to the decision: `Microsoft's port LON-1, ARP incomplete.`; '' = none */
  known: string
}

/**
 * Splits the advice for a cause into its facts and its orders. No word of the advice is lost. A fact after an order is
 * part of this order.
 */
export function splitAdvice(advice: string): AdviceParts {
  const [text = '', ...facts] = advice.split(/ (?=(?:Known|Not known): )/)
  const sentences = text.split(BETWEEN_SENTENCES).flatMap((sentence) => {
    if (/^(?:If|To) /.test(sentence)) return sentence
    const [fact = '', ...orders] = isOrder(sentence) ? [sentence] : sentence.split(BEFORE_ORDER)
    return [
      ...(isOrder(fact) ? fact.split(BETWEEN_ORDERS) : [fact]),
      ...orders.flatMap((one) => one.split(BETWEEN_ORDERS)),
    ]
  })
  const parts = sentences.filter(Boolean).map((part) => capitalize(/[.!?]$/.test(part) ? part : `${part}.`))
  return {
    text,
    reason: parts.filter((part) => !isOrder(part)).join(' '),
    orders: parts.filter(isOrder),
    known: facts.join(' ').replace(/^Known: /, ''),
  }
}

/** Step of the work on an incident. */
interface IncidentStep {
  /**
   * `call` = the step needs the owner's contact, and the text of the ticket if there is one for the owner;
   * `confirm` = the step waits for a change of the page, so that a page of the past does not have it
   */
  kind: 'call' | 'check' | 'confirm'
  text: string
}

/** Last step for every incident that a person works on. */
const CONFIRM_STEP: IncidentStep = {
  kind: 'confirm',
  text: 'Check the recovery on this page: the state is RECOVERED as soon as polls confirm it.',
}

/** Last step while all polls are stopped, because a recovery is shown only after polls run again. */
const RESTART_STEP: IncidentStep = { kind: 'confirm', text: STOPPED_POLLS_NEXT_STEP }

/** Texts by which an order in the advice calls the owner of the cause, and not another party. */
const CALLS: Readonly<Partial<Record<CauseOwner, RegExp>>> = {
  microsoft: /\b(?:ask|give) Microsoft\b|support case/i,
  provider: /^Ask (?!Microsoft)/,
  onprem: /^Ask (?:the|its) (?:operator|network)/,
}

/**
 * Returns the steps of the work on an ongoing incident, and the facts in the advice for its cause. If the owner must be
 * called and no order of the advice calls it, the call is the first step. An incident that needs nobody has only the
 * orders of the advice, and none of them calls the owner.
 * @param page.hasTicket whether the page has the text of a ticket for the owner
 * @param page.arePollsStopped whether all polls are stopped
 */
export function listIncidentSteps(
  cause: Pick<Cause, 'owner' | 'nextStep'> & { ownerName?: string | null },
  when: UserActionNeed['when'],
  { hasTicket = false, arePollsStopped = false }: { hasTicket?: boolean; arePollsStopped?: boolean } = {},
): Omit<AdviceParts, 'orders'> & { steps: IncidentStep[] } {
  const { orders, ...facts } = splitAdvice(cause.nextStep)
  if (when === 'nobody') return { ...facts, steps: orders.map((text) => ({ kind: 'check', text })) }
  const called = orders.findIndex((order) => CALLS[cause.owner]?.test(order))
  const steps = orders.map((text, at): IncidentStep => ({ kind: at === called ? 'call' : 'check', text }))
  if (steps.length === 0) return { ...facts, steps }
  const name = cause.ownerName ?? formatCauseOwner(cause.owner)
  const call: IncidentStep = {
    kind: 'call',
    text: `Call ${name}${hasTicket ? ', and send the text of the ticket' : ''}.`,
  }
  const last = arePollsStopped ? RESTART_STEP : CONFIRM_STEP
  return { ...facts, steps: [...(called === -1 && isCalledOwner(cause.owner) ? [call] : []), ...steps, last] }
}

/** Maximum number of characters of a brief next step, so that it fits every tile of the wall. */
const MAX_BRIEF_CHARACTERS = 32

/**
 * Returns a next step that fits every tile of the wall: `Ask Equinix`. It names the owner of the cause only if an order
 * of the advice calls it without a condition. Otherwise it is the first order, if this order is short enough.
 * @param cause its `ownerName` is the contact or the name of the owner; null = the general name
 */
export function formatBriefNextStep(
  cause: Pick<Cause, 'owner' | 'nextStep'> & { ownerName: string | null },
  when: UserActionNeed['when'],
): string {
  const { orders } = splitAdvice(cause.nextStep)
  const call = when !== 'nobody' && orders.some((order) => !order.startsWith('If ') && CALLS[cause.owner]?.test(order))
  // A contact on the card of a resource belongs to its provider or its operator, and not to Microsoft.
  const name = cause.owner === 'microsoft' ? null : cause.ownerName
  if (call) return `Ask ${name ?? formatCauseOwner(cause.owner)}`
  const first = orders[0]?.replace(/\.$/, '')
  return first !== undefined && first.length <= MAX_BRIEF_CHARACTERS ? first : 'Open the incident'
}

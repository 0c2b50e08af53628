import { formatUtcDay } from '#lib/contract/time/dates.ts'
import type { TextSection } from '#lib/contract/document/document-model.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { OperatorCard } from '#lib/contract/index.ts'
import type { LookupContext, RouteLookup } from '#lib/routes/api/index.ts'
import type { ArpEntryInterval } from '#lib/usage/api/path-history.ts'
import {
  listLookupContextLines,
  formatLookupContextHeadline,
  createLookupTimeFormat,
} from '#lib/routes/words/lookup-context-text.ts'
import { createLookupNames, listLookupStatements } from '#lib/routes/words/lookup-text.ts'
import {
  createLabelledSection,
  createTextSection,
  formatTicket,
  formatUtc,
  formatUtcBounds,
} from './ticket-sections.ts'
import { createIdentitySection, type TicketRecipient } from './ticket-text.ts'

/** Facts in the text of a ticket about the path to an address, now or at a past time. */
interface LookupTicketFacts {
  lookup: RouteLookup
  around: LookupContext
  circuit: Circuit
  card: OperatorCard | null
  /** ARP entries of the circuit around the time of the lookup; null = not loaded */
  arp: readonly ArpEntryInterval[] | null
  link: string
}

/**
 * Returns the text of a ticket about a route lookup, with times in UTC. It describes the time of the lookup and not the
 * present.
 */
export function formatLookupTicket(facts: LookupTicketFacts, reader: TicketRecipient): string {
  const { lookup, around, circuit, card, link } = facts
  const clock = createLookupTimeFormat(lookup.at)
  const moment = formatUtc(lookup.at)
  const words = { circuit: createLookupNames(around), moment, past: true }
  const [main, below] = listLookupStatements(lookup, { ...words, clock })
  return formatTicket([
    createTextSection(
      formatLookupContextHeadline(around, clock),
      // Last known routes are of another time, which their text contains.
      `${main}${lookup.known === 'unknown' || main.includes(moment) ? '' : ` at ${moment}`}.`,
      ...(below ? [`${below}.`] : []),
    ),
    createTextSection(formatRequest(facts, reader)),
    createIdentitySection({ circuit, card }, reader),
    thenSection(facts),
    around.sessions.length === 0 || reader === 'provider' ? null : sessionSection(around),
    createTextSection(`Read from Azure Resource Manager by Peerwatch, as of ${moment}`, link),
  ])
}

/**
 * Returns the paths of the circuit that were down at some time around the lookup. If the list is empty, the ticket does
 * not blame a path.
 */
const brokenPaths = ({ around, circuit }: Pick<LookupTicketFacts, 'around' | 'circuit'>) =>
  around.paths.filter(({ circuitId, states }) => circuitId === circuit.id && states.some(({ is }) => is === 'down'))

function formatRequest(facts: LookupTicketFacts, reader: TicketRecipient): string {
  const { around, card } = facts
  const [broken, ...more] = brokenPaths(facts)
  const where = broken ? (more.length > 0 ? 'both paths' : `the ${broken.path} path`) : 'this circuit'
  const clock = createLookupTimeFormat(facts.lookup.at)
  const when = `between ${clock.minute(around.from)} and ${clock.minute(around.to)} UTC on ${formatUtcDay(facts.lookup.at)}`
  const what =
    reader === 'provider'
      ? `${where} from the customer’s port to Microsoft’s edge ${when}: light, errors and work in that time`
      : `the Microsoft edge of ${where} ${when}: ports, ARP, BGP sessions and work in that time`
  // Without a known failure, the ticket does not request the cause of a failure.
  const answer = broken || around.incidents.length > 0 ? 'the cause' : 'whether anything failed'
  return `Please check what was recorded of ${what}. Report ${answer}${card?.contact ? ` to ${card.contact}` : ''}.`
}

function thenSection(facts: LookupTicketFacts): TextSection {
  const { around, circuit, arp } = facts
  const { second } = createLookupTimeFormat(facts.lookup.at)
  const states = around.paths
    .filter(({ circuitId }) => circuitId === circuit.id)
    .map(
      ({ path, states: own }) =>
        [`${path === 'primary' ? 'Primary' : 'Secondary'} path`, statesText(own, second) || 'no session seen'] as const,
    )
  const entries = (arp ?? []).map(
    ({ peering, path, interface: side, ipAddress, macAddress, from, to }) =>
      [
        ['ARP', peering === 'private' ? '' : (peering ?? ''), path ?? ''].filter(Boolean).join(' '),
        `${side} ${ipAddress} ${macAddress ?? 'INCOMPLETE'}, since ${formatUtcBounds(from)}${to ? ` until ${formatUtcBounds(to)}` : ''}`,
      ] as const,
  )
  const measured = listLookupContextLines({ ...around, paths: [] }, createLookupTimeFormat(facts.lookup.at))
  return createLabelledSection('Then', [...states, ...entries, ['Measured', measured.join(', ')]])
}

const stateLabels: Record<LookupContext['paths'][number]['states'][number]['is'], string> = {
  up: 'UP',
  down: 'DOWN',
  indeterminate: 'CHANGED',
  unknown: 'NOT SEEN',
  planned: 'PLANNED WORK',
}

const statesText = (states: LookupContext['paths'][number]['states'], second: (at: string) => string): string =>
  states.map(({ is, from, to }) => `${stateLabels[is]} ${second(from)} – ${second(to)}`).join(', ')

const sessionSection = ({ sessions, from }: LookupContext): TextSection => {
  const { second } = createLookupTimeFormat(from)
  return createLabelledSection(
    'Gateway sessions then',
    sessions.map(
      ({ scopeName, localAddress, neighbor, states }) =>
        [`${scopeName} ${localAddress} - ${neighbor}`, statesText(states, second)] as const,
    ),
  )
}

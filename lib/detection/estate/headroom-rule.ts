import type { Bounds, Evidence } from '#lib/contract/index.ts'
import { prefixLimit } from '../headroom/index.ts'
import type { PathView } from './circuit-facts.ts'
import { reconcile } from './condition.ts'
import { type Estate, openEvent, scopeOf } from './estate.ts'
import type { LiveEvent, SessionFact } from './state.ts'
import type { CircuitNode, PeeringNode } from './topology.ts'

/** What a path's session hears in either family, held against the limit of that family. */
export function headroom(estate: Estate, circuit: CircuitNode, peering: PeeringNode, path: PathView): LiveEvent[] {
  const { settings, mark, runsOut } = estate
  const isAsked = runsOut && mark.scope === circuit.scope && mark.part === path.part
  const own = shortOf(estate, path.session, {
    scope: circuit.scope,
    subject: path.part,
    limit: prefixLimit(peering.name, circuit.premium, settings, familyOf(peering.customers[path.path])),
    evidence: isAsked ? [itemOf(estate, 'limit reached', inWords(runsOut.between))] : [],
  })
  const second = shortOf(estate, secondSession(estate, circuit, peering, path), {
    scope: circuit.scope,
    subject: `${path.part} IPv6`,
    limit: prefixLimit(peering.name, circuit.premium, settings, 6),
    evidence: [],
  })
  return [own, second].flatMap((live) => live ?? [])
}

const familyOf = (address: string | null): 4 | 6 => (address?.includes(':') ? 6 : 4)

function secondSession(
  estate: Estate,
  { scope }: CircuitNode,
  { secondFamily }: PeeringNode,
  { part, path }: PathView,
): SessionFact | null {
  const neighbor = secondFamily?.[path] ?? null
  if (neighbor === null) return null
  const own = Object.values(scopeOf(estate, scope).sessions)
  return own.find((fact) => fact.part === part && fact.neighbor === neighbor) ?? null
}

/** A count that a word has replaced clears nothing. */
function shortOf(
  estate: Estate,
  session: SessionFact | null,
  counted: Omit<Counted, 'count' | 'since'>,
): LiveEvent | null {
  const since = session?.countBetween ?? nowOf(estate)
  return shortHeadroom(estate, { ...counted, since, count: session?.level === 'up' ? session.prefixes : null })
}

interface Counted {
  scope: string
  subject: string
  /** null = not told: what was said stands */
  count: number | null
  /** null = none is documented: nothing is said */
  limit: number | null
  since: Bounds
  evidence: readonly Evidence[]
}

/** Short headroom clears at a lower share than it opens. */
export function shortHeadroom(estate: Estate, counted: Counted): LiveEvent | null {
  const { settings } = estate
  const { scope, subject, count, limit, since, evidence } = counted
  if (limit === null) return null
  const share = count === null ? null : count / limit
  const open = openEvent(estate, 'prefix_headroom', scope, subject)
  return reconcile(estate, {
    kind: 'prefix_headroom',
    scope,
    subject,
    holds: share === null ? null : share >= settings[open ? 'headroom.clear' : 'headroom.warn'],
    since,
    severity: share !== null && share >= settings['headroom.major'] ? 'major' : 'warning',
    evidence: [itemOf(estate, 'prefixesReceived', `${count} of ${limit}`), ...evidence],
  })
}

const nowOf = ({ mark }: Estate): Bounds => ({ earliest: mark.startedAt, latest: mark.finishedAt })

const itemOf = (estate: Estate, field: string, after: string): Evidence => ({
  field,
  before: null,
  after,
  sampledBefore: null,
  sampledAfter: nowOf(estate),
})

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)

function inWords(between: Bounds | null): string {
  return between === null
    ? 'not growing by the largest counts of the last days'
    : `between ${dayOf(between.earliest)} and ${dayOf(between.latest)} if it goes on as in the last days`
}

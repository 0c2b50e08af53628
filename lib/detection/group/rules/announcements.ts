import { DEFAULT_ROUTES, MSEE_ASN } from '#lib/bgp/index.ts'
import type { Evidence } from '#lib/contract/index.ts'
import { closeEvent as endEvent, updateEventByCondition } from '../../model/event-condition.ts'
import { type DetectionContext, findOpenEvent } from '../../model/context.ts'
import { createSampleEvidence } from '../../model/create-event.ts'
import {
  type AnnouncedPrefixChange,
  isAnnouncedAsBefore,
  type RouterSideSession,
  getRouterSideResourceId,
} from '../../model/router-side-session.ts'
import type { DetectionRecheckTime } from '../../model/recheck.ts'
import type { LiveEvent, SessionFact } from '../../model/scope-state.ts'
import { createPrefixOverlapTest } from '../../model/prefix-overlap.ts'
import { formatSessionSubject } from '../../model/subject.ts'
import { findSessionFact, ROUTER_STATE_EVIDENCE_FIELD } from '../facts/router-side-sessions.ts'
import { hasLaterSessionEvent } from './router-silence.ts'
import { formatPrefixList } from './routes/peer-routes.ts'

const KIND = 'announcement_changed'

type Changes = readonly AnnouncedPrefixChange[]

/**
 * Reports changes of the routes that a customer's router announces to Azure. The router's own report shows them before
 * Azure's table is polled again. Routes that the session sends as its first table are ignored. The edge router refuses
 * a route whose AS path contains Microsoft's ASN (RFC 4271 section 9.1.2), so such a route counts as not announced.
 */
export function detectRouterAnnouncementChange(context: DetectionContext, end: RouterSideSession): void {
  const fact = findSessionFact(context, end)
  if (!fact || !end.announced || hasLaterSessionEvent(context, KIND, end, fact)) return
  const [scope, subject] = [getRouterSideResourceId(end), formatSessionSubject(fact)]
  const open = findOpenEvent(context, KIND, scope, subject)
  if (open && open.event.started.latest <= end.announced.from) return passBy(context, open)
  const known = end.announced.changes.map(dropRefusedRoutes)
  const found = findingsOf(context, known)
  if (open) return follow(open, end, known, found)
  const first = inOrder(found)[0]?.between
  if (!first || fact.level !== 'up') return
  const begun = updateEventByCondition(context, {
    kind: KIND,
    scope,
    subject,
    holds: true,
    since: first,
    severity: 'warning',
    confirm: 1,
    evidence: [evidenceOf(end, found)],
  })
  if (begun) begun.prefixes = found.map(({ prefix }) => prefix)
}

/**
 * Updates an open event with further changed prefixes, because a router may take seconds for all changes. The event
 * ends when all of its prefixes are announced as before.
 */
function follow(open: LiveEvent, end: RouterSideSession, known: Changes, found: Changes): void {
  const prefixes = new Set(open.prefixes)
  if (found.some(({ prefix }) => !prefixes.has(prefix))) {
    for (const { prefix } of found) prefixes.add(prefix)
    open.prefixes = [...prefixes]
    open.event = { ...open.event, evidence: [evidenceOf(end, found)] }
  }
  const own = known.filter(({ prefix }) => prefixes.has(prefix))
  const last = inOrder(own).at(-1)
  if (last && own.every(isAnnouncedAsBefore)) endEvent(open, last.between)
}

const inOrder = (changes: Changes) => changes.toSorted((a, b) => a.between.latest - b.between.latest)

/**
 * Returns the time at which an open event about changed announcements ends because the change has lasted for the
 * setting `memory.recent`; null if no such event is open.
 */
export function findAnnouncementRecheckTime(
  context: DetectionContext,
  end: RouterSideSession,
  fact: SessionFact,
): DetectionRecheckTime {
  const open = findOpenEvent(context, KIND, getRouterSideResourceId(end), formatSessionSubject(fact))
  return open ? open.event.started.latest + context.settings['memory.recent'] + 1 : null
}

/** Ends an event because its change has lasted for `memory.recent`, and adds the flag `lasts`. */
function passBy({ mark }: DetectionContext, open: LiveEvent): void {
  endEvent(open, { earliest: mark.startedAt, latest: mark.finishedAt })
  open.event = { ...open.event, flags: [...open.event.flags, 'lasts'] }
}

/** Returns an announcement change as Azure's edge router sees it: routes that it refuses count as not announced. */
export function dropRefusedRoutes(one: AnnouncedPrefixChange): AnnouncedPrefixChange {
  const taken = (route: AnnouncedPrefixChange['before']) => (route?.asPath?.includes(MSEE_ASN) ? null : route)
  return { ...one, before: taken(one.before), after: taken(one.after) }
}

/**
 * Returns the changes that are still in effect, if they are significant; otherwise an empty list. They are significant
 * if there are enough of them for a mass announcement, or if one of them is about a default route, a prefix of a
 * declared site or a watched prefix.
 */
function findingsOf({ topology, settings }: DetectionContext, known: Changes): Changes {
  const changed = known.filter((one) => !isAnnouncedAsBefore(one))
  if (changed.length === 0) return []
  const isNamed = createPrefixOverlapTest([...topology.watched, ...topology.sites.flatMap(({ prefixes }) => prefixes)])
  const matters = ({ prefix }: AnnouncedPrefixChange) => DEFAULT_ROUTES.has(prefix) || isNamed(prefix)
  return changed.length >= settings['announce.mass.count'] || changed.some(matters) ? changed : []
}

function evidenceOf({ router, announced }: RouterSideSession, found: Changes): Evidence {
  const of = (words: string, isOf: (one: AnnouncedPrefixChange) => boolean) => {
    const own = found.filter(isOf).map(({ prefix }) => prefix)
    return own.length > 0 ? [`${words} ${formatPrefixList(own)}`] : []
  }
  const said = [
    ...of('announces no longer', ({ after }) => after === null),
    ...of('newly announces', ({ before }) => before === null),
    ...of('announces by another path', ({ before, after }) => before !== null && after !== null),
    ...(announced?.isPartial ? ['more routes changed than are read at a time, so that this list is incomplete'] : []),
  ]
  return createSampleEvidence(
    ROUTER_STATE_EVIDENCE_FIELD,
    `${router}: ${said.join('; ')}`,
    inOrder(found).at(-1)?.between ?? null,
  )
}

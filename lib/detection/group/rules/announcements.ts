import { MSEE_ASN, parsePrefix, containsPrefix } from '#lib/bgp/index.ts'
import type { Evidence } from '#lib/contract/index.ts'
import { end as endEvent, reconcile } from '../../model/condition.ts'
import { type FoldContext, openEvent } from '../../model/context.ts'
import { evidenceOfSample } from '../../model/new-event.ts'
import { type AnnouncedChange, isSameAnnouncement, type RouterEnd, scopeOfEnd } from '../../model/router-end.ts'
import type { RecheckAt } from '../../model/recheck.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import { sessionSubject } from '../../model/subject.ts'
import { factOf, ROUTER_END } from '../facts/router-ends.ts'
import { labelOf } from './routes/peer-routes.ts'

const KIND = 'announcement_changed'
const DEFAULT_ROUTES = new Set(['0.0.0.0/0', '::/0'])
/** Flag of an event that ended because what it reports has lasted for `memory.recent`. */
const LASTS = 'lasts'

/**
 * What a router announces to Azure is known before Azure's table is read again. Nothing is said of it for the time in which its session
 * sends its first table; a path that contains Microsoft's ASN the MSEE refuses (RFC 4271 section 9.1.2), so that it is announced to nobody.
 */
export function announcementChanged(context: FoldContext, end: RouterEnd): void {
  const fact = factOf(context, end)
  if (!fact || !end.announced) return
  const [scope, subject] = [scopeOfEnd(end), sessionSubject(fact)]
  const open = openEvent(context, KIND, scope, subject)
  const { from } = end.announced
  if (open && open.event.started.latest <= from) return passBy(context, open)
  const known = end.announced.changes.map(asTaken)
  const changed = known.filter(({ isBack }) => !isBack)
  const found = findingsOf(context, changed)
  if (open) return follow(open, end, { known, found })
  const [first] = found.map(({ between }) => between).toSorted((a, b) => a.latest - b.latest)
  if (!first || fact.level !== 'up') return
  const begun = reconcile(context, {
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

/** A router may take seconds for all of it. It ends with the last of its prefixes that is announced as before; of what a gap took nothing is known. */
function follow(
  open: LiveEvent,
  end: RouterEnd,
  { known, found }: { known: readonly AnnouncedChange[]; found: readonly AnnouncedChange[] },
): void {
  const prefixes = new Set(open.prefixes)
  if (found.some(({ prefix }) => !prefixes.has(prefix))) {
    for (const { prefix } of found) prefixes.add(prefix)
    open.prefixes = [...prefixes]
    open.event = { ...open.event, evidence: [evidenceOf(end, found)] }
  }
  const own = known.filter(({ prefix }) => prefixes.has(prefix))
  const last = latestOf(own)
  if (last && own.every(({ isBack }) => isBack)) endEvent(open, last.between)
}

const latestOf = (changes: readonly AnnouncedChange[]): AnnouncedChange | undefined =>
  changes.toSorted((a, b) => a.between.latest - b.between.latest).at(-1)

/** What lasts passes by at a known moment. */
export function recheckAnnouncement(context: FoldContext, end: RouterEnd): RecheckAt {
  const fact = factOf(context, end)
  const open = fact && openEvent(context, KIND, scopeOfEnd(end), sessionSubject(fact))
  return open ? open.event.started.latest + context.settings['memory.recent'] + 1 : null
}

function passBy({ mark }: FoldContext, open: LiveEvent): void {
  endEvent(open, { earliest: mark.startedAt, latest: mark.finishedAt })
  open.event = { ...open.event, flags: [...open.event.flags, LASTS] }
}

/** As Azure takes it. */
function asTaken(one: AnnouncedChange): AnnouncedChange {
  const taken = (route: AnnouncedChange['before']) => (route?.asPath?.includes(MSEE_ASN) ? null : route)
  const [before, after] = [taken(one.before), taken(one.after)]
  return { ...one, before, after, isBack: isSameAnnouncement(before, after) }
}

/** Default routes, prefixes of declared sites and the watch list; all, where they are as many as make a mass announcement. */
function findingsOf({ topology, settings }: FoldContext, changed: readonly AnnouncedChange[]): AnnouncedChange[] {
  const outer = [...topology.watched, ...topology.sites.flatMap(({ prefixes }) => prefixes)].flatMap(
    (text) => parsePrefix(text) ?? [],
  )
  const matters = ({ prefix }: AnnouncedChange) => {
    const inner = parsePrefix(prefix)
    return DEFAULT_ROUTES.has(prefix) || (inner !== null && outer.some((one) => containsPrefix(one, inner)))
  }
  return changed.length >= settings['announce.mass.count'] || changed.some(matters) ? [...changed] : []
}

function evidenceOf({ router }: RouterEnd, found: readonly AnnouncedChange[]): Evidence {
  const of = (words: string, isOf: (one: AnnouncedChange) => boolean) => {
    const own = found.filter(isOf).map(({ prefix }) => prefix)
    return own.length > 0 ? [`${words} ${labelOf(own)}`] : []
  }
  const said = [
    ...of('announces no longer', ({ after }) => after === null),
    ...of('newly announces', ({ before }) => before === null),
    ...of('announces by another path', ({ before, after }) => before !== null && after !== null),
  ]
  return evidenceOfSample(ROUTER_END, `${router}: ${said.join('; ')}`, latestOf(found)?.between ?? null)
}

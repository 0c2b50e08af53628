import { MSEE_ASN } from '#lib/bgp/index.ts'
import { type Bounds, parseMember, type RouteChange, type Severity } from '#lib/contract/index.ts'
import { bestRoutes } from '../../../model/best-routes.ts'
import { type FoldContext, isOpen, liveEvents, scopeOf } from '../../../model/context.ts'
import { scopeOfRoutes } from '../../../model/owner.ts'
import { lossOf } from '../../facts/loss.ts'
import type { Proof } from '../../../model/route-memory.ts'
import { putRouteEvent } from './route-event.ts'
import {
  boundsOfChanges,
  carrierOf,
  membersOf,
  type ChangedPrefix,
  peersOf,
  type RouteTable,
  type RouteEntry,
} from '../../../model/route.ts'
import { describePathChange } from './path-change.ts'
import { endShift, returns } from './path-change-returns.ts'
import { isLost, type JudgedSite, learnedEvidence, learnedFlags, learnedOf, type SiteRoutes } from '../sites/index.ts'
import type { LiveEvent, PendingShift } from '../../../model/scope-state.ts'
import type { Site } from '../../../model/topology.ts'

/** Flag of ranges that nobody declared: whatever carried them reports what their loss means. */
export const UNDECLARED = 'undeclared'

const FAILBACK_UNSTABLE_MS = 5 * 60_000

/** One change of the best paths that several prefixes share. Members are `gateway neighbor`. */
interface Shift {
  prefixes: string[]
  before: string[]
  after: string[]
  /** the former best paths still exist, but are worse now */
  stillThere: boolean
  drain: boolean
}

/** The routes to what changed, and to the sites that it belongs to. */
type TableWithSites = RouteTable & { siteRoutes: SiteRoutes }

/** ecmp_reduced and _restored, failover, failback, best_path_shift, no_path (docs/rules/detection.md 3.2). */
export function bestPathRules(
  context: FoldContext,
  changes: readonly RouteChange[],
  moved: readonly ChangedPrefix[],
  table: TableWithSites,
): void {
  const between = boundsOfChanges(changes)
  const returned = returns(context, moved, table, between)
  const fresh = moved.filter(({ prefix }) => !returned.has(prefix))
  const earlier = takeStepsBetween(context, fresh, between)
  for (const shift of shiftsOf(context, fresh, earlier, table)) {
    const lost = shift.before.filter((member) => !shift.after.includes(member))
    const isShrunk = shift.after.length > 0 && shift.after.every((member) => shift.before.includes(member))
    if (lost.length === 0) continue
    if (shift.after.length === 0) losesAll(context, shift, table, between)
    else if (isShrunk && !shift.stillThere) shrinks(context, shift, between)
    else wait(context, shift, between, unreadOf(context, shift, table))
  }
}

/**
 * Joins this shift with one that is not reported yet. Gateways are read one after the other: unless the earlier one is known to have
 * come first, the two are one shift, and the paths in between were never used.
 * @returns by prefix, the best paths before both
 */
function takeStepsBetween(
  context: FoldContext,
  moved: readonly ChangedPrefix[],
  between: Bounds,
): Map<string, string[]> {
  const was = new Map(
    moved.map(({ prefix, before }) => [prefix, membersOf(bestRoutes(before, context.topology)).join()]),
  )
  const earlier = new Map<string, string[]>()
  for (const scope of Object.values(context.scopes)) {
    scope.pending = scope.pending.flatMap((pending) => {
      const { prefixes, before, after } = pending
      if (pending.returned || isAfter(context, pending, between)) return [pending]
      const isStep = (prefix: string) => was.get(prefix) === after.join()
      for (const prefix of prefixes.filter(isStep)) earlier.set(prefix, before)
      const rest = prefixes.filter((prefix) => !isStep(prefix))
      return rest.length > 0 ? [{ ...pending, prefixes: rest }] : []
    })
  }
  return earlier
}

/** Whether a change is known to have come after a shift that waits: what waits for this gateway's table may be the same one. */
function isAfter({ mark }: FoldContext, pending: PendingShift, between: Bounds): boolean {
  const since = pending.unread?.includes(mark.scope) ? pending.source.startedAt : pending.between.earliest
  return between.earliest > since
}

/** A prefix that lost its routes is reached by the next shorter one, where there is one (longest match). */
function shiftsOf(
  { topology }: FoldContext,
  moved: readonly ChangedPrefix[],
  earlier: ReadonlyMap<string, readonly string[]>,
  { covering }: RouteTable,
): Shift[] {
  const shifts = new Map<string, Shift>()
  for (const { prefix, before, after } of moved) {
    const was = [...(earlier.get(prefix) ?? membersOf(bestRoutes(before, topology)))]
    const carrying = after.length > 0 ? after : (covering[prefix] ?? [])
    const is = membersOf(bestRoutes(carrying, topology))
    if (was.length === 0 || was.join() === is.join()) continue
    const all = membersOf(after)
    const stillThere = was.every((member) => is.includes(member) || all.includes(member))
    const drain = isDrain(before, after)
    const key = JSON.stringify([was, is, stillThere, drain])
    const shift = shifts.get(key) ?? { prefixes: [], before: was, after: is, stillThere, drain }
    shift.prefixes.push(prefix)
    shifts.set(key, shift)
  }
  return [...shifts.values()]
}

/** Before maintenance Microsoft prepends its own ASN to what an edge router announces: documented as 8 times more. */
const DRAIN_PREPENDS = 3

function isDrain(before: readonly RouteEntry[], after: readonly RouteEntry[]): boolean {
  const own = ({ asPath }: RouteEntry) => asPath.filter((asn) => asn === MSEE_ASN).length
  return after.some((entry) => {
    const was = before.find(
      (other) => other.gateway === entry.gateway && other.peer === entry.peer && other.instance === entry.instance,
    )
    return was !== undefined && own(entry) - own(was) >= DRAIN_PREPENDS
  })
}

function shrinks(context: FoldContext, shift: Shift, between: Bounds): void {
  putRouteEvent(context, {
    kind: 'ecmp_reduced',
    ...describePathChange(context, shift),
    severity: 'info',
    started: between,
    prefixes: shift.prefixes,
    peers: peersOf(shift.before),
    peersAfter: peersOf(shift.after),
  })
}

/**
 * A declared range without any path is an outage at once, and so is a learned site of which nothing is left; other ranges are, once
 * something that carried them is known to be lost.
 */
function losesAll(context: FoldContext, shift: Shift, table: TableWithSites, between: Bounds): void {
  const open = shift.prefixes.filter((prefix) => !table.covered.includes(prefix))
  const lost = [...context.topology.sites, ...lostOfLearned(context, table)]
  for (const site of lost) {
    const own = open.filter((prefix) => site.prefixes.includes(prefix))
    if (own.length > 0) noPath(context, { ...shift, prefixes: own }, between, site)
  }
  const reported = new Set(lost.flatMap(({ prefixes }) => prefixes))
  const rest = open.filter((prefix) => !reported.has(prefix))
  if (rest.length > 0) wait(context, { ...shift, prefixes: rest }, between)
}

function lostOfLearned(context: FoldContext, table: TableWithSites): JudgedSite[] {
  return learnedOf(context).filter((site) => {
    const entries = table.siteRoutes[site.name]
    return entries !== undefined && isLost(context, site, entries)
  })
}

/** A site that lost its paths, declared or learned. */
type LostSite = Pick<JudgedSite, 'name' | 'prefixes'> & Partial<Pick<Site, 'home'> & Pick<JudgedSite, 'learned'>>

/** The circuits whose owner has a site; one without a home belongs to whoever has the gateway. */
const homesOf = ({ home = null, learned }: LostSite): readonly (string | null)[] => learned?.circuits ?? [home]

const circuitsOf = (context: FoldContext, members: readonly string[]): (string | null)[] =>
  members.map((member) => {
    const { gateway, neighbor } = parseMember(member)
    return carrierOf(context, gateway, neighbor).circuit
  })

/** The open outage of a site on a gateway, whoever it was reported to. */
const openOutage = (context: FoldContext, gateway: string, site: string): LiveEvent | null =>
  liveEvents(context).find(
    (live) =>
      isOpen(live) &&
      live.event.kind === 'no_path' &&
      live.event.subject === site &&
      live.event.flags.includes(`gateway:${gateway}`),
  ) ?? null

/** @param site null = nobody declared the ranges, nor were they learned to be one */
function noPath(
  context: FoldContext,
  { prefixes, before }: Pick<Shift, 'prefixes' | 'before'>,
  between: Bounds,
  site: LostSite | null,
  proof: Proof = context.mark,
): LiveEvent {
  const [first = '', ...more] = prefixes
  const gateway = before[0] === undefined ? '' : parseMember(before[0]).gateway
  const subject = site?.name ?? (more.length > 0 ? `${first} and ${more.length} more` : first)
  const open = site === null ? null : openOutage(context, gateway, site.name)
  if (open) return grown(open, prefixes, before)
  const learned = site?.learned ?? null
  return putRouteEvent(context, {
    kind: 'no_path',
    scope: scopeOfRoutes(context.topology, gateway, site ? homesOf(site) : circuitsOf(context, before)),
    subject,
    severity: 'critical',
    started: between,
    prefixes,
    peers: peersOf(before),
    flags: [
      `gateway:${gateway}`,
      ...(site === null ? [UNDECLARED] : []),
      ...(learned ? learnedFlags({ learned }) : []),
    ],
    evidence: learned ? learnedEvidence(context, { learned }) : [],
    proof,
  })
}

/** The open outage of a site; further ranges that it loses join it. */
function grown(open: LiveEvent, prefixes: readonly string[], before: readonly string[]): LiveEvent {
  open.prefixes = [...new Set([...(open.prefixes ?? []), ...prefixes])]
  open.peersBefore = [...new Set([...(open.peersBefore ?? []), ...peersOf(before)])]
  return open
}

/** A shift waits, because the loss that makes it a failover may come with the next poll of another source. */
function wait(
  context: FoldContext,
  { prefixes, before, after, drain }: Shift,
  between: Bounds,
  unread: readonly string[] = [],
): void {
  const { startedAt, finishedAt, previousOkAt } = context.mark
  const source = { startedAt, finishedAt, previousOkAt }
  const name = describePathChange(context, { before, after })
  scopeOf(context, context.mark.scope).pending.push({
    source,
    between,
    prefixes,
    before,
    after,
    drain,
    name,
    ...(unread.length > 0 && { unread: [...unread] }),
  })
}

/**
 * Gateways whose table says that they carry it now, and was read before this change was seen: they may have lost it too. Operations of
 * Azure take up to a minute, so that tables of one moment are read a minute apart.
 */
function unreadOf({ mark }: FoldContext, { after }: Shift, { readAt }: RouteTable): string[] {
  if (!readAt) return []
  const others = new Set(after.map((member) => parseMember(member).gateway).filter((gateway) => gateway !== mark.scope))
  return [...others].filter((gateway) => (readAt[gateway] ?? mark.startedAt) < mark.startedAt)
}

/** A table that is read after the change was seen shows whether what it carries is still there. */
function notePolled({ mark }: FoldContext, pending: PendingShift): void {
  if (mark.kind !== 'learned' || mark.outcome !== 'ok' || mark.startedAt < pending.source.startedAt) return
  const unread = pending.unread?.filter((gateway) => gateway !== mark.scope)
  if (unread?.length === 0) delete pending.unread
  else if (unread) pending.unread = unread
}

/** Reports the shifts that waited: as failovers once a loss explains them, else as plain shifts when their time is over. */
export function resolvePending(context: FoldContext): void {
  for (const scope of Object.values(context.scopes)) {
    scope.pending = scope.pending.filter((pending) => !resolve(context, pending))
  }
}

/** Who was not read again for so long is taken to carry what it said last: as long as a home path waits for its traffic. */
function resolve(context: FoldContext, pending: PendingShift): boolean {
  const { between, after } = pending
  notePolled(context, pending)
  if (pending.unread && context.mark.finishedAt <= between.latest + context.settings['failback.pending']) return false
  const isLost = pending.before
    .filter((member) => !after.includes(member))
    .some((member) => lossOf(context, member, between))
  const isLate = context.mark.finishedAt > between.latest + context.settings['burst.slack']
  if (!isLost && !isLate) return false
  const live = after.length > 0 ? shifted(context, pending, isLost) : isLost ? outage(context, pending) : null
  if (live && pending.returned) endShift(context, live, pending.prefixes, pending.returned)
  return true
}

const outage = (context: FoldContext, pending: PendingShift): LiveEvent =>
  noPath(context, pending, pending.between, null, pending.source)

function shifted(context: FoldContext, pending: PendingShift, isLost: boolean): LiveEvent {
  const { prefixes, before, after, between } = pending
  const name = pending.name ?? describePathChange(context, pending)
  const live = putRouteEvent(context, {
    kind: isLost ? 'failover' : 'best_path_shift',
    scope: name.scope,
    subject: name.subject,
    severity: isLost ? failoverSeverity(name.level) : 'minor',
    started: between,
    prefixes,
    peers: peersOf(before),
    peersAfter: peersOf(after),
    flags: [`scope:${name.level}`, ...(pending.drain && !isLost ? ['drain'] : [])],
    proof: pending.source,
  })
  if (isLost) markUnstable(context, live)
  return live
}

/** Another gateway counts as another circuit: nothing of the former path is left. */
const failoverSeverity = (level: string): Severity =>
  level === 'transport' ? 'critical' : level === 'path' ? 'warning' : 'major'

function markUnstable(context: FoldContext, failover: LiveEvent): void {
  for (const live of liveEvents(context)) {
    const { kind, subject, scope, started } = live.event
    const isSame = kind === 'failback' && subject === failover.event.subject && scope === failover.event.scope
    if (
      isSame &&
      failover.event.started.earliest - started.latest < FAILBACK_UNSTABLE_MS &&
      !live.event.flags.includes('unstable')
    ) {
      live.event = { ...live.event, flags: [...live.event.flags, 'unstable'] }
    }
  }
}

import { MSEE_ASN } from '#lib/bgp/index.ts'
import type { Bounds, RouteChange, Severity } from '#lib/contract/index.ts'
import { end } from './condition.ts'
import { type Estate, isOpen, liveEvents, scopeOf } from './estate.ts'
import { lossOf } from './loss.ts'
import { type Proof, putRouteEvent } from './route-event.ts'
import { boundsOfChanges, type Moved, type RouteTable, type Way } from './route-table.ts'
import { named, peersOf } from './shift-name.ts'
import type { LiveEvent, PendingShift } from './state.ts'

/** Flag of ranges that nobody declared: what their loss means is told by what carried them. */
export const UNDECLARED = 'undeclared'

const FAILBACK_UNSTABLE_MS = 5 * 60_000

/** What happened to the best ways of some prefixes that moved alike. Members are `gateway neighbor`. */
interface Shift {
  prefixes: string[]
  before: string[]
  after: string[]
  /** the ways that are not used any more are still there, only worse */
  stillThere: boolean
  drain: boolean
}

/** ecmp_reduced and _restored, failover, failback, best_path_shift, no_path (detection.md 3.2). */
export function bestPathRules(
  estate: Estate,
  changes: readonly RouteChange[],
  moved: readonly Moved[],
  table: RouteTable,
): void {
  const between = boundsOfChanges(changes)
  const returned = returns(estate, moved, table, between)
  const fresh = moved.filter(({ prefix }) => !returned.has(prefix))
  for (const shift of shiftsOf(fresh, table)) {
    const lost = shift.before.filter((member) => !shift.after.includes(member))
    const isShrunk = shift.after.length > 0 && shift.after.every((member) => shift.before.includes(member))
    if (lost.length === 0) continue
    if (shift.after.length === 0) losesAll(estate, shift, table, between)
    else if (isShrunk && !shift.stillThere) shrinks(estate, shift, between)
    else wait(estate, shift, between)
  }
}

function shiftsOf(moved: readonly Moved[], table: RouteTable): Shift[] {
  const shifts = new Map<string, Shift>()
  for (const { prefix, before, after } of moved) {
    const was = membersOf(table.best(before))
    const is = membersOf(table.best(after))
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

function isDrain(before: readonly Way[], after: readonly Way[]): boolean {
  const own = ({ asPath }: Way) => asPath.filter((asn) => asn === MSEE_ASN).length
  return after.some((way) => {
    const was = before.find(
      (other) => other.gateway === way.gateway && other.peer === way.peer && other.instance === way.instance,
    )
    return was !== undefined && own(way) - own(was) >= DRAIN_PREPENDS
  })
}

function membersOf(ways: readonly Way[]): string[] {
  return [...new Set(ways.map(({ gateway, peer }) => `${gateway} ${peer ?? ''}`))].toSorted()
}

function shrinks(estate: Estate, shift: Shift, between: Bounds): void {
  putRouteEvent(estate, {
    kind: 'ecmp_reduced',
    ...named(estate, shift),
    severity: 'info',
    started: between,
    prefixes: shift.prefixes,
    peers: peersOf(shift.before),
    peersAfter: peersOf(shift.after),
  })
}

/** A declared range without any way is an outage at once; others are, once something that carried them is known to be lost. */
function losesAll(estate: Estate, shift: Shift, table: RouteTable, between: Bounds): void {
  const open = shift.prefixes.filter((prefix) => !table.covered.includes(prefix))
  for (const site of estate.topology.sites) {
    const own = open.filter((prefix) => site.prefixes.includes(prefix))
    if (own.length > 0) noPath(estate, { ...shift, prefixes: own }, between, site.name)
  }
  const declared = new Set(estate.topology.sites.flatMap(({ prefixes }) => prefixes))
  const rest = open.filter((prefix) => !declared.has(prefix))
  if (rest.length > 0) wait(estate, { ...shift, prefixes: rest }, between)
}

function noPath(
  estate: Estate,
  { prefixes, before }: Pick<Shift, 'prefixes' | 'before'>,
  between: Bounds,
  name: string | null,
  proof: Proof = estate.mark,
): void {
  const [first = '', ...more] = prefixes
  const [gateway = estate.mark.scope] = (before[0] ?? '').split(' ')
  putRouteEvent(estate, {
    kind: 'no_path',
    scope: gateway,
    subject: name ?? (more.length > 0 ? `${first} and ${more.length} more` : first),
    severity: 'critical',
    started: between,
    prefixes,
    peers: peersOf(before),
    flags: [`gateway:${gateway}`, ...(name === null ? [UNDECLARED] : [])],
    proof,
  })
}

/** Whether a shift is a failover shows when a loss is known: other sources may be a poll behind. */
function wait(estate: Estate, { prefixes, before, after, drain }: Shift, between: Bounds): void {
  const { startedAt, finishedAt, previousOkAt } = estate.mark
  const source = { startedAt, finishedAt, previousOkAt }
  scopeOf(estate, estate.mark.scope).pending.push({ source, between, prefixes, before, after, drain })
}

/** How long after what carried them is back undeclared ranges are waited for. */
const WAIT_FOR_RANGES_MS = 10 * 60_000

/** Ranges that do not come back with what carried them are not announced any more: that is no outage. */
export function giveUpRanges(estate: Estate): void {
  const lives = liveEvents(estate)
  for (const live of lives) {
    if (!isOpen(live) || live.event.kind !== 'no_path' || !live.event.flags.includes(UNDECLARED)) continue
    const ended = lives.find(({ event }) => event.key === live.event.partOf)?.event.ended
    if (!ended || estate.mark.finishedAt - ended.hi < WAIT_FOR_RANGES_MS) continue
    end(live, ended)
    live.event = { ...live.event, flags: [...live.event.flags, 'not_returned'] }
  }
}

export function resolvePending(estate: Estate): void {
  for (const scope of Object.values(estate.scopes)) {
    scope.pending = scope.pending.filter((pending) => !resolve(estate, pending))
  }
}

function resolve(estate: Estate, pending: PendingShift): boolean {
  const { between, after } = pending
  const isLost = pending.before
    .filter((member) => !after.includes(member))
    .some((member) => lossOf(estate, member, between))
  const isLate = estate.mark.finishedAt > between.hi + estate.settings['burst.slack']
  if (!isLost && !isLate) return false
  if (after.length === 0) {
    if (isLost) noPath(estate, pending, between, null, pending.source)
    return true
  }
  shifted(estate, pending, isLost)
  return true
}

function shifted(estate: Estate, pending: PendingShift, isLost: boolean): void {
  const { prefixes, before, after, between } = pending
  const name = named(estate, pending)
  const live = putRouteEvent(estate, {
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
  if (isLost) markUnstable(estate, live)
}

const failoverSeverity = (level: string): Severity =>
  level === 'transport' ? 'critical' : level === 'circuit' ? 'major' : 'warning'

function markUnstable(estate: Estate, failover: LiveEvent): void {
  for (const live of liveEvents(estate)) {
    const { kind, subject, scope, started } = live.event
    const isSame = kind === 'failback' && subject === failover.event.subject && scope === failover.event.scope
    if (
      isSame &&
      failover.event.started.lo - started.hi < FAILBACK_UNSTABLE_MS &&
      !live.event.flags.includes('unstable')
    ) {
      live.event = { ...live.event, flags: [...live.event.flags, 'unstable'] }
    }
  }
}

/** Prefixes whose best ways are again what they were before an open shift; such a shift ends with the last of them. */
function returns(estate: Estate, moved: readonly Moved[], table: RouteTable, between: Bounds): Set<string> {
  const returned = new Set<string>()
  for (const live of liveEvents(estate)) {
    if (!isOpen(live) || !shiftKinds.has(live.event.kind) || !live.prefixes) continue
    const before = new Set(live.peersBefore)
    const back = moved.filter(({ prefix, after }) => {
      if (!live.prefixes?.includes(prefix)) return false
      if (live.event.kind === 'no_path') return after.length > 0 || table.covered.includes(prefix)
      const now = peersOf(membersOf(table.best(after)))
      return now.length === before.size && now.every((peer) => before.has(peer))
    })
    if (back.length === 0) continue
    const names = new Set(back.map(({ prefix }) => prefix))
    for (const name of names) returned.add(name)
    live.prefixes = live.prefixes.filter((prefix) => !names.has(prefix))
    if (live.prefixes.length > 0) continue
    end(live, between)
    const pair = pairOf(live)
    if (!pair) continue
    putRouteEvent(estate, {
      kind: pair,
      scope: live.event.scope,
      subject: live.event.subject,
      severity: 'info',
      started: between,
      prefixes: [...names],
      peers: live.peersAfter ?? [],
      peersAfter: live.peersBefore ?? [],
      isPoint: true,
    })
  }
  return returned
}

const shiftKinds = new Set<string>(['ecmp_reduced', 'failover', 'best_path_shift', 'no_path'])

function pairOf({ event, peersBefore = [], peersAfter = [] }: LiveEvent): 'ecmp_restored' | 'failback' | null {
  if (event.kind === 'failover') return 'failback'
  const wasShrunk = peersAfter.length > 0 && peersAfter.every((peer) => peersBefore.includes(peer))
  return wasShrunk ? 'ecmp_restored' : null
}

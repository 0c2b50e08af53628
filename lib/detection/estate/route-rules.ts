import { containsPrefix, parsePrefix } from '#lib/bgp/index.ts'
import type { Bounds, DetectedEvent, EventKind, RouteChange, Severity } from '#lib/contract/index.ts'
import type { RoutesSignal, Signal } from '../fold/signal.ts'
import { bestPathRules, resolvePending } from './best-path-rules.ts'
import { end } from './condition.ts'
import { type Estate, isOpen, liveEvents } from './estate.ts'
import { giveUpRanges, takeAsBaseline } from './given-up.ts'
import { massRules } from './mass-rules.ts'
import { putRouteEvent } from './route-event.ts'
import type { SiteWays } from './sites/index.ts'
import type { LiveEvent } from './state.ts'
import { boundsOfChanges, carrierOf, isExternal, type Moved, movedPrefixes, type RouteTable } from './route-table.ts'

export type { RouteTable, Way } from './route-table.ts'

/** What moved in a gateway's learned routes. The first table of all is a baseline (detection.md 3.2, 3.3). */
export function routeRules(
  estate: Estate,
  signals: readonly Signal[],
  table: RouteTable | null,
  siteWays: SiteWays,
): void {
  const learned = signals.filter(
    (signal): signal is RoutesSignal => signal.type === 'routes' && signal.kind === 'learned',
  )
  const isBaseline = estate.mark.previousOkAt === null
  for (const signal of learned) {
    if (isBaseline || !table) continue
    const moved = movedPrefixes(estate, signal.changes, table)
    massRules(estate, signal, moved, table)
    defaultRoutes(estate, signal.changes, moved)
    ownSpaceHeard(estate, signal.changes, moved, table)
    bestPathRules(estate, signal.changes, moved, { ...table, siteWays })
  }
  resolvePending(estate)
  giveUpRanges(estate)
  takeAsBaseline(estate)
}

const DEFAULT_ROUTES = new Set(['0.0.0.0/0', '::/0'])

/** A default route from on-premises changes where the Internet's traffic goes, both when it comes and when it goes. */
function defaultRoutes(estate: Estate, changes: readonly RouteChange[], moved: readonly Moved[]): void {
  const { mark } = estate
  for (const { prefix, before, after } of moved) {
    if (!DEFAULT_ROUTES.has(prefix)) continue
    const peersOf = (ways: Moved['before']) => [
      ...new Set(ways.flatMap(({ gateway, peer }) => (gateway === mark.scope && peer !== null ? [peer] : []))),
    ]
    const was = Map.groupBy(peersOf(before), (peer) => carrierOf(estate, mark.scope, peer).name)
    const is = Map.groupBy(peersOf(after), (peer) => carrierOf(estate, mark.scope, peer).name)
    for (const name of new Set([...was.keys(), ...is.keys()])) {
      const [had, has] = [was.get(name) ?? [], is.get(name) ?? []]
      if (had.length > 0 === has.length > 0) continue
      const [kind, other]: EventKind[] =
        has.length > 0
          ? ['default_route_appeared', 'default_route_disappeared']
          : ['default_route_disappeared', 'default_route_appeared']
      if (!kind || !other) continue
      const peers = has.length > 0 ? has : had
      const [first = ''] = peers
      const scope = carrierOf(estate, mark.scope, first).circuit ?? mark.scope
      const subject = prefix
      const between = boundsOfChanges(changes.filter((change) => change.prefix === prefix))
      const opposite = oppositeOf(estate, { kind: other, scope, subject }, between)
      if (opposite) end(opposite, between)
      const told = { kind, scope, subject, severity: 'major', prefixes: [prefix], peers } as const
      const live = putRouteEvent(estate, { ...told, started: between, isPoint: opposite !== null })
      // what ends the other is how it had been before: one matter, and nothing that goes on
      if (opposite) live.event = { ...live.event, partOf: opposite.event.key }
    }
  }
}

/** What this change ends: it is open, or was ended by this very change when it was folded before. */
function oppositeOf(
  estate: Estate,
  { kind, scope, subject }: Pick<DetectedEvent, 'kind' | 'scope' | 'subject'>,
  between: Bounds,
): LiveEvent | null {
  const own = liveEvents(estate).filter(
    ({ event }) => event.kind === kind && event.scope === scope && event.subject === subject,
  )
  return own.find(({ event }) => event.ended === null || event.ended.latest === between.latest) ?? null
}

/** A customer's router advertises what is a virtual network's own: traffic may loop or vanish. */
function ownSpaceHeard(
  estate: Estate,
  changes: readonly RouteChange[],
  moved: readonly Moved[],
  table: RouteTable,
): void {
  const { mark } = estate
  const own = table.ownSpace.flatMap((text) => parsePrefix(text) ?? [])
  const heard = liveEvents(estate).filter((live) => isOpen(live) && live.event.kind === 'own_space_heard')
  const ofUs = (way: Moved['after'][number]) => way.gateway === mark.scope && isExternal(way)
  const betweenOf = (prefix: string) => boundsOfChanges(changes.filter((change) => change.prefix === prefix))
  for (const { prefix, before, after } of moved) {
    const open = heard.find(({ event }) => event.subject === prefix)
    if (open && !after.some(ofUs)) end(open, betweenOf(prefix))
    const isNew = !before.some(ofUs) && after.some(ofUs)
    const inner = open || !isNew ? null : parsePrefix(prefix)
    if (!inner || !own.some((outer) => outer.length > 0 && containsPrefix(outer, inner))) continue
    const peers = [...new Set(after.filter(ofUs).flatMap(({ peer }) => peer ?? []))].toSorted()
    const scope = carrierOf(estate, mark.scope, peers[0] ?? '').circuit ?? mark.scope
    const severity: Severity = 'major'
    putRouteEvent(estate, {
      kind: 'own_space_heard',
      scope,
      subject: prefix,
      severity,
      started: betweenOf(prefix),
      prefixes: [prefix],
      peers,
    })
  }
}

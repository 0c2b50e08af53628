import { containsPrefix, parsePrefix } from '#lib/bgp/index.ts'
import type { EventKind, RouteChange, Severity } from '#lib/contract/index.ts'
import type { RoutesSignal, Signal } from '../fold/signal.ts'
import { bestPathRules, giveUpRanges, resolvePending } from './best-path-rules.ts'
import { end } from './condition.ts'
import { type Estate, isOpen, liveEvents, openEvent } from './estate.ts'
import { massRules } from './mass-rules.ts'
import { putRouteEvent } from './route-event.ts'
import { boundsOfChanges, carrierOf, isExternal, type Moved, movedPrefixes, type RouteTable } from './route-table.ts'

export type { RouteTable, Way } from './route-table.ts'

/** What moved in a gateway's learned routes. The first table of all is a baseline (detection.md 3.2, 3.3). */
export function routeRules(estate: Estate, signals: readonly Signal[], table: RouteTable | null): void {
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
    bestPathRules(estate, signal.changes, moved, table)
  }
  resolvePending(estate)
  giveUpRanges(estate)
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
      const opposite = openEvent(estate, other, scope, subject)
      const between = boundsOfChanges(changes.filter((change) => change.prefix === prefix))
      if (opposite) end(opposite, between)
      putRouteEvent(estate, { kind, scope, subject, severity: 'major', started: between, prefixes: [prefix], peers })
    }
  }
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
  for (const { prefix, before, after } of moved) {
    const inner = parsePrefix(prefix)
    const ofUs = (way: Moved['after'][number]) => way.gateway === mark.scope && isExternal(way)
    const between = boundsOfChanges(changes.filter((change) => change.prefix === prefix))
    const open = liveEvents(estate).find(
      (live) => isOpen(live) && live.event.kind === 'own_space_heard' && live.event.subject === prefix,
    )
    if (open && !after.some(ofUs)) end(open, between)
    const isNew = !before.some(ofUs) && after.some(ofUs)
    if (open || !isNew || !inner || !own.some((outer) => outer.length > 0 && containsPrefix(outer, inner))) continue
    const peers = [...new Set(after.filter(ofUs).flatMap(({ peer }) => peer ?? []))].toSorted()
    const scope = carrierOf(estate, mark.scope, peers[0] ?? '').circuit ?? mark.scope
    const severity: Severity = 'major'
    putRouteEvent(estate, {
      kind: 'own_space_heard',
      scope,
      subject: prefix,
      severity,
      started: between,
      prefixes: [prefix],
      peers,
    })
  }
}

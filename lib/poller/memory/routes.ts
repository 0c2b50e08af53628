/** A route table in memory. Each poll updates it, and it answers the queries of detection. */
import type { EpochMs, RouteAttributes } from '#lib/contract/index.ts'
import { isNetworkSpaceRoute } from '#lib/bgp/index.ts'
import { getCustomerOriginAsn } from '#lib/detection/index.ts'
import { recording } from '#lib/history/statements.ts'

/**
 * A current route, or the last version of a withdrawn route. Its member `set` is the text of the route's attributes.
 */
type KnownRoute = recording.KnownRoute

/** A route with its attributes, the gateway instance and the peer that reported it. */
interface ReportedRoute {
  instance: string | null
  peer: string | null
  prefix: string
  attributes: RouteAttributes
}

export class InMemoryRouteTable implements recording.KnownTable {
  /** current routes */
  readonly routes = new Map<string, KnownRoute>()
  /** Keys of the current routes, by prefix. */
  private readonly toPrefix = new Map<string, Set<string>>()
  /** Earlier versions of routes by prefix, with the end of the first poll that no longer contained them. */
  private readonly former = new Map<string, { attributes: RouteAttributes; until: EpochMs }[]>()
  private readonly byLength = new Map<number, number>()
  /** Withdrawn routes, each in its last version. */
  private readonly gone = new Map<string, KnownRoute>()
  /** Peers that ever announced a prefix, with the origin ASN and the time of the first poll that contained it. */
  private readonly everReported = new Map<
    string,
    Map<string, { peer: string; origin: number | null; since: EpochMs }>
  >()

  setOf(text: string): string {
    return text
  }

  apply(steps: readonly recording.RouteComparison[]): void {
    for (const step of steps) {
      const name = recording.formatRouteKey(step)
      const { known, past } = step
      if (known && past) {
        const own = decodeRouteAttributes(known.set).map((attributes) => ({ attributes, until: past.firstAbsent }))
        this.former.set(step.prefix, [...(this.former.get(step.prefix) ?? []), ...own])
      }
      if (step.text === null) this.remove(name, step.known)
      else this.add(name, recording.getRouteAfterTransition(step, step.text))
    }
  }

  /** Returns the prefix lengths that at least one current route has. */
  lengths(): number[] {
    return [...this.byLength].flatMap(([length, count]) => (count > 0 ? [length] : []))
  }

  has(prefix: string): boolean {
    return (this.toPrefix.get(prefix)?.size ?? 0) > 0
  }

  routesTo(prefixes: readonly string[]): (RouteAttributes & Omit<ReportedRoute, 'attributes'>)[] {
    const names = prefixes.flatMap((prefix) => [...(this.toPrefix.get(prefix) ?? [])])
    return names
      .flatMap((name) => routesOf(this.routes.get(name)))
      .map(({ attributes, ...key }) => ({ ...attributes, ...key }))
  }

  /**
   * Returns at most `most` prefixes of each peer, each with the newest version of its route. Withdrawn routes are
   * included. A route that several instances report counts once.
   */
  everLearned(most: number): ReportedRoute[] {
    const seen = new Map<string, Set<string>>()
    return [...this.routes.values(), ...this.gone.values()].flatMap((route) => {
      const own = seen.get(route.peer) ?? new Set<string>()
      if (own.size >= most || own.has(route.prefix)) return []
      seen.set(route.peer, own.add(route.prefix))
      return routesOf(route)
    })
  }

  /** Returns the attributes of all current and earlier routes to a prefix; `until` null = current. */
  everTo(prefix: string): { attributes: RouteAttributes; until: EpochMs | null }[] {
    const names = [...(this.toPrefix.get(prefix) ?? [])]
    const current = names.flatMap((name) => routesOf(this.routes.get(name)))
    return [...(this.former.get(prefix) ?? []), ...current.map(({ attributes }) => ({ attributes, until: null }))]
  }

  /** Returns all current routes. */
  current(): ReportedRoute[] {
    return [...this.routes.values()].flatMap(routesOf)
  }

  /**
   * Returns the peers that announced a prefix before a moment, with the origin ASN and the time of the first poll that
   * contained it.
   */
  past(prefix: string, before: EpochMs): { peer: string; origin: number | null; since: EpochMs }[] {
    return [...(this.everReported.get(prefix)?.values() ?? [])].filter(({ since }) => since < before)
  }

  ownSpace(): string[] {
    const own = [...this.routes.values()].filter(
      ({ set }) => /"origin":"network"/i.test(String(set)) && decodeRouteAttributes(set).some(isNetworkSpaceRoute),
    )
    return [...new Set(own.map(({ prefix }) => prefix))]
  }

  private count({ prefix }: KnownRoute, step: 1 | -1): void {
    const length = Number(prefix.slice(prefix.indexOf('/') + 1))
    this.byLength.set(length, (this.byLength.get(length) ?? 0) + step)
  }

  private add(name: string, route: KnownRoute): void {
    if (!this.routes.has(name)) this.count(route, 1)
    this.routes.set(name, route)
    const peers =
      this.everReported.get(route.prefix) ?? new Map<string, { peer: string; origin: number | null; since: EpochMs }>()
    this.everReported.set(route.prefix, peers)
    for (const attributes of decodeRouteAttributes(route.set)) {
      const origin = getCustomerOriginAsn(attributes)
      const key = `${route.peer} ${origin}`
      if (!peers.has(key)) peers.set(key, { peer: route.peer, origin, since: route.open?.lastPresent ?? 0 })
    }
    this.gone.delete(name)
    const names = this.toPrefix.get(route.prefix) ?? new Set()
    this.toPrefix.set(route.prefix, names.add(name))
  }

  private remove(name: string, route: KnownRoute | null): void {
    if (!route) return
    this.count(route, -1)
    this.routes.delete(name)
    this.gone.set(name, route)
    this.toPrefix.get(route.prefix)?.delete(name)
  }
}

function routesOf(route: KnownRoute | undefined): ReportedRoute[] {
  if (!route) return []
  const { instance, peer, prefix, set } = route
  return decodeRouteAttributes(set).map((attributes) => ({
    instance: instance || null,
    peer: peer || null,
    prefix,
    attributes,
  }))
}

/** Cache of decoded attributes by their text, because thousands of routes have the same few attributes. */
const sets = new Map<string, RouteAttributes[]>()

/** Decodes the attributes of a route from their text. */
export function decodeRouteAttributes(set: KnownRoute['set']): RouteAttributes[] {
  if (typeof set !== 'string') return []
  const known = sets.get(set)
  if (known) return known
  const read = recording.parseAttributesText(set)
  sets.set(set, read)
  return read
}

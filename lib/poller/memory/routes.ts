/** A route table that is updated by each poll, with the queries that detection needs. */
import type { EpochMs, RouteAttributes } from '#lib/contract/index.ts'
import { isOwnSpace } from '#lib/bgp/index.ts'
import { originOf } from '#lib/detection/index.ts'
import { recording } from '#lib/history/statements.ts'

/** A current route, or the last version of a withdrawn route. Its attribute set is identified by its canonical text. */
type KnownRoute = recording.KnownRoute

/** A route with the instance and peer that reported it. */
interface ReportedRoute {
  instance: string | null
  peer: string | null
  prefix: string
  attributes: RouteAttributes
}

export class Routes implements recording.KnownTable {
  /** current routes */
  readonly routes = new Map<string, KnownRoute>()
  /** keys of the current routes by prefix */
  private readonly toPrefix = new Map<string, Set<string>>()
  private readonly byLength = new Map<number, number>()
  /** withdrawn routes in their last version */
  private readonly gone = new Map<string, KnownRoute>()
  /** peers and origins of a prefix, including withdrawn routes */
  private readonly everReported = new Map<
    string,
    Map<string, { peer: string; origin: number | null; since: EpochMs }>
  >()

  setOf(text: string): string {
    return text
  }

  apply(steps: readonly recording.RouteStep[]): void {
    for (const step of steps) {
      const name = recording.routeKeyText(step)
      if (step.text === null) this.remove(name, step.known)
      else this.add(name, recording.routeAfter(step, step.text))
    }
  }

  /** Returns the lengths of the prefixes that currently have a route. */
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
   * Returns up to `most` prefixes of each peer with the newest version of each route, including withdrawn routes.
   * Instances are combined.
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

  /** Returns all current routes. */
  current(): ReportedRoute[] {
    return [...this.routes.values()].flatMap(routesOf)
  }

  /**
   * Returns the peers and origins of a prefix before a moment, each with the time of the poll that first contained it.
   */
  past(prefix: string, before: EpochMs): { peer: string; origin: number | null; since: EpochMs }[] {
    return [...(this.everReported.get(prefix)?.values() ?? [])].filter(({ since }) => since < before)
  }

  ownSpace(): string[] {
    const own = [...this.routes.values()].filter(
      ({ set }) => /"origin":"network"/i.test(String(set)) && attributesOfSet(set).some(isOwnSpace),
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
    for (const attributes of attributesOfSet(route.set)) {
      const origin = originOf(attributes)
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
  return attributesOfSet(set).map((attributes) => ({
    instance: instance || null,
    peer: peer || null,
    prefix,
    attributes,
  }))
}

/** Decoded attribute sets, because thousands of routes share a few sets. */
const sets = new Map<string, RouteAttributes[]>()

/** Returns the attributes of a set that is identified by its text. */
export function attributesOfSet(set: KnownRoute['set']): RouteAttributes[] {
  if (typeof set !== 'string') return []
  const known = sets.get(set)
  if (known) return known
  const read = recording.attributesFrom(set)
  sets.set(set, read)
  return read
}

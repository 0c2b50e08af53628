import type { ScenarioHappening } from './happening.ts'
import { computeHappeningEffects } from './consequences.ts'
import { connectionsOfHub } from './hub-routes.ts'
import {
  type SimulatorScenario,
  scenarioCircuitSchema,
  scenarioConnectionSchema,
  scenarioGatewaySchema,
  scenarioHubSchema,
  circuitPeeringSchema,
  scenarioPortSchema,
  hubRouteMapSchema,
  routeFilter,
  vnetSchema,
  vnetPeering,
} from './schema.ts'
import { computeScenarioTopology } from './topology.ts'
import { OPERATION_NAMES_FOR_FAULTS } from './wire/routes.ts'
import type { z } from 'zod'

type Line = string

function duplicates(what: string, names: readonly string[]): Line[] {
  const seen = new Set<string>()
  return names.flatMap((name) => {
    const key = name.toLowerCase()
    if (seen.has(key)) return [`${what}: "${name}" is there twice; names are unique over the whole scenario`]
    seen.add(key)
    return []
  })
}

function overlapping(scenario: SimulatorScenario): Line[] {
  const topology = computeScenarioTopology(scenario)
  return scenario.happenings.flatMap((h, n) => {
    const effects = computeHappeningEffects(h, `${n}`, topology, 0)
    const where = `happenings[${n}] (${h.op})`
    if (effects.length === 0)
      return [`${where}: has no effect; it ends before it begins, or names something that is not there`]
    return effects.some((e) => e.period > 0 && e.until - e.from > e.period)
      ? [`${where}: "every" is shorter than what one occurrence takes, recovery included`]
      : []
  })
}

/**
 * Finds the faults of a scenario that involve several fields: names that do not exist, repetitions that overlap
 * themselves, and changes that do not match the schema of their object. Returns one line for each fault; empty if there
 * are none.
 */
export function findInvalidScenarioReferences(scenario: SimulatorScenario): Line[] {
  const names = <T extends { name: string }>(list: readonly T[]): Set<string> => new Set(list.map((x) => x.name))
  const known = {
    group: new Set(scenario.subscriptions.flatMap((s) => s.groups.map((g) => g.name))),
    circuit: names(scenario.circuits),
    gateway: names(scenario.gateways),
    connection: names(scenario.connections),
    vnet: names(scenario.vnets),
    interface: names(scenario.interfaces),
    site: names(scenario.sites),
    demand: names(scenario.demands),
    port: names(scenario.ports),
    reach: names(scenario.globalReach),
    routeServer: names(scenario.routeServers),
    hub: names(scenario.hubs),
    routeFilter: names(scenario.routeFilters),
  }
  const lines: Line[] = []
  const refer = (where: string, kind: keyof typeof known, name: unknown): void => {
    if (typeof name === 'string' && !known[kind].has(name)) lines.push(`${where}: no ${kind} is called "${name}"`)
  }
  for (const [n, { vnet, subnet }] of scenario.interfaces.entries()) {
    refer(`interfaces[${n}].vnet`, 'vnet', vnet)
    const network = scenario.vnets.find(({ name }) => name === vnet)
    if (network && !network.subnets.some(({ name }) => name === subnet))
      lines.push(`interfaces[${n}].subnet: ${vnet} has no subnet "${subnet}"`)
  }
  const placed = ['circuits', 'gateways', 'connections', 'vnets', 'ports', 'routeFilters', 'monitors', 'hubs'] as const
  for (const list of placed)
    for (const [n, x] of scenario[list].entries()) refer(`${list}[${n}].group`, 'group', x.group)
  for (const [n, g] of scenario.gateways.entries()) {
    refer(`gateways[${n}].vnet`, 'vnet', g.vnet)
    refer(`gateways[${n}].hub`, 'hub', g.hub)
  }
  for (const [n, c] of scenario.connections.entries()) {
    refer(`connections[${n}].gateway`, 'gateway', c.gateway)
    refer(`connections[${n}].circuit`, 'circuit', c.circuit)
    const express = c.circuit !== undefined && c.neighbors !== undefined
    if (express === (c.device !== undefined))
      lines.push(`connections[${n}]: needs either circuit and neighbors, or device`)
  }
  for (const [n, c] of scenario.circuits.entries()) {
    refer(`circuits[${n}].port`, 'port', c.port)
    if ((c.port === undefined) === (c.provider === undefined))
      lines.push(`circuits[${n}]: needs either a provider or an ExpressRoute Direct port`)
    for (const p of c.peerings) refer(`circuits[${n}].peerings`, 'routeFilter', p.microsoft?.routeFilter)
  }
  for (const [n, server] of scenario.routeServers.entries()) {
    refer(`routeServers[${n}].group`, 'group', server.group)
    refer(`routeServers[${n}].vnet`, 'vnet', server.vnet)
  }
  for (const [n, reach] of scenario.globalReach.entries()) {
    refer(`globalReach[${n}].circuit`, 'circuit', reach.circuit)
    refer(`globalReach[${n}].peer`, 'circuit', reach.peer)
  }
  for (const [n, h] of scenario.hubs.entries()) {
    for (const one of h.vnets) refer(`hubs[${n}].vnets`, 'vnet', one.vnet)
    for (const one of h.expressRoute?.connections ?? [])
      refer(`hubs[${n}].expressRoute.connections`, 'circuit', one.circuit)
    for (const { connection } of h.bgp)
      if (!h.vnets.some(({ name }) => name === connection))
        lines.push(`hubs[${n}].bgp: no connection of a network is called "${connection}"`)
    const known = new Set([...connectionsOfHub(h), ...h.vnets.map(({ name }) => name)])
    for (const [list, names] of [
      ['routeMaps', h.routeMaps.flatMap(({ inbound }) => inbound)],
      ['staticRoutes', h.staticRoutes.map(({ connection }) => connection)],
    ] as const)
      for (const one of names)
        if (!known.has(one)) lines.push(`hubs[${n}].${list}: "${one}" is no connection of the hub`)
    for (const { name, from, associated } of h.routeTables)
      for (const one of [...from, ...associated])
        if (!known.has(one))
          lines.push(`hubs[${n}].routeTables: "${name}" names "${one}", which is no connection of the hub`)
  }
  for (const [n, v] of scenario.vnets.entries())
    for (const [m, p] of v.peerings.entries()) refer(`vnets[${n}].peerings[${m}].remote`, 'vnet', p.remote)
  for (const [n, s] of scenario.sites.entries())
    for (const [list, entries] of [
      ['announces', s.announces],
      ['egress', s.egress],
    ] as const)
      for (const [m, a] of entries.entries()) {
        refer(`sites[${n}].${list}[${m}].circuit`, 'circuit', a.circuit)
        refer(`sites[${n}].${list}[${m}].connection`, 'connection', a.connection)
        if ((a.circuit === undefined) === (a.connection === undefined))
          lines.push(`sites[${n}].${list}[${m}]: needs either a circuit or a connection`)
      }
  for (const [n, m] of scenario.monitors.entries())
    for (const [k, t] of m.tests.entries()) {
      refer(`monitors[${n}].tests[${k}].vnet`, 'vnet', t.vnet)
      refer(`monitors[${n}].tests[${k}].site`, 'site', t.site)
    }
  for (const [n, d] of scenario.demands.entries()) {
    refer(`demands[${n}].site`, 'site', d.site)
    refer(`demands[${n}].microsoftPeeringOf`, 'circuit', d.microsoftPeeringOf)
  }
  for (const [n, h] of scenario.happenings.entries())
    for (const kind of [
      'circuit',
      'gateway',
      'connection',
      'site',
      'demand',
      'port',
      'reach',
      'hub',
      'routeServer',
      'interface',
    ] as const)
      if (kind in h) refer(`happenings[${n}].${kind}`, kind, h[kind as keyof ScenarioHappening])

  for (const [n, h] of scenario.happenings.entries())
    if (h.op === 'configuration') lines.push(...changeFaults(scenario, h).map((line) => `happenings[${n}].${line}`))

  for (const [n, h] of scenario.happenings.entries())
    if (h.op === 'api-fault' && !OPERATION_NAMES_FOR_FAULTS.has(h.operation))
      lines.push(
        `happenings[${n}].operation: "${h.operation}" is none of ${[...OPERATION_NAMES_FOR_FAULTS].sort().join(', ')}`,
      )

  for (const list of [...placed, 'sites', 'demands', 'globalReach', 'routeServers', 'interfaces'] as const)
    lines.push(
      ...duplicates(
        list,
        scenario[list].map((x) => x.name),
      ),
    )
  lines.push(
    ...duplicates(
      'groups',
      scenario.subscriptions.flatMap((s) => s.groups.map((g) => g.name)),
    ),
  )
  lines.push(
    ...duplicates(
      'happenings',
      scenario.happenings.flatMap((h) => h.id ?? []),
    ),
  )
  return lines.length > 0 ? lines : overlapping(scenario)
}

type Configuration = Extract<ScenarioHappening, { op: 'configuration' }>

function target(s: SimulatorScenario, h: Configuration): { base: object | undefined; schema: z.ZodObject } {
  const named = <T extends { name: string }>(list: readonly T[], name = h.name): T | undefined =>
    list.find((x) => x.name === name)
  switch (h.kind) {
    case 'circuit':
      return { base: named(s.circuits), schema: scenarioCircuitSchema }
    case 'peering':
      return { base: named(s.circuits)?.peerings.find((p) => p.type === h.child), schema: circuitPeeringSchema }
    case 'connection':
      return { base: named(s.connections), schema: scenarioConnectionSchema }
    case 'gateway':
      return { base: named(s.gateways), schema: scenarioGatewaySchema }
    case 'vnet':
      return { base: named(s.vnets), schema: vnetSchema }
    case 'vnet-peering':
      return { base: named(named(s.vnets)?.peerings ?? [], h.child), schema: vnetPeering }
    case 'route-filter':
      return { base: named(s.routeFilters), schema: routeFilter }
    case 'lag':
      return { base: named(s.ports), schema: scenarioPortSchema }
    case 'route-map':
      return { base: named(named(s.hubs)?.routeMaps ?? [], h.child), schema: hubRouteMapSchema }
    case 'hub':
      return { base: named(s.hubs), schema: scenarioHubSchema }
  }
}

/**
 * Checks a configuration happening against the schema of the object that it changes. Returns one line for each fault.
 */
function changeFaults(scenario: SimulatorScenario, h: Configuration): string[] {
  const { base, schema } = target(scenario, h)
  if (!base) return [`name: there is no ${h.kind} "${[h.name, h.child].filter(Boolean).join('/')}"`]
  const parsed = schema.safeParse({ ...base, ...h.set })
  return parsed.success ? [] : parsed.error.issues.map((i) => `${['set', ...i.path].join('.')}: ${i.message}`)
}

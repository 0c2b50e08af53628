/**
 * Derives the effects of a happening. For example, a cut fibre stops bytes immediately, ends the session later, and
 * changes the gateway's routes even later.
 */
import { parseDuration, parseScenarioTime } from './duration.ts'
import type { HappeningEffect, EffectBody, RouteMatchCriteria, RoutePropagationStage } from './effect.ts'
import type { ScenarioHappening } from './happening.ts'
import {
  dropKey,
  edgeKey,
  hubKey,
  formatOpticalPowerKey,
  machineKey,
  reachKey,
  routeServerKey,
  tunnelKey,
  vpnKey,
} from './keys.ts'
import { connectionsOfHub } from './hub-routes.ts'
import { type RoutingDomain, expandPrefixSets, type ScenarioTopology } from './topology.ts'
import type { PathName } from './vocabulary.ts'

const ms = (text: string | undefined, fallback = 0): number => (text ? (parseDuration(text) ?? fallback) : fallback)

export interface HappeningOccurrenceTimes {
  readonly from: number
  readonly until: number
  readonly period: number
  readonly times: number
}

/** Returns the time of a happening's first occurrence, and its repetition. */
export function computeHappeningOccurrenceTimes(h: ScenarioHappening, origin: number): HappeningOccurrenceTimes {
  const from = parseScenarioTime(h.at, origin) ?? origin
  const end = h.until ? parseScenarioTime(h.until, origin) : h.for ? from + ms(h.for) : null
  return {
    from,
    until: end ?? Number.POSITIVE_INFINITY,
    period: ms(h.every),
    times: h.every ? (h.times ?? Number.POSITIVE_INFINITY) : 1,
  }
}

type Add = (body: EffectBody, from: number, until: number, domain?: string | null) => void
type Of<Op extends ScenarioHappening['op']> = Extract<ScenarioHappening, { op: Op }>
const pathsOf = (path: PathName | 'both'): PathName[] => (path === 'both' ? ['primary', 'secondary'] : [path])

/** Returns all effects of one happening. */
export function computeHappeningEffects(
  h: ScenarioHappening,
  id: string,
  topology: ScenarioTopology,
  origin: number,
): HappeningEffect[] {
  const { from, until, period, times } = computeHappeningOccurrenceTimes(h, origin)
  const effects: HappeningEffect[] = []
  const add: Add = (body, start, end, domain = null) => {
    if (end <= start) return
    const n = effects.length
    effects.push({ ...body, id: `${id}.${n}`, happening: id, from: start, until: end, period, times, domain })
  }
  const timers = topology.scenario.timers
  const circuitDomain = (name: string): RoutingDomain | undefined => topology.domainOfCircuit.get(name)

  const routesGone = (key: string, down: number, up: number, domain: string | null, after = ms(timers.routesAfter)) => {
    add({ kind: 'routes', key, stage: 'edge' }, down, up + 1000, domain)
    add({ kind: 'routes', key, stage: 'gateway' }, down + ms(timers.propagation), up + after, domain)
  }
  const detectionOf = (text: string): number =>
    text === 'bfd' ? ms(timers.bfd) : text === 'hold' ? ms(timers.hold) : ms(text)

  const cut = (c: Of<'cut-path'>): void => {
    const domain = circuitDomain(c.circuit)?.id ?? null
    for (const path of pathsOf(c.path)) {
      const key = edgeKey(c.circuit, c.peering, path)
      const down = from + detectionOf(c.detection)
      add({ kind: 'link', key, direction: 'in', lost: 1 }, from, until, domain)
      add({ kind: 'link', key, direction: 'out', lost: 1 }, from, until, domain)
      add({ kind: 'arp', key }, c.arpAfter ? from + ms(c.arpAfter) : down, until, domain)
      // the link was repaired before the timer expired, so that the session stayed up
      if (until <= down) continue
      const up = until + ms(c.reconnect, ms(timers.reconnect))
      add({ kind: 'session', key, word: 'Idle' }, down, up, domain)
      routesGone(key, down, up, domain, ms(c.routesAfter, ms(timers.routesAfter)))
    }
  }

  const peersDown = (
    domain: RoutingDomain,
    match: (p: RoutingDomain['peers'][number]) => boolean,
    down: number,
    up: number,
    after = 3000,
  ) => {
    for (const peer of domain.peers.filter(match)) {
      add({ kind: 'session', key: peer.key, word: 'Connecting' }, down, up, domain.id)
      add({ kind: 'routes', key: peer.key, stage: 'gateway' }, down, up + after, domain.id)
    }
  }

  const sessionLoss = (s: Of<'session-loss'>): void => {
    if (s.circuit && s.path) {
      const domain = circuitDomain(s.circuit)?.id ?? null
      const key = edgeKey(s.circuit, s.peering, s.path)
      add({ kind: 'session', key, word: s.word }, from, until, domain)
      routesGone(key, from, until, domain, ms(s.routesAfter, ms(timers.routesAfter)))
      return
    }
    const domain = topology.domainOfGateway.get(s.gateway ?? '')
    if (!domain) return
    const hit = (p: RoutingDomain['peers'][number]): boolean =>
      p.gateway.name === s.gateway &&
      !p.neverConnects &&
      (s.instance === undefined || p.instance === s.instance) &&
      (s.neighbor === undefined ? p.role !== 'internal' : p.neighbor === s.neighbor)
    peersDown(domain, hit, from, until, s.routesAfter ? ms(s.routesAfter) : undefined)
  }

  const mseeDown = (circuit: string, key: string, down: number, up: number): void => {
    const domain = circuitDomain(circuit)
    if (!domain) return
    add({ kind: 'session', key, word: 'Idle' }, down, up, domain.id)
    routesGone(key, down, up, domain.id)
    peersDown(domain, (p) => p.source === key, down, up)
  }

  /**
   * Returns what a change of announcements selects: the keys of the edges and VPN connections, the sites and prefixes,
   * and their domain.
   */
  const selected = (s: Of<'withdraw'> | Of<'announce'> | Of<'prepend'>) => {
    const domain = s.circuit
      ? circuitDomain(s.circuit)
      : s.site
        ? topology.domainOfSite.get(s.site)
        : topology.domains.find((d) => d.connections.some((c) => c.name === s.connection))
    const edges = (domain?.edges ?? [])
      .filter((e) => !s.circuit || e.circuit.name === s.circuit)
      .filter((e) => e.peering.type === (s.peering ?? 'AzurePrivatePeering') && (!s.path || e.path === s.path))
      .map((e) => e.key)
    const vpns = (domain?.connections ?? []).filter((c) => c.device && (!s.connection || c.name === s.connection))
    const keys = s.connection
      ? vpns.map((c) => vpnKey(c.name))
      : s.circuit
        ? edges
        : [...edges, ...vpns.map((c) => vpnKey(c.name))]
    const prefixes = s.prefixes ? new Set(expandPrefixSets(s.prefixes).map((p) => p.text)) : null
    const match: RouteMatchCriteria = { site: s.site ?? null, prefixes }
    return { keys, match, domain: domain?.id ?? null, lag: ms(s.propagation, ms(timers.propagation)) }
  }
  const staged = (
    body: (stage: RoutePropagationStage) => EffectBody,
    lag: number,
    domain: string | null,
    end = until,
  ): void => {
    add(body('edge'), from, end, domain)
    add(body('gateway'), from + lag, end + lag, domain)
  }
  const prepend = (s: Of<'prepend'>, end = until): void => {
    const { keys, match, domain, lag } = selected(s)
    const site = topology.scenario.sites.find((x) => x.name === s.site)
    const own = keys.map((k) => topology.edges.get(k)?.peering.peerAsn).find((n) => n !== undefined)
    const byMsee = s.asn === 12076
    const asns = Array<number>(s.count).fill(s.asn ?? own ?? 0)
    const narrowed: RouteMatchCriteria = { site: site?.name ?? null, prefixes: match.prefixes }
    staged((stage) => ({ kind: 'prepend', keys, stage, match: narrowed, asns, byMsee }), lag, domain, end)
  }

  switch (h.op) {
    case 'cut-path':
      cut(h)
      break
    case 'session-loss':
      sessionLoss(h)
      break
    case 'msee-loss': {
      const key = edgeKey(h.circuit, h.peering, h.path)
      const domain = circuitDomain(h.circuit)?.id ?? null
      for (const direction of ['in', 'out'] as const)
        add({ kind: 'link', key, direction, lost: 1 }, from, until, domain)
      add({ kind: 'arp', key }, from, until, domain)
      mseeDown(h.circuit, key, from + detectionOf(h.detection), until + ms(timers.reconnect))
      break
    }
    case 'instance-loss': {
      const domain = topology.domainOfGateway.get(h.gateway)
      if (!domain) break
      add({ kind: 'instance', gateway: h.gateway, address: h.instance }, from, until, domain.id)
      const own = (p: RoutingDomain['peers'][number]): boolean =>
        p.gateway.name === h.gateway && !p.neverConnects && (p.instance === h.instance || p.neighbor === h.instance)
      peersDown(domain, own, from, until + ms(h.reconnect))
      break
    }
    case 'metric-delay': {
      const { reads, resource = null, metric = null, late, least = late } = h
      add({ kind: 'metric-delay', reads, resource, metric, least: ms(least), most: ms(late) }, from, until)
      break
    }
    case 'light-fade':
      // a port belongs to no domain, because no routes depend on it
      add(
        { kind: 'light', key: formatOpticalPowerKey(h.port, h.link, h.signal), to: h.to, over: ms(h.over) },
        from,
        until,
        `port/${h.port}`,
      )
      break
    case 'machine-stop':
      add({ kind: 'stopped', key: machineKey(h.interface) }, from, until, machineKey(h.interface))
      break
    case 'qos-drop':
      for (const direction of ['in', 'out'] as const)
        if (h.direction === 'both' || h.direction === direction)
          // the dropped traffic is visible in metrics, but affects neither sessions nor routes
          add({ kind: 'drop', key: dropKey(h.circuit, direction), mbps: h.mbps }, from, until, `drop/${h.circuit}`)
      break
    case 'peer-loss': {
      const server = topology.scenario.routeServers.find(({ name }) => name === h.routeServer)
      for (const { name } of server?.peers ?? [])
        if (h.name === undefined || h.name === name)
          add(
            { kind: 'session', key: routeServerKey(h.routeServer, name), word: h.word },
            from,
            until,
            `server/${h.routeServer}`,
          )
      break
    }
    case 'reach-loss':
      add({ kind: 'reach', key: reachKey(h.reach), word: h.word }, from, until, reachKey(h.reach))
      break
    case 'hub-loss': {
      const hub = topology.scenario.hubs.find(({ name }) => name === h.hub)
      if (!hub || !connectionsOfHub(hub).includes(h.name)) break
      const key = hubKey(h.hub, h.name)
      add({ kind: 'session', key, word: 'NotConnected' }, from, until, topology.domainOfHub.get(h.hub)?.id)
      break
    }
    case 'tunnel-loss': {
      const domain = topology.domains.find((d) => d.connections.some((c) => c.name === h.connection))
      const over = (p: RoutingDomain['peers'][number]): boolean =>
        p.connection?.name === h.connection && (h.instance === undefined || p.instance === h.instance)
      for (const { instance } of domain?.peers.filter(over) ?? []) {
        const key = tunnelKey(h.connection, instance)
        add({ kind: 'session', key, word: 'NotConnected' }, from, until, domain?.id)
      }
      if (domain) peersDown(domain, over, from + ms(h.bgpAfter), until + 3000)
      break
    }
    case 'keepalive-stall': {
      const domain = topology.domainOfGateway.get(h.gateway)
      for (const peer of domain?.peers ?? []) {
        const hit = peer.gateway.name === h.gateway && peer.neighbor === h.neighbor
        if (hit && (h.instance === undefined || h.instance === peer.instance))
          add({ kind: 'mute', key: peer.key }, from, until, domain?.id)
      }
      break
    }
    case 'blackhole':
      for (const path of pathsOf(h.path))
        for (const direction of ['in', 'out'] as const)
          if (h.direction === 'both' || h.direction === direction)
            add(
              { kind: 'link', key: edgeKey(h.circuit, h.peering, path), direction, lost: h.share },
              from,
              until,
              circuitDomain(h.circuit)?.id,
            )
      break
    case 'withdraw': {
      const { keys, match, domain, lag } = selected(h)
      staged((stage) => ({ kind: 'withdraw', keys, stage, match }), lag, domain)
      break
    }
    case 'announce': {
      const { keys, domain, lag } = selected(h)
      const routes = expandPrefixSets(h.prefixes).map((prefix) => ({ prefix, path: h.asPath, site: h.site ?? '' }))
      staged((stage) => ({ kind: 'announce', keys, stage, routes }), lag, domain)
      break
    }
    case 'prepend':
      prepend(h)
      break
    case 'counter-reset': {
      const domain = circuitDomain(h.circuit)
      const edges = (domain?.edges ?? [])
        .filter((e) => e.circuit.name === h.circuit && (!h.peering || e.peering.type === h.peering))
        .map((e) => e.key)
      add({ kind: 'reset', edges }, from, from + 1, domain?.id)
      break
    }
    case 'traffic': {
      const demand = topology.scenario.demands.find((d) => d.name === h.demand)
      const domain = demand ? topology.domainOfSite.get(demand.site)?.id : null
      add({ kind: 'scale', demand: h.demand ?? null, factor: h.factor }, from, until, domain)
      break
    }
    case 'maintenance': {
      const key = edgeKey(h.circuit, h.peering, h.path)
      const down = from + ms(h.drain)
      const up = down + ms(h.down)
      const { circuit, peering, path } = h
      prepend({ op: 'prepend', at: h.at, circuit, peering, path, count: 8, asn: 12076 }, up + ms(h.undrain))
      mseeDown(h.circuit, key, down, up)
      break
    }
    case 'configuration': {
      const object = `${h.kind}/${h.name}${h.child ? `/${h.child}` : ''}`
      const of =
        h.kind === 'connection' ? topology.domains.find((d) => d.connections.some((c) => c.name === h.name)) : undefined
      const owner =
        h.kind === 'gateway'
          ? topology.domainOfGateway.get(h.name)
          : h.kind === 'route-map' || h.kind === 'hub'
            ? topology.domainOfHub.get(h.name)
            : (of ?? circuitDomain(h.name))
      add({ kind: 'config', object, set: h.set, absent: h.absent }, from, until, owner?.id)
      const disabled = h.absent || h.set.state === 'Disabled'
      if (!disabled || (h.kind !== 'peering' && h.kind !== 'circuit')) break
      for (const edge of owner?.edges ?? []) {
        if (edge.circuit.name !== h.name || (h.kind === 'peering' && edge.peering.type !== h.child)) continue
        const down = from + ms(h.takes)
        if (owner && h.kind === 'circuit') peersDown(owner, (p) => p.source === edge.key, down, until)
        add({ kind: 'session', key: edge.key, word: 'Idle (Admin)' }, down, until + ms(timers.reconnect), owner?.id)
        routesGone(edge.key, down, until + ms(timers.reconnect), owner?.id ?? null)
      }
      break
    }
    case 'api-fault': {
      const { fault, operation } = h
      const resource = h.resource ?? null
      const subscription = h.subscription ?? null
      const principal = h.principal ?? null
      const instance = h.instance ?? null
      const neighbor = h.neighbor ?? null
      const path = h.path ?? null
      const retryAfter = h.retryAfter ?? null
      const skew = ms(h.skew)
      add(
        {
          kind: 'fault',
          fault,
          operation,
          resource,
          subscription,
          principal,
          retryAfter,
          instance,
          neighbor,
          path,
          skew,
        },
        from,
        until,
      )
      break
    }
  }
  return effects
}

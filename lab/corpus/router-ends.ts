/** What the customers' routers of a scenario had reported of their ends by a moment. */
import { linkHosts } from '#lib/bgp/index.ts'
import { circuitPaths, type EpochMs } from '#lib/contract/index.ts'
import { SECOND } from '#lib/contract/time/time.ts'
import type { RouterEnd, RouterSpan } from '#lib/detection/index.ts'
import type { Scenario } from '../simulator/index.ts'
import type { CorpusScenario } from './scenario.ts'

export function routerEndsOf({ collector, start }: CorpusScenario, estate: Scenario, at: EpochMs): RouterEnd[] {
  const reports = collector.filter((one) => one.kind === 'router')
  return [...Map.groupBy(reports, ({ resource }) => resource)].map(([resource, own]) => {
    const [name = '', part] = resource.split('/')
    const path = circuitPaths.find((one) => one === part)
    const peering = estate.circuits.find((circuit) => circuit.name === name)?.peerings[0]
    const customer = peering && path && linkHosts(peering[path])?.customer
    if (!path || !customer) throw new Error(`there is no path ${resource} with a router`)
    const changes = own
      .filter(({ state }) => state === 'down')
      .flatMap((outage) => [
        { state: 'down' as const, at: outage.at },
        { state: 'up' as const, at: outage.until },
      ])
    const all = [{ state: 'up' as const, at: start }, ...changes].filter((change) => change.at <= at)
    // a router names whole seconds; what it reports arrives at once
    const boundsAt = (moment: EpochMs) => ({ earliest: moment - SECOND, latest: moment })
    const spans = all.map(({ state, at: from }, index): RouterSpan => {
      const next = all[index + 1]
      return { state, reason: null, from: boundsAt(from), to: next ? boundsAt(next.at) : null }
    })
    return {
      on: { circuit: name, peering: 'private', path },
      customer,
      router: `ce-${path}`,
      holdTimeSeconds: 180,
      spans,
      observed: [{ from: start, to: at }],
    }
  })
}

import type { LastArpState } from '../../../model/signal.ts'
import { describe, expect, it } from 'vitest'
import { defaultSettings } from '../../../model/settings.ts'
import type { DetectionContext } from '../../../model/context.ts'
import { createResourceState } from '../../../model/scope-state.ts'
import { createTwoCircuitEstate } from '../../../testing/estates.ts'
import { formatCircuitPathEvidence, formatBothPathsEvidence } from './path-facts.ts'

const PRIMARY = 'AzurePrivatePeering/primary'

function context(
  arp: Partial<LastArpState> | null,
  ports?: Record<'primary' | 'secondary', string | null>,
): DetectionContext {
  const known = createTwoCircuitEstate().topology()
  const circuits = known.circuits.map((circuit) => ({
    ...circuit,
    peerings: circuit.peerings.map((peering) => ({ ...peering, ...(ports ? { ports } : {}) })),
  }))
  const mark: DetectionContext['mark'] = {
    sourceId: 1,
    scope: 'ckt-lon',
    subresource: PRIMARY,
    kind: 'arp',
    startedAt: 0,
    finishedAt: 1,
    outcome: 'ok',
    previousOkAt: null,
    previousAttemptAt: null,
    silentInstances: [],
  }
  const fact: LastArpState = {
    state: 'complete',
    empty: false,
    emptyPolls: 0,
    since: { earliest: 0, latest: 1 },
    ...arp,
  }
  const scopes: DetectionContext['scopes'] = arp
    ? { 'ckt-lon': { ...createResourceState(), arp: { [PRIMARY]: fact } } }
    : {}
  return { topology: { ...known, circuits }, scopes, mark, everyMs: 60_000, settings: defaultSettings }
}

const wordsOf = (of: DetectionContext, subresource = PRIMARY) => {
  const [circuit] = of.topology.circuits
  if (!circuit) throw new Error('the estate has no circuit')
  return formatCircuitPathEvidence(of, circuit, subresource)
}

describe('what is known of a path, for whoever is asked about it', () => {
  it.each<[string, Partial<LastArpState> | null, string]>([
    [
      'the router that answers',
      { mac: '0600aaaa0001' },
      "customer's router 172.16.0.1, ARP complete, MAC address 06:00:aa:aa:00:01",
    ],
    [
      'the router as it was',
      { state: 'incomplete', mac: '0600aaaa0001' },
      "customer's router 172.16.0.1, ARP incomplete, last MAC address 06:00:aa:aa:00:01",
    ],
    ['that there is no table', { state: 'missing', empty: true }, "no ARP row at all on Microsoft's side"],
    ['the address alone, before ARP was read', null, "customer's router 172.16.0.1"],
  ])('is %s', (_, arp, words) => {
    expect(wordsOf(context(arp))).toBe(` Known: ${words}.`)
  })

  it('begins with the port, where ARM names it', () => {
    const ports = { primary: 'LON-06GMR-CIS-1-PRI-A', secondary: null }
    expect(wordsOf(context(null, ports))).toContain(" Known: Microsoft's port LON-06GMR-CIS-1-PRI-A, customer's router")
  })

  it('has the light of the links of a port, with its moment and what is low', () => {
    const of = context(null)
    const at = Date.UTC(2030, 2, 4, 10, 1)
    of.scopes['ckt-lon'] = {
      ...createResourceState(),
      light: [
        { link: 'link1', direction: 'Rx', dbm: -32.04, at },
        { link: 'link1', direction: 'Tx', dbm: -2.1, at: at + 60_000 },
        { link: 'link2', direction: 'Rx', dbm: -4, at },
      ],
    }
    expect(wordsOf(of)).toBe(
      " Known: light of link1 at 10:01 UTC Rx -32.0 dBm (low, healthy from -10) and Tx -2.1 dBm, light of link2 at 10:01 UTC Rx -4.0 dBm, customer's router 172.16.0.1.",
    )
  })

  it('is nothing for a path that is not there', () => {
    expect(wordsOf(context(null), 'MicrosoftPeering/primary')).toBe('')
    expect(wordsOf(context(null), 'AzurePrivatePeering')).toBe('')
  })

  it('is that of both paths of a circuit', () => {
    const of = context(null)
    const [circuit] = of.topology.circuits
    expect(circuit && formatBothPathsEvidence(of, circuit, 'AzurePrivatePeering').match(/Known/g)).toHaveLength(2)
  })
})

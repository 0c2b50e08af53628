import { expect, it } from 'vitest'
import { ask, CIRCUITS, estateWorld, type Loose, MINUTE, ORIGIN } from '../testing.ts'

const NAME = 'reach-london-amsterdam'
const PEERING = 'peerings/AzurePrivatePeering'
const LONDON = `${CIRCUITS}/expressRouteCircuits/erc-london`
const AMSTERDAM = `${CIRCUITS}/expressRouteCircuits/erc-amsterdam`

const lost = estateWorld([{ op: 'reach-loss', reach: NAME, at: '+10m', for: '10m' }])
const listed = (at: number, path: string) =>
  (ask(lost, ORIGIN + at, 'GET', path).json.value as readonly Loose[]).map((one) => one.properties as Loose)
const iso = (at: number) => new Date(ORIGIN + at).toISOString()

it('a connection stands in a list of each circuit, connected until it is lost', () => {
  for (const [at, circuitConnectionStatus] of [
    [5 * MINUTE, 'Connected'],
    [15 * MINUTE, 'Disconnected'],
    [25 * MINUTE, 'Connected'],
  ] as const) {
    const shared = { circuitConnectionStatus, addressPrefix: '172.31.255.0/29' }
    expect(listed(at, `${LONDON}/${PEERING}/connections`)).toMatchObject([
      { ...shared, peerExpressRouteCircuitPeering: { id: `${AMSTERDAM}/${PEERING}` } },
    ])
    expect(listed(at, `${AMSTERDAM}/${PEERING}/peerConnections`)).toMatchObject([
      { ...shared, connectionName: NAME, peerExpressRouteCircuitPeering: { id: `${LONDON}/${PEERING}` } },
    ])
  }
  expect(listed(0, `${AMSTERDAM}/${PEERING}/connections`)).toEqual([])
})

it('its traffic is a metric by the circuit at the other end, and nothing while it is lost', () => {
  const rates = (circuit: string) => {
    const timespan = `${iso(5 * MINUTE)}/${iso(16 * MINUTE)}`
    const query = `&metricnames=GlobalReachBitsOutPerSecond&interval=PT1M&timespan=${timespan}`
    const { json } = ask(lost, ORIGIN + 60 * MINUTE, 'GET', `${circuit}/providers/Microsoft.Insights/metrics`, {
      query,
    })
    const [metric] = json.value as unknown as { timeseries: { data: { average: number }[] }[] }[]
    return (metric?.timeseries ?? []).map(({ data }) => data.map(({ average }) => average))
  }
  for (const circuit of [LONDON, AMSTERDAM]) {
    const [own = [], ...others] = rates(circuit)
    expect(others).toEqual([])
    expect(own[0]).toBeGreaterThan(0)
    expect(own.slice(6)).toEqual([0, 0, 0, 0, 0])
  }
})

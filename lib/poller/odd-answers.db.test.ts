import { describe, expect, it } from 'vitest'
import { decodePollResponse, type ObservableKind } from '#lib/azure/index.ts'
import { getOrCreateSourceId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { recordPollAndRunDetection } from './commit/commit-poll.ts'

const db = withTestDatabase()

const NETWORK = '/subscriptions/5ca1ab1e-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Network'
const gateway = { resourceId: `${NETWORK}/virtualNetworkGateways/gw`, subresource: '' }
const path = { resourceId: `${NETWORK}/expressRouteCircuits/er`, subresource: 'AzurePrivatePeering/primary' }
const T0 = Date.UTC(2026, 10, 20)
let minute = 0

type Row = Record<string, unknown>
interface Asked {
  kind: ObservableKind
  target: { resourceId: string; subresource: string }
  row: Row
  body: (row: unknown) => unknown
}

const table = (row: unknown) => ({ value: [row] })
const asked: Asked[] = [
  {
    kind: 'peers',
    target: gateway,
    row: {
      localAddress: '10.0.4.12',
      neighbor: '10.0.4.4',
      asn: 12076,
      state: 'Connected',
      connectedDuration: '1.02:03:04.5',
      routesReceived: 5,
      messagesSent: 5,
      messagesReceived: 6,
    },
    body: table,
  },
  {
    kind: 'learned',
    target: gateway,
    row: {
      localAddress: '10.0.4.12',
      network: '10.10.0.0/16',
      nextHop: '10.0.4.4',
      sourcePeer: '10.0.4.4',
      origin: 'EBgp',
      asPath: '12076-65001',
      weight: 32769,
    },
    body: table,
  },
  {
    kind: 'summary',
    target: path,
    row: { neighbor: '192.0.2.97', as: 65001, upDown: '1d02h', statePfxRcd: '5' },
    body: table,
  },
  {
    kind: 'arp',
    target: path,
    row: { age: 7, interface: 'On-Prem', ipAddress: '192.0.2.97', macAddress: 'aabb.ccdd.eeff' },
    body: table,
  },
  {
    kind: 'tables',
    target: path,
    row: { network: '10.10.0.0/16', nextHop: '192.0.2.97', locPrf: '100', weight: 0, path: '65001' },
    body: table,
  },
  {
    kind: 'stats',
    target: { ...path, subresource: '' },
    row: { primaryBytesIn: 1, primaryBytesOut: 2, secondaryBytesIn: 3, secondaryBytesOut: 4 },
    body: (row) => row,
  },
  {
    kind: 'connection',
    target: { resourceId: `${NETWORK}/connections/cxn`, subresource: '' },
    row: { connectionStatus: 'Connected', ingressBytesTransferred: 5, egressBytesTransferred: 6, routingWeight: 3 },
    body: (properties) => ({ properties }),
  },
]

/** Invalid values in JSON, as they occur in a response. */
const odd = [
  'null',
  '""',
  '[]',
  '{}',
  'true',
  '-1',
  '1e300',
  '4294967296',
  '18446744073709551616',
  '"99999999999"',
  String.raw`"a\u0000b"`,
  String.raw`"\ud800"`,
  `"${'65001 '.repeat(2_000)}"`,
]

/** Decodes a response and records the result like a worker. */
async function poll({ kind, target }: Asked, body: string): Promise<string> {
  minute += 1
  const span = { startedAt: T0 + minute * 60_000, finishedAt: T0 + minute * 60_000 + 500 }
  const observation = decodePollResponse(target, kind, { status: 200, headers: {}, body }, span)
  const sourceId = await getOrCreateSourceId(db.pool, target)
  const localAddresses = { ipv4: '192.0.2.98', ipv6: null }
  const { status } = await db.transaction((client) =>
    recordPollAndRunDetection(client, sourceId, observation, { intervalSeconds: 60, localAddresses }),
  )
  return `${status} ${observation.outcome}`
}

describe('whatever stands in a field, the answer is recorded: as read, in part, or as malformed', () => {
  it.each(asked)('$kind', { timeout: 60_000 }, async (one) => {
    const { row, body } = one
    const good = JSON.stringify(body(row))
    for (const field of Object.keys(row)) {
      const { [field]: _, ...without } = row
      const marked = JSON.stringify(body({ ...row, [field]: '@' }))
      const answers = [JSON.stringify(body(without)), ...odd.map((value) => marked.replace('"@"', () => value))]
      for (const answer of answers) {
        expect(await poll(one, answer), `${field}: ${answer.slice(0, 200)}`).toMatch(
          /^recorded (ok|malformed|incomplete)$/,
        )
      }
      // no recorded response prevents the next one
      expect(await poll(one, good)).toBe('recorded ok')
    }
  })
})

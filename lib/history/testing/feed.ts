import type { ValueByAddressFamily } from '#lib/bgp/index.ts'
import type { PollObservation, PollOutcome, PeerRow, PollKind, RouteRow } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { getOrCreateSourceId } from '../store/sources.ts'
import { recordObservation } from '../record/record-observation.ts'
import type { RecordingResult } from '../types.ts'

const GROUP = '/subscriptions/5ca1ab1e-0000-4000-8000-000000000001/resourceGroups/rg-hub/providers/Microsoft.Network'
let made = 0

export const TEST_SOURCE_POLL_INTERVAL_SECONDS = 60

/** Fields that differ between polls of a source. */
export interface TestSourcePoll<Rows> {
  startedAt: number
  finishedAt: number
  rows: Rows
  outcome?: PollOutcome
  silentInstances?: string[]
}

/** Creates a separate source for a test, with functions that record its polls. */
export async function createTestPollSource(
  db: Database,
  options: { type?: string; subresource?: string; name?: string } = {},
) {
  const { type = 'virtualNetworkGateways', subresource = '', name = `resource-${++made}` } = options
  const resourceId = `${GROUP}/${type}/${name}`
  const target = { resourceId, subresource }
  const sourceId = await getOrCreateSourceId(db.pool, target)

  /** Returns an observation. `rows` must have the type of the kind, which is not checked. */
  const observe = (kind: PollKind, poll: TestSourcePoll<unknown>): PollObservation =>
    ({
      target,
      kind,
      startedAt: poll.startedAt,
      finishedAt: poll.finishedAt,
      outcome: poll.outcome ?? 'ok',
      error: null,
      silentInstances: poll.silentInstances ?? [],
      budget: null,
      correlationId: 'test',
      rows: poll.rows,
    }) as PollObservation

  const record = (
    kind: PollKind,
    poll: TestSourcePoll<unknown>,
    options2: { intervalSeconds?: number; localAddresses?: ValueByAddressFamily } = {},
  ): Promise<RecordingResult> =>
    db.transaction((client) =>
      recordObservation(client, sourceId, observe(kind, poll), {
        intervalSeconds: TEST_SOURCE_POLL_INTERVAL_SECONDS,
        ...options2,
      }),
    )

  return { sourceId, resourceId, observe, record }
}
export type TestPollSource = Awaited<ReturnType<typeof createTestPollSource>>

export function peerRow(fields: Partial<PeerRow> = {}): PeerRow {
  return {
    localAddress: '10.0.4.12',
    neighbor: '10.0.4.4',
    asn: 12076,
    state: 'established',
    azureState: 'Connected',
    connectedDurationMs: null,
    routesReceived: 3,
    messagesSent: null,
    messagesReceived: null,
    ...fields,
  }
}

export function routeRow(prefix: string, fields: Partial<RouteRow> = {}): RouteRow {
  return {
    instance: '10.0.4.12',
    prefix,
    nextHop: '10.0.4.4',
    peer: '10.0.4.4',
    origin: 'EBgp',
    asPath: [12076, 65001],
    weight: 32769,
    localPref: null,
    ...fields,
  }
}

import { describe, expect, it } from 'vitest'
import type { ConfigChange, PollRecord, RouteChange } from '#lib/contract/index.ts'
import { type DetectedEvent, INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { extractPollReadings } from '../../../source/index.ts'
import type { PollSignal } from '../../../model/signal.ts'
import { runGroupDetection } from '../../run-group-detection.ts'
import type { GroupState } from '../../../model/scope-state.ts'
import { EMPTY_TOPOLOGY, type CircuitPeeringNode, type GroupTopology } from '../../../model/topology.ts'
import { TEST_CIRCUIT_SCOPE, circuitNode } from '../../../testing/topologies.ts'

const START = Date.UTC(2030, 2, 4, 10)

const peering = (publicPrefixes: CircuitPeeringNode['publicPrefixes'], state = 'Enabled'): CircuitPeeringNode => ({
  name: 'MicrosoftPeering',
  intent: { circuit: 'Enabled', provider: 'Provisioned', peering: state },
  customers: { primary: '203.0.113.1', secondary: '203.0.113.5' },
  ...(publicPrefixes ? { publicPrefixes } : {}),
})
const topology = (node: CircuitPeeringNode): GroupTopology => ({ ...EMPTY_TOPOLOGY, circuits: [circuitNode(node)] })
const mark = (minute: number, more: Partial<PollRecord>): PollRecord => ({
  sourceId: 1,
  scope: TEST_CIRCUIT_SCOPE,
  subresource: 'MicrosoftPeering/primary',
  kind: 'tables',
  startedAt: START + minute * MS_PER_MINUTE,
  finishedAt: START + minute * MS_PER_MINUTE + 2_000,
  outcome: 'ok',
  previousOkAt: minute === 0 ? null : START + (minute - 1) * MS_PER_MINUTE,
  previousAttemptAt: minute === 0 ? null : START + (minute - 1) * MS_PER_MINUTE,
  silentInstances: [],
  ...more,
})

/** Evaluates one poll per minute, each with its signals and the current configuration of the circuit's peering. */
function fold(polls: { node?: CircuitPeeringNode; mark: PollRecord; signals: PollSignal[] }[]): DetectedEvent[] {
  let state: GroupState = {}
  const events = new Map<string, DetectedEvent>()
  for (const { node = peering(undefined), mark: own, signals } of polls) {
    const folded = runGroupDetection(state, topology(node), {
      mark: own,
      everyMs: MS_PER_MINUTE,
      signals,
      events: [],
      scopeOfResource: (id) => id,
    })
    state = folded.state
    for (const event of folded.events) events.set(event.key, event)
  }
  return [...events.values()]
}

describe('microsoft_prefixes_changed', () => {
  const route = (minute: number, n: number): RouteChange => ({
    type: 'route',
    op: 'announce',
    instance: null,
    peer: null,
    prefix: `20.${n}.0.0/16`,
    before: [],
    after: [{ nextHop: '203.0.113.2', asPath: [8075], origin: null, weight: null, localPref: null }],
    between: { earliest: START + (minute - 1) * MS_PER_MINUTE, latest: START + minute * MS_PER_MINUTE + 2_000 },
  })
  /**
   * Returns the events for these numbers of prefixes from Microsoft.
   * @param counts number by minute; null = the table is unchanged
   */
  const reported = (counts: readonly (number | undefined | null)[], more: Partial<PollRecord> = {}, customers = 0) =>
    fold(
      counts.map((fromMicrosoft, minute) => ({
        mark: mark(minute, more),
        signals:
          fromMicrosoft === null
            ? []
            : [
                {
                  type: 'routes',
                  kind: 'tables',
                  changes: [route(minute, minute)],
                  sizes: { '/203.0.113.1': (fromMicrosoft ?? 0) + customers },
                  fromMicrosoft,
                },
              ],
      })),
    ).filter(({ kind }) => kind === 'microsoft_prefixes_changed')

  it.each([
    { rule: 'a few more are worth a word', counts: [200, 203], severity: 'info' },
    { rule: 'a tenth less is a warning', counts: [200, 180], severity: 'warning' },
    {
      rule: 'none left beside what the customer announces is a warning',
      counts: [3, 0],
      customers: 1,
      severity: 'warning',
    },
    {
      rule: 'none left at all is one that is reported by a second sample',
      counts: [3, 0, null, null],
      severity: 'warning',
    },
  ])('$rule', ({ counts, customers = 0, severity }) => {
    const [event, ...more] = reported(counts, {}, customers)
    expect(more).toEqual([])
    expect(event).toMatchObject({ scope: TEST_CIRCUIT_SCOPE, subject: 'MicrosoftPeering/primary', severity })
    expect(event?.evidence).toContainEqual(
      expect.objectContaining({ field: 'prefixes from Microsoft', before: counts[0], after: counts[1] }),
    )
    expect(event?.started).toEqual({ earliest: START, latest: START + MS_PER_MINUTE + 2_000 })
  })

  it.each([
    { rule: 'the same number of others', counts: [200, 200], more: {} },
    { rule: 'one empty table', counts: [200, 0, 200], more: {} },
    { rule: 'one empty table, and polls that fail after it', counts: [200, 0], more: {} },
    { rule: 'the first table of all', counts: [200], more: {} },
    { rule: 'an answer without a path', counts: [200, 100], more: { outcome: 'incomplete' as const } },
    { rule: 'private peering', counts: [200, 100], more: { subresource: 'AzurePrivatePeering/primary' } },
    { rule: 'no count', counts: [undefined, undefined], more: {} },
  ])('nothing of $rule', ({ counts, more }) => expect(reported(counts, more)).toEqual([]))

  it('counts what Microsoft reported, prepended or not, and not what the customer did', () => {
    const row = (prefix: string, asPath: number[]) => ({ prefix, asPath, nextHop: null, peer: null, instance: null })
    const rows = [
      row('20.1.0.0/16', [8075]),
      row('20.2.0.0/16', [12076, 12076, 8075]),
      row('198.51.100.0/24', [65001]),
      row('203.0.113.0/30', []),
    ].map((one) => ({ ...one, origin: null, weight: null, localPref: null }))
    const observation = {
      target: { resourceId: TEST_CIRCUIT_SCOPE, subresource: 'MicrosoftPeering/primary' },
      kind: 'tables' as const,
      startedAt: START,
      finishedAt: START,
      outcome: 'ok' as const,
      error: null,
      silentInstances: [],
      budget: null,
      correlationId: 'test',
      rows,
    }
    expect(extractPollReadings(observation, () => '').fromMicrosoft).toBe(2)
    const otherGroups = {
      ...observation,
      target: { resourceId: TEST_CIRCUIT_SCOPE, subresource: 'AzurePrivatePeering/primary' },
    }
    expect(extractPollReadings(otherGroups, () => '').fromMicrosoft).toBeUndefined()
  })
})

describe('public_prefixes_not_validated', () => {
  const listed = (state: string | null, prefixes = ['198.51.100.0/24']) => peering([{ state, prefixes }])
  const configured = (nodes: readonly CircuitPeeringNode[]) =>
    fold(
      nodes.map((node, minute) => {
        const change: ConfigChange = {
          type: 'config',
          op: minute === 0 ? 'added' : 'changed',
          resourceId: TEST_CIRCUIT_SCOPE,
          resourceType: 'microsoft.network/expressroutecircuits',
          fields: [],
          between: { earliest: START + (minute - 1) * MS_PER_MINUTE, latest: START + minute * MS_PER_MINUTE + 2_000 },
        }
        const own = mark(minute, { kind: 'inventory', subresource: '', scope: 'sub' })
        return { node, mark: own, signals: [{ type: 'config', changes: [change] }] }
      }),
    ).filter(({ kind }) => kind === 'public_prefixes_not_validated')

  it('is reported of what was so when it was first polled, and ends when Microsoft has validated them', () => {
    const [event] = configured([listed('ValidationNeeded'), listed('Configuring'), listed('Configured')])
    expect(event).toMatchObject({ scope: TEST_CIRCUIT_SCOPE, subject: 'MicrosoftPeering', severity: 'warning' })
    expect(event?.started.earliest).toBe(INSTANT_BEFORE_MONITORING)
    expect(event?.ended).toEqual({ earliest: START + MS_PER_MINUTE, latest: START + 2 * MS_PER_MINUTE + 2_000 })
  })

  it.each([
    { rule: 'validation is asked for', nodes: [listed('Configured'), listed('ValidationNeeded')] },
    { rule: 'prefixes are listed and not configured', nodes: [listed('Configured'), listed('NotConfigured')] },
  ])('is raised when $rule', ({ nodes }) => expect(configured(nodes)).toHaveLength(1))

  it.each([
    { rule: 'all is validated', nodes: [listed('Configured')] },
    { rule: 'Azure is at it', nodes: [listed('Configured'), listed('Configuring')] },
    { rule: 'nothing is listed', nodes: [listed('NotConfigured', [])] },
    { rule: 'the peering is disabled', nodes: [peering(listed('ValidationNeeded').publicPrefixes, 'Disabled')] },
    { rule: 'Azure says nothing', nodes: [listed(null)] },
    { rule: 'it is no Microsoft peering', nodes: [peering(undefined)] },
  ])('is not where $rule', ({ nodes }) => expect(configured(nodes)).toEqual([]))
})

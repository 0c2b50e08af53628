import { expect, it } from 'vitest'
import type { TimestampBounds, DetectedEvent, PollRecord } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { SessionStateChangeSignal } from '../../model/signal.ts'
import { runGroupDetection } from '../run-group-detection.ts'
import type { GroupState } from '../../model/scope-state.ts'
import type { GroupTopology } from '../../model/topology.ts'
import { TEST_CIRCUIT_SCOPE, testDualStackTopology, TEST_GATEWAY_SCOPE } from '../../testing/topologies.ts'

const START = Date.UTC(2030, 2, 4, 10)

const topology: GroupTopology = {
  ...testDualStackTopology,
  mappings: [
    {
      gateway: TEST_GATEWAY_SCOPE,
      neighbor: 'fd00:4::4',
      circuit: TEST_CIRCUIT_SCOPE,
      path: 'primary',
      confidence: 'inferred',
    },
  ],
}

interface Polled {
  minute: number
  of: Pick<PollRecord, 'scope' | 'subresource' | 'kind' | 'sourceId'>
  /** local address and neighbor of each polled session */
  sessions: readonly (readonly [string, string])[]
  level: 'up' | 'down'
}
const path = {
  scope: TEST_CIRCUIT_SCOPE,
  subresource: 'AzurePrivatePeering/primary',
  kind: 'summary',
  sourceId: 1,
} as const
const gateway = { scope: TEST_GATEWAY_SCOPE, subresource: '', kind: 'peers', sourceId: 2 } as const
const CUSTOMER = [
  ['192.0.2.2', '192.0.2.1'],
  ['fd00::2', 'fd00::1'],
] as const
const EDGE = [
  ['fd00:4::12', 'fd00:4::4'],
  ['fd00:4::13', 'fd00:4::4'],
] as const
const OTHER_EDGE = [['fd00:4::12', 'fd00:4::5']] as const

const between = (minute: number): TimestampBounds => ({
  earliest: START + (minute - 1) * MS_PER_MINUTE,
  latest: START + minute * MS_PER_MINUTE,
})

function fold(polls: readonly Polled[]): DetectedEvent[] {
  let state: GroupState = {}
  const reported = new Map<string, DetectedEvent>()
  for (const { minute, of, sessions, level } of polls) {
    const at = START + minute * MS_PER_MINUTE
    const signals = sessions.map(
      ([localAddress, neighbor]): SessionStateChangeSignal => ({
        type: 'session',
        localAddress,
        neighbor,
        level,
        since: between(minute),
        sample: null,
      }),
    )
    const mark: PollRecord = {
      ...of,
      startedAt: at,
      finishedAt: at,
      outcome: 'ok',
      previousOkAt: at - MS_PER_MINUTE,
      previousAttemptAt: at - MS_PER_MINUTE,
      silentInstances: [],
    }
    const falls = level === 'down' ? sessions.map((session) => sessionDown(of.scope, session, minute)) : []
    const input = { mark, everyMs: MS_PER_MINUTE, signals, events: falls, scopeOfResource: (id: string) => id }
    const folded = runGroupDetection(state, topology, input)
    state = folded.state
    for (const event of folded.events) reported.set(event.key, event)
  }
  return [...reported.values()]
}

function sessionDown(scope: string, session: readonly [string, string], minute: number): DetectedEvent {
  const subject = session.join('~')
  return {
    key: `${scope} ${subject}`,
    kind: 'session_down',
    severity: 'minor',
    scope,
    subject,
    started: between(minute),
    ended: null,
    duration: null,
    detectedAt: START + minute * MS_PER_MINUTE,
    evidence: [],
    causes: [],
    flags: [],
    partOf: null,
    incident: null,
  }
}

it('makes the sessions of both families parts of a path, and of the peers that hang on it', () => {
  const events = fold([
    { minute: 0, of: path, sessions: CUSTOMER, level: 'up' },
    { minute: 0, of: gateway, sessions: [...EDGE, ...OTHER_EDGE], level: 'up' },
    { minute: 1, of: path, sessions: CUSTOMER, level: 'down' },
    { minute: 1, of: gateway, sessions: EDGE, level: 'down' },
  ])
  const parentOf = (subject: string) => {
    const child = events.find((event) => event.subject === subject)
    return events.find(({ key }) => key === child?.partOf)?.kind
  }
  expect(CUSTOMER.map((session) => parentOf(session.join('~')))).toEqual(['path_down', 'path_down'])
  expect(EDGE.map((session) => parentOf(session.join('~')))).toEqual(['peer_lost', 'peer_lost'])
  expect(parentOf('fd00:4::4')).toBe('path_down')
})

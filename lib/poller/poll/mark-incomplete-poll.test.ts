import { describe, expect, it } from 'vitest'
import type { PollObservation, PeerRow, RouteRow, SummaryRow } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  type KnownSourceFacts,
  type KnownSession,
  updateSourceKnowledge,
  EMPTY_SOURCE_KNOWLEDGE,
  formatSessionKey,
  convertRowsToSessions,
} from './known-facts.ts'
import { markIncompletePoll } from './mark-incomplete-poll.ts'

const NOW = Date.UTC(2026, 10, 20)
const A = '10.0.4.12'
const B = '10.0.4.13'
const C = '10.0.4.14'

const known = (localAddress: string, more: Partial<KnownSession> = {}): KnownSession => ({
  localAddress,
  neighbor: '10.0.4.4',
  asn: 12076,
  established: true,
  azureState: 'Connected',
  prefixesReceived: 50,
  messagesReceived: null,
  readAt: NOW - MS_PER_MINUTE,
  lastMessage: null,
  ...more,
})
const knowing = (sessions: KnownSession[], more: Partial<KnownSourceFacts> = {}): KnownSourceFacts => ({
  ...EMPTY_SOURCE_KNOWLEDGE,
  sessions: new Map(sessions.map((session) => [formatSessionKey(session), session])),
  ...more,
})
const base = {
  target: { resourceId: '/subscriptions/s/gw', subresource: '' },
  startedAt: NOW - 1_000,
  finishedAt: NOW,
  outcome: 'ok' as const,
  error: null,
  silentInstances: [],
  budget: null,
  correlationId: 'x',
}
const peer = (localAddress: string): PeerRow => ({
  localAddress,
  neighbor: '10.0.4.4',
  asn: 12076,
  state: 'established',
  azureState: 'Connected',
  connectedDurationMs: null,
  routesReceived: 50,
  messagesSent: null,
  messagesReceived: null,
})
const route = (instance: string | null): RouteRow => ({
  instance,
  prefix: '10.1.0.0/16',
  nextHop: null,
  peer: null,
  origin: null,
  asPath: [],
  weight: null,
  localPref: null,
})
const neighbor: SummaryRow = {
  neighbor: '192.0.2.1',
  asn: 65001,
  state: 'established',
  azureState: '50',
  downReason: null,
  prefixesReceived: 50,
  upDown: null,
}
const peers = (...from: string[]): PollObservation => ({ ...base, kind: 'peers', rows: from.map(peer) })
const learned = (...from: string[]): PollObservation => ({ ...base, kind: 'learned', rows: from.map(route) })
const tables = (rows: RouteRow[]): PollObservation => ({ ...base, kind: 'tables', rows })
const summary = (rows: SummaryRow[]): PollObservation => ({ ...base, kind: 'summary', rows })
const configured = [[A], [B]]
const longGone = NOW - 11 * MS_PER_MINUTE

describe('an answer is read as', () => {
  it.each<[string, PollObservation, KnownSourceFacts, string, string[]]>([
    ['whole when nothing else is known', peers(A), EMPTY_SOURCE_KNOWLEDGE, 'ok', []],
    ['whole when all known instances report', peers(A, B), knowing([known(A), known(B)], { configured }), 'ok', []],
    [
      'short when an instance that earlier polls reported is missing',
      peers(A),
      knowing([known(A), known(B)]),
      'incomplete',
      [B],
    ],
    ['short when a configured instance is missing', peers(A), knowing([known(A)], { configured }), 'incomplete', [B]],
    [
      'whole when an instance reports under its other address',
      peers(A, '169.254.21.2'),
      knowing([known(A)], { configured: [[A], [B, '169.254.21.2']] }),
      'ok',
      [],
    ],
    ['short when no instance reports any more', peers(), knowing([known(A), known(B)]), 'incomplete', [A, B]],
    ['whole when a gateway never had a peer', peers(), knowing([], { configured }), 'ok', []],
    [
      'whole when an instance was replaced long ago',
      peers(B, C),
      knowing([known(A, { readAt: longGone }), known(B), known(C)]),
      'ok',
      [],
    ],
    [
      'short when an instance is long gone and nothing took its place',
      peers(B),
      knowing([known(A, { readAt: longGone }), known(B)]),
      'incomplete',
      [A],
    ],
    [
      'short when one of three is long gone',
      peers(B, C),
      knowing([known(A, { readAt: longGone }), known(B), known(C)], { instanceCount: 3 }),
      'incomplete',
      [A],
    ],
    [
      'whole when configuration no longer names a long gone instance',
      peers(B),
      knowing([known(A, { readAt: longGone }), known(B)], { configured: [[B]], instanceCount: 1 }),
      'ok',
      [],
    ],
    [
      'short when configuration names one of two, as it does of an ExpressRoute gateway',
      peers(B),
      knowing([known(A, { readAt: longGone }), known(B)], { configured: [[B]] }),
      'incomplete',
      [A],
    ],
    ['whole when learned routes come from all', learned(A, B), knowing([known(A), known(B)]), 'ok', []],
    ['short when learned routes come from one of two', learned(A), knowing([known(A), known(B)]), 'incomplete', [B]],
    [
      'short when no route is learned although prefixes are received',
      learned(),
      knowing([known(A), known(B)]),
      'incomplete',
      [A, B],
    ],
    [
      'whole when no route is learned and no session is up',
      learned(),
      knowing([known(A, { established: false })]),
      'ok',
      [],
    ],
    [
      'short when a path table is empty although prefixes are received',
      tables([]),
      knowing([known('')]),
      'incomplete',
      [],
    ],
    ['whole when a path table has rows', tables([route(null)]), knowing([known('')]), 'ok', []],
    [
      'whole when a path table is empty and its session is down',
      tables([]),
      knowing([known('', { established: false, prefixesReceived: null })]),
      'ok',
      [],
    ],
    ['short when a summary lists none of the known neighbors', summary([]), knowing([known('')]), 'incomplete', []],
    [
      'whole when a summary lists some',
      summary([neighbor]),
      knowing([known(''), known('', { neighbor: 'x' })]),
      'ok',
      [],
    ],
    ['whole when a summary never listed any', summary([]), EMPTY_SOURCE_KNOWLEDGE, 'ok', []],
  ])('%s', (_, observation, knowledge, outcome, silentInstances) =>
    expect(markIncompletePoll(observation, knowledge)).toMatchObject({ outcome, silentInstances }),
  )

  it('says which instance is missing', () => {
    expect(markIncompletePoll(peers(A), knowing([known(A), known(B)])).error).toMatchObject({
      code: 'INSTANCE_SILENT',
      detail: `No rows came from gateway instance ${B}.`,
    })
  })

  it('takes an inventory of which one list failed as short, and one without any list as failed', () => {
    const inventory = (listedTypes: string[]): PollObservation => ({
      ...base,
      kind: 'inventory',
      outcome: 'forbidden',
      rows: { resources: [], listedTypes, failedTypes: [] },
    })
    expect(markIncompletePoll(inventory(['microsoft.network/connections']), EMPTY_SOURCE_KNOWLEDGE).outcome).toBe(
      'incomplete',
    )
    expect(markIncompletePoll(inventory([]), EMPTY_SOURCE_KNOWLEDGE).outcome).toBe('forbidden')
  })

  it('leaves what failed anyway alone', () => {
    const failed = { ...peers(), outcome: 'timeout' as const }
    expect(markIncompletePoll(failed, knowing([known(A)]))).toBe(failed)
  })
})

describe('what is learned', () => {
  it('forgets the prefixes of a session whose row is gone although its instance reports', () => {
    const before = knowing([known(A), known(A, { neighbor: '10.0.4.5' }), known(B)])
    const rows = convertRowsToSessions({ ...base, kind: 'peers', rows: [peer(A)] })
    const after = updateSourceKnowledge(before, rows)
    expect(after.sessions.get(`${A}~10.0.4.5`)).toMatchObject({ established: false, prefixesReceived: null })
    expect(after.sessions.get(`${B}~10.0.4.4`)).toEqual(known(B))
    expect(
      markIncompletePoll(learned(), {
        ...after,
        sessions: new Map([...after.sessions].filter(([key]) => key.endsWith('.5'))),
      }),
    ).toMatchObject({ outcome: 'ok' })
  })

  it('takes an instance that a whole poll lacks for gone, so that the next loss is that of another alone', () => {
    const rows = convertRowsToSessions({ ...base, kind: 'peers', rows: [peer(A), peer(B)] })
    const before = knowing([known(A), known(B), known(C)])
    expect(markIncompletePoll(peers(A), updateSourceKnowledge(before, rows, true))).toMatchObject({
      silentInstances: [B],
    })
    // after an incomplete poll this is unknown
    expect(markIncompletePoll(peers(A), updateSourceKnowledge(before, rows))).toMatchObject({ silentInstances: [B, C] })
  })

  it('notes when the message counter last moved', () => {
    const row = (messages: bigint, at: number) =>
      convertRowsToSessions({
        ...base,
        kind: 'peers',
        finishedAt: at,
        rows: [{ ...peer(A), messagesReceived: messages }],
      })
    let knowledge = updateSourceKnowledge(EMPTY_SOURCE_KNOWLEDGE, row(5n, 1))
    knowledge = updateSourceKnowledge(knowledge, row(6n, 2))
    knowledge = updateSourceKnowledge(knowledge, row(6n, 3))
    expect(knowledge.sessions.get(`${A}~10.0.4.4`)).toMatchObject({ lastMessage: { by: 2 }, readAt: 3 })
  })
})

import { describe, expect, it } from 'vitest'
import type { DetectedEvent, EventKind, PollKind } from '#lib/contract/index.ts'
import { type GatewayNode, EMPTY_TOPOLOGY } from '#lib/detection/index.ts'
import { findResourcesToBurst, selectPollsToBurst, addConnectedResources } from './burst-polls.ts'

const PROVED = 1_000
const event = (kind: EventKind, more: Partial<DetectedEvent> = {}): DetectedEvent => ({
  key: kind,
  kind,
  severity: 'major',
  scope: 'gw',
  subject: 's',
  started: { earliest: 0, latest: PROVED },
  ended: null,
  duration: null,
  detectedAt: PROVED,
  evidence: [],
  causes: [],
  flags: [],
  ...more,
})
const gateway = (scope: string, circuits: string[]): GatewayNode => ({
  scope,
  name: scope,
  kind: 'expressRoute',
  provisioningState: 'Succeeded',
  circuits,
})

describe('what triggers burst polling', () => {
  it.each<[string, DetectedEvent, string[]]>([
    ['a session that fell', event('session_down'), ['gw']],
    ['not one that was raised before', event('session_down', { detectedAt: PROVED - 1 }), []],
    ['not one that is over', event('session_down', { ended: { earliest: 1, latest: 2 } }), []],
    ['not a session that came up', event('session_up'), []],
    ['not a limit that comes near', event('prefix_headroom'), []],
    ['not a collector’s problem: more polls would make it worse', event('collector_error'), []],
  ])('%s', (_, given, scopes) => expect([...findResourcesToBurst([given], PROVED)]).toEqual(scopes))
})

describe('the scopes of a burst', () => {
  const topology = { ...EMPTY_TOPOLOGY, gateways: [gateway('gw', ['a', 'b']), gateway('far', ['c'])] }

  it.each<[string, string[], string[]]>([
    ['a gateway and its circuits', ['gw'], ['gw', 'a', 'b']],
    ['a circuit and its gateways, not its siblings', ['a'], ['a', 'gw']],
    ['what is connected to nothing by itself', ['alone'], ['alone']],
  ])('%s', (_, scopes, affected) => expect(addConnectedResources(new Set(scopes), topology)).toEqual(affected))

  it('takes the nearest and most relevant polls first, and none that would not show more', () => {
    const poll = (scope: string, kind: PollKind) => ({ sourceId: 1, scope, kind })
    const polls = [
      poll('a', 'summary'),
      poll('gw', 'metrics'),
      poll('gw', 'learned'),
      poll('gw', 'peers'),
      poll('x', 'peers'),
    ]
    expect(selectPollsToBurst(polls, ['gw', 'a'])).toEqual([
      poll('gw', 'peers'),
      poll('gw', 'learned'),
      poll('a', 'summary'),
    ])
  })
})

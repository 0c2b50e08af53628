import { describe, expect, it } from 'vitest'
import { SITE_A_PREFIXES, SITE_B_PREFIXES, createTwoCircuitEstate } from '../../testing/estates.ts'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import type { TestTimelineChange } from '#lib/poller/memory/testing/timeline.ts'
import {
  announceSimulatedPrefixes,
  endSimulatedCustomerSession,
  endSimulatedNeighborSessions,
  startSimulatedCustomerSession,
  startSimulatedNeighborSessions,
  withdrawSimulatedPrefixes,
} from '../../testing/happenings.ts'
import {
  createEvaluationStageTestInput,
  createOngoingEvent,
  LONG_AGO_TIME_BOUNDS,
  storeEventInTestContext,
  TEST_POLL_END_TIME,
} from '../../testing/scene.ts'
import type { SimulatedEstate } from '../../testing/world.ts'
import { assignParentEvents } from './assign-parents.ts'

const PRIMARY = ['10.0.4.4']
const LON = ['10.0.4.4', '10.0.4.5']

const falls: TestTimelineChange = {
  at: '10:00:10',
  do: (world) => {
    endSimulatedCustomerSession(world, 'ckt-lon', 'primary')
    withdrawSimulatedPrefixes(world, PRIMARY, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES])
  },
}
const announcesAll = (world: SimulatedEstate) => {
  announceSimulatedPrefixes(world, PRIMARY, SITE_A_PREFIXES, [65001])
  announceSimulatedPrefixes(world, PRIMARY, SITE_B_PREFIXES, [65001, 65001, 65001])
}
const rises: TestTimelineChange = {
  at: '10:01:50',
  do: (world, time) => {
    startSimulatedCustomerSession(world, 'ckt-lon', 'primary', time)
    announcesAll(world)
  },
}

const parentsOfWithdrawals = async (truth: TestTimelineChange[]) => {
  const played = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:50', to: '10:08', truth })
  return played.events
    .filter(({ kind }) => kind === 'mass_withdraw')
    .map(({ partOf }) => (partOf ? played.event(partOf)?.kind : null))
}

describe('a withdrawal of many prefixes', () => {
  it('is a root event when the path that carried them has been down, and is up again', async () => {
    const withdrawal: TestTimelineChange = {
      at: '10:03:10',
      do: (world) => withdrawSimulatedPrefixes(world, LON, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES]),
    }
    expect(await parentsOfWithdrawals([falls, rises, withdrawal])).toEqual([null])
  })

  it('is a root event when the path falls later', async () => {
    const withdrawal: TestTimelineChange = {
      at: '10:00:10',
      do: (world) => withdrawSimulatedPrefixes(world, PRIMARY, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES]),
    }
    const announcement: TestTimelineChange = { at: '10:01:10', do: announcesAll }
    expect((await parentsOfWithdrawals([withdrawal, announcement, { ...falls, at: '10:02:05' }]))[0]).toBeNull()
  })

  it('is a part of the path’s fall when it comes with it', async () => {
    const early: TestTimelineChange = {
      at: '10:00:05',
      do: (world) => withdrawSimulatedPrefixes(world, PRIMARY, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES]),
    }
    expect(await parentsOfWithdrawals([early, falls])).toEqual(['path_down'])
  })
})

describe('routes that went and came back with a restart that no poll of sessions saw', () => {
  const took: TestTimelineChange = {
    at: '10:00:03',
    do: (world) => {
      endSimulatedNeighborSessions(world, '10.0.4.4')
      withdrawSimulatedPrefixes(world, PRIMARY, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES])
    },
  }
  const isBack: TestTimelineChange = {
    at: '10:00:50',
    do: (world, when) => startSimulatedNeighborSessions(world, '10.0.4.4', when),
  }
  const returns = (time: string): TestTimelineChange => ({ at: time, do: announcesAll })
  const routesGone = new Set(['mass_withdraw', 'ecmp_reduced'])
  const lost = async (truth: TestTimelineChange[]) => {
    const played = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:50', to: '10:08', truth })
    return played.events
      .filter(({ kind }) => routesGone.has(kind))
      .map(({ kind, partOf, causes }) => [kind, partOf ? played.event(partOf)?.kind : null, causes[0]?.class])
      .toSorted()
  }

  it('are a part of the restart of all sessions with their neighbor, and nobody withdrew them', async () => {
    expect(await lost([took, isBack, returns('10:00:52')])).toEqual([
      ['ecmp_reduced', 'session_flap', 'gateway_edge_session'],
      ['mass_withdraw', 'session_flap', 'gateway_edge_session'],
    ])
  })

  it('are a part of the restart of the customer’s router behind it', async () => {
    const down: TestTimelineChange = { ...falls, at: '10:01:03' }
    expect(await lost([down, { ...rises, at: '10:01:08' }])).toMatchObject([
      ['ecmp_reduced', 'session_flap', 'unknown_cause'],
      ['mass_withdraw', 'session_flap', 'unknown_cause'],
    ])
  })

  it('are no part of the restart of one instance’s session', async () => {
    const one: TestTimelineChange = {
      at: '10:00:03',
      do: (world) => {
        endSimulatedNeighborSessions(world, '10.0.4.4', ['10.0.4.12'])
        withdrawSimulatedPrefixes(world, PRIMARY, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES])
      },
    }
    const oneIsBack: TestTimelineChange = {
      at: '10:00:50',
      do: (world, when) => startSimulatedNeighborSessions(world, '10.0.4.4', when, ['10.0.4.12']),
    }
    expect((await lost([one, oneIsBack, returns('10:00:52')])).map(([, parent]) => parent)).toEqual([null, null])
  })

  it('are a fault of their own while they stay away, though their sessions are back', async () => {
    expect((await lost([took, isBack])).map(([, parent]) => parent)).toEqual([null, null])
  })
})

it('a restart that was over before the path fell is no part of that fall', async () => {
  const restart: TestTimelineChange[] = [
    { at: '10:00:20', do: (world) => endSimulatedCustomerSession(world, 'ckt-lon', 'primary') },
    { at: '10:00:40', do: (world, at) => startSimulatedCustomerSession(world, 'ckt-lon', 'primary', at) },
  ]
  const played = await runTestTimeline({
    world: createTwoCircuitEstate,
    from: '9:50',
    to: '10:08',
    truth: [...restart, { ...falls, at: '10:01:30' }],
  })
  const parts = played.events.filter(({ scope, kind }) => scope === 'ckt-lon' && /^session_(flap|down)$/.test(kind))
  expect(parts.map(({ kind, partOf }) => [kind, partOf ? played.event(partOf)?.kind : null])).toEqual([
    ['session_flap', null],
    ['session_down', 'path_down'],
  ])
})

it('equal paths that became fewer are a part of the path that carried the others', async () => {
  const played = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:50', to: '10:08', truth: [falls] })
  const all = played.events
  const shrunk = all.filter(({ kind }) => kind === 'ecmp_reduced')
  expect(shrunk.length).toBeGreaterThan(0)
  for (const { partOf } of shrunk) expect(played.event(partOf)?.kind).toBe('path_down')
})

it('a withdrawal of some of equal paths, with every session up, is a part of nothing', async () => {
  const withdrawal: TestTimelineChange = {
    at: '10:00:10',
    do: (world) => withdrawSimulatedPrefixes(world, PRIMARY, SITE_A_PREFIXES),
  }
  const played = await runTestTimeline({
    world: createTwoCircuitEstate,
    from: '9:50',
    to: '10:08',
    truth: [withdrawal],
  })
  const shrunk = played.events.filter(({ kind }) => kind === 'ecmp_reduced')
  expect(shrunk.map(({ partOf }) => partOf)).toEqual([null])
})

it('a session that falls again within minutes is a part of the fall of its path that goes with it', async () => {
  const end = (at: string): TestTimelineChange => ({
    at,
    do: (world) => endSimulatedCustomerSession(world, 'ckt-lon', 'primary'),
  })
  const start = (at: string): TestTimelineChange => ({
    at,
    do: (world, time) => startSimulatedCustomerSession(world, 'ckt-lon', 'primary', time),
  })
  const truth = [end('10:00:10'), start('10:01:10'), end('10:02:10'), start('10:03:10')]
  const played = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:55', to: '10:06', every: 30, truth })
  const falls = played.events.filter(({ kind, scope }) => kind === 'session_down' && scope === 'ckt-lon')
  expect(falls).toHaveLength(2)
  for (const { partOf, started } of falls) expect(played.event(partOf ?? '')?.started).toEqual(started)
})

describe('a session that receives no message', () => {
  const FIRST = '10.0.4.12'
  const freezes = (messages: bigint | null) => (world: SimulatedEstate) => {
    const session = world.neighbor('10.0.4.4').sessions[FIRST]
    if (session) session.messagesFrozen = messages
  }
  const stops: TestTimelineChange = { at: '10:00:20', do: freezes(19_000n) }
  const ends = (at: string): TestTimelineChange => ({
    at,
    do: (world) => endSimulatedNeighborSessions(world, '10.0.4.4', [FIRST]),
  })
  it.each<[string, TestTimelineChange[], (string | undefined)[]]>([
    ['falls after its hold time: the stall is a part of the fall', [stops, ends('10:03:30')], ['session_down']],
    [
      'receives messages again, and falls later: the stall is not a part of the fall',
      [stops, { at: '10:03:30', do: freezes(null) }, ends('10:05:30')],
      [undefined],
    ],
  ])('and %s', async (_, truth, parents) => {
    const played = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:50', to: '10:08', truth })
    const stalls = played.events.filter(({ kind }) => kind === 'keepalive_stall')
    expect(stalls.map(({ partOf }) => played.event(partOf ?? '')?.kind)).toEqual(parents)
  })
})

describe('a session that keeps falling', () => {
  const span = (from: string, to: string): TestTimelineChange[] => [
    { at: from, do: (world) => endSimulatedCustomerSession(world, 'ckt-lon', 'primary') },
    { at: to, do: (world, at) => startSimulatedCustomerSession(world, 'ckt-lon', 'primary', at) },
  ]
  const outages = ['10:01', '10:10', '10:20', '10:45'].flatMap((time) =>
    span(`${time}:10`, `${time.slice(0, 3)}${String(Number(time.slice(3)) + 4).padStart(2, '0')}:10`),
  )
  const restarts = ['10:00', '10:02', '10:04', '10:06'].flatMap((time) => span(`${time}:20`, `${time}:40`))
  it.each<[string, TestTimelineChange[], (string | undefined)[], string | null | undefined]>([
    ['with its path, flaps as a part of the path’s one incident', outages, ['path_down'], 'path_down'],
    ['alone, is an incident of its own', restarts, ['session_flapping'], undefined],
  ])('%s', async (_, truth, roots, whole) => {
    const played = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:50', to: '10:56', truth })
    const own = played.incidents.filter(({ scope }) => scope === 'ckt-lon')
    expect(own.map(({ root }) => played.event(root)?.kind)).toEqual(roots)
    const flapping = played.events.filter(({ kind }) => kind === 'session_flapping')
    expect(flapping.map(({ partOf }) => played.event(partOf)?.kind)).toEqual([whole])
    expect(flapping.map(({ incident }) => incident)).toEqual([own[0]?.key])
    const falls = played.events.filter(({ kind, incident }) => kind === 'path_down' && incident === own[0]?.key)
    expect(falls).toHaveLength(whole ? 4 : 0)
  })
})

describe('a session of an instance that had been lost', () => {
  it.each([
    { endedBefore: 'began', parent: 'peer_lost' },
    { endedBefore: 'ended', parent: 'gateway_instance_lost' },
  ])('is a part of $parent if the instance was back before the session’s loss $endedBefore', ({ parent }) => {
    const { context } = createEvaluationStageTestInput({ kind: 'peers', scope: 'ergw-hub' })
    const until = (ms: number) => ({ earliest: TEST_POLL_END_TIME - ms - 500, latest: TEST_POLL_END_TIME - ms })
    const put = (...event: Parameters<typeof createOngoingEvent>) =>
      storeEventInTestContext(context, createOngoingEvent(...event))
    const ended = until(parent === 'peer_lost' ? 80_000 : 30_000)
    const whole = put('gateway_instance_lost', 'ergw-hub', '10.0.4.12', { started: LONG_AGO_TIME_BOUNDS, ended })
    const neighbor = put('peer_lost', 'ergw-hub', '10.0.4.4')
    const session = put('session_down', 'ergw-hub', '10.0.4.12~10.0.4.4')
    assignParentEvents(context)
    expect(session.event.partOf).toBe((parent === 'peer_lost' ? neighbor : whole).event.key)
  })
})

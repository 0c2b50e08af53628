import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import {
  SITE_A_PREFIXES,
  SITE_B_PREFIXES,
  createThreeCircuitEstate,
  createTwoCircuitEstate,
  t2v,
} from '../../../../testing/estates.ts'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import {
  parseTimeOfSimulatedDay,
  type TestTimelineChange,
  type TestTimeline,
} from '#lib/poller/memory/testing/timeline.ts'
import {
  announceSimulatedPrefixes,
  endSimulatedCustomerSession,
  startSimulatedCustomerSession,
  withdrawSimulatedPrefixes,
} from '../../../../testing/happenings.ts'

const PRIMARY = ['10.0.4.4']

const SECONDARY = ['10.0.4.5']
type Path = 'primary' | 'secondary'
const neighborOf = (path: Path) => (path === 'primary' ? PRIMARY : SECONDARY)

const falls = (at: string, path: Path = 'primary'): TestTimelineChange => ({
  at,
  do: (world) => {
    endSimulatedCustomerSession(world, 'ckt-lon', path)
    withdrawSimulatedPrefixes(world, neighborOf(path), [...SITE_A_PREFIXES, ...SITE_B_PREFIXES])
  },
})
const rises = (at: string, path: Path = 'primary'): TestTimelineChange => ({
  at,
  do: (world, time) => {
    startSimulatedCustomerSession(world, 'ckt-lon', path, time)
    announceSimulatedPrefixes(world, neighborOf(path), SITE_A_PREFIXES, [65001])
    announceSimulatedPrefixes(world, neighborOf(path), SITE_B_PREFIXES, [65001, 65001, 65001])
  },
})
/** Returns a step in which the customer's router lengthens the AS path on its own path, or restores it. */
const prepends = (at: string, times: number): TestTimelineChange => ({
  at,
  do: (world) =>
    announceSimulatedPrefixes(world, PRIMARY, SITE_A_PREFIXES, [65001, ...Array<number>(times).fill(65001)]),
})

const shifts = async (truth: TestTimelineChange[]): Promise<DetectedEvent[]> =>
  (await runTestTimeline({ world: createTwoCircuitEstate, from: '9:50', to: '10:16', truth })).events.filter(
    ({ kind }) => ['failover', 'failback', 'best_path_shift', 'ecmp_reduced', 'ecmp_restored'].includes(kind),
  )
const kinds = (events: DetectedEvent[]) => events.map(({ kind }) => kind).toSorted()

describe('a shift of the best paths', () => {
  it('is no failover because of a loss that was over before', async () => {
    const events = await shifts([
      falls('10:00:10'),
      rises('10:01:10'),
      prepends('10:03:10', 3),
      prepends('10:06:10', 0),
    ])
    expect(kinds(events)).toEqual(['best_path_shift', 'ecmp_reduced', 'ecmp_restored', 'ecmp_restored'])
  })

  it('that is undone before it is known to be none of a loss is reported with its end', async () => {
    const events = await shifts([prepends('10:05:10', 3), prepends('10:06:10', 0)])
    expect(kinds(events)).toEqual(['best_path_shift', 'ecmp_restored'])
    const shift = events.find(({ kind }) => kind === 'best_path_shift')
    expect(shift?.started.earliest).toBeLessThan(parseTimeOfSimulatedDay('10:05:10'))
    expect(shift?.started.latest).toBeGreaterThan(parseTimeOfSimulatedDay('10:05:10'))
    expect(shift?.ended?.earliest).toBeLessThan(parseTimeOfSimulatedDay('10:06:10'))
    expect(shift?.ended?.latest).toBeGreaterThan(parseTimeOfSimulatedDay('10:06:10'))
  })
})

describe('a failover from the last of two paths', () => {
  const lost = [falls('9:53:10', 'secondary'), falls('9:55:10', 'primary')]
  it.each<[string, TestTimelineChange[]]>([
    ['both at once', [rises('9:58:10', 'secondary'), rises('9:58:10', 'primary')]],
    ['the other one first', [rises('9:58:10', 'secondary'), rises('10:01:10', 'primary')]],
    ['itself first', [rises('9:58:10', 'primary'), rises('10:01:10', 'secondary')]],
  ])('ends when home is back: %s', async (_, back) => {
    const events = await shifts([...lost, ...back])
    expect(kinds(events)).toEqual(['ecmp_reduced', 'ecmp_restored', 'failback', 'failover'])
    expect(events.filter(({ ended }) => ended === null)).toEqual([])
    const failback = events.find(({ kind }) => kind === 'failback')
    expect(failback?.started.earliest).toBeLessThan(parseTimeOfSimulatedDay('9:58:10'))
    expect(failback?.started.latest).toBeGreaterThan(parseTimeOfSimulatedDay('9:58:10'))
  })
})

it('a failover from the only path that had come back of two ends when both carry', async () => {
  const events = await shifts([
    falls('9:53:10', 'secondary'),
    falls('9:53:10', 'primary'),
    rises('9:55:10', 'primary'),
    falls('9:57:10', 'primary'),
    rises('9:57:15', 'secondary'),
    rises('10:00:10', 'primary'),
  ])
  expect(kinds(events)).toEqual(['failback', 'failback', 'failover', 'failover'])
  expect(events.filter(({ ended }) => ended === null)).toEqual([])
  const { started } = events.findLast(({ kind }) => kind === 'failback') ?? {}
  expect(started?.earliest).toBeLessThan(parseTimeOfSimulatedDay('10:00:10'))
  expect(started?.latest).toBeGreaterThan(parseTimeOfSimulatedDay('10:00:10'))
})

it('failovers over two backups end when home is back, and await no return to a backup', async () => {
  const circuits: Record<string, [string[], number[]]> = {
    'ckt-lon': [['10.0.4.4', '10.0.4.5'], [65001]],
    'ckt-lon2': [
      ['10.0.4.8', '10.0.4.9'],
      [65001, 65001],
    ],
  }
  const lost = (at: string, circuit: string): TestTimelineChange => ({
    at,
    do: (world) => {
      for (const path of ['primary', 'secondary'] as const) endSimulatedCustomerSession(world, circuit, path)
      withdrawSimulatedPrefixes(world, circuits[circuit]?.[0] ?? [], SITE_A_PREFIXES)
    },
  })
  const back = (at: string, circuit: string): TestTimelineChange => ({
    at,
    do: (world, time) => {
      for (const path of ['primary', 'secondary'] as const) startSimulatedCustomerSession(world, circuit, path, time)
      const [neighbors, asPath] = circuits[circuit] ?? [[], []]
      announceSimulatedPrefixes(world, neighbors, SITE_A_PREFIXES, asPath)
    },
  })
  const truth = [
    lost('10:00:10', 'ckt-lon'),
    lost('10:05:10', 'ckt-lon2'),
    back('10:10:10', 'ckt-lon'),
    back('10:13:10', 'ckt-lon2'),
  ]
  const { events } = await runTestTimeline({ world: createThreeCircuitEstate, from: '9:40', to: '10:40', truth })
  const failovers = events.filter(({ kind }) => kind === 'failover')
  expect(failovers.map(({ subject }) => subject)).toEqual(['ckt-lon > ckt-lon2', 'ckt-lon2 > ckt-ams'])
  for (const { ended } of failovers) {
    expect(ended?.earliest).toBeLessThan(parseTimeOfSimulatedDay('10:10:10'))
    expect(ended?.latest).toBeGreaterThan(parseTimeOfSimulatedDay('10:10:10'))
  }
  expect(kinds(events).filter((kind) => kind === 'failback_pending')).toEqual([])
})

describe('fewer equal paths', () => {
  const neighbors = ['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7']
  const at = (minute: number) => `9:${String(minute).padStart(2, '0')}:10`
  /** Returns a step in which neighbors announce a prefix equally (`isOn`), or withdraw it. */
  const step = (minute: number, prefix: string, own: string[], isOn: boolean): TestTimelineChange => ({
    at: at(minute),
    do: (world) =>
      isOn ? announceSimulatedPrefixes(world, own, [prefix], [65001]) : withdrawSimulatedPrefixes(world, own, [prefix]),
  })
  const reductions = async (truth: TestTimelineChange[]) => {
    const { events } = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:20', to: '10:10', truth })
    return events.filter(({ kind }) => kind === 'ecmp_reduced')
  }

  it('end when all paths are back, in whichever order they went and came', async () => {
    const orders = fc.shuffledSubarray(neighbors, { minLength: 2, maxLength: 3 })
    const [A1 = ''] = SITE_A_PREFIXES
    await fc.assert(
      fc.asyncProperty(
        orders.chain((gone) => fc.tuple(fc.constant(gone), fc.shuffledSubarray(gone, { minLength: gone.length }))),
        async ([gone, back]) => {
          const found = await reductions([
            step(22, A1, neighbors, true),
            ...gone.map((one, n) => step(36 + 3 * n, A1, [one], false)),
            ...back.map((one, n) => step(48 + 3 * n, A1, [one], true)),
          ])
          expect(found.length).toBeGreaterThanOrEqual(1)
          expect(found.filter(({ ended }) => ended === null)).toEqual([])
        },
      ),
      { numRuns: 12 },
    )
  })

  it('end when a more specific prefix is withdrawn path by path', async () => {
    const specific = (SITE_A_PREFIXES[0] ?? '').replace('.0.0/16', '.5.0/24')
    const found = await reductions([
      step(22, specific, neighbors.slice(0, 2), true),
      step(40, specific, neighbors.slice(0, 1), false),
      step(44, specific, neighbors.slice(1, 2), false),
    ])
    expect(found.map(({ ended }) => ended !== null)).toEqual([true])
  })
})

describe('a prefix that comes back on two gateways', () => {
  const [A1 = ''] = SITE_A_PREFIXES
  const CIRCUITS = ['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7']
  const VPN = ['10.200.0.1']
  /** Returns a topology in which the VPN gateway is polled immediately before the other gateway. */
  const vpnFirst = () => {
    const world = t2v()
    const [hub, vpn] = [...world.gateways]
    world.gateways.clear()
    if (vpn && hub) world.gateways.set(...vpn).set(...hub)
    return world
  }
  const leaves: TestTimelineChange = {
    at: '9:55:30',
    do: (world) => withdrawSimulatedPrefixes(world, [...CIRCUITS, ...VPN], [A1]),
  }
  const isBack = (at: string, neighbors: string[]): TestTimelineChange => ({
    at,
    do: (world) => announceSimulatedPrefixes(world, neighbors, [A1], [65010, 65001]),
  })
  const shiftsOf = async (truth: TestTimelineChange[], to = '10:30') =>
    (await runTestTimeline({ world: vpnFirst, from: '9:50', to, truth })).events.filter(
      ({ kind }) => kind === 'best_path_shift',
    )

  it('at once is no shift, whichever table is read first', async () => {
    expect(await shiftsOf([leaves, isBack('10:05:06', [...VPN, ...CIRCUITS])])).toEqual([])
    // between the two table polls of a round, so that the other table shows it a minute later
    expect(await shiftsOf([leaves, isBack('10:05:05.500', VPN), isBack('10:05:06.500', CIRCUITS)])).toEqual([])
  })

  it('one after the other, with a table in between that lacks it, has shifted', async () => {
    const [shift, ...more] = await shiftsOf([leaves, isBack('10:05:30', VPN), isBack('10:20:30', CIRCUITS)])
    expect(more).toEqual([])
    expect(shift?.started).toEqual({
      earliest: parseTimeOfSimulatedDay('10:20:05'),
      latest: parseTimeOfSimulatedDay('10:21:07'),
    })
    expect(shift?.flags).toContain('scope:transport')
  })
})

describe('a more specific prefix that is withdrawn again', () => {
  const specific = '10.10.5.0/24'
  const AMS = ['10.0.4.6']
  const comes: TestTimelineChange = {
    at: '10:00:30',
    do: (world) => announceSimulatedPrefixes(world, AMS, [specific], [65001, 65001]),
  }
  const goes: TestTimelineChange = { at: '10:10:30', do: (world) => withdrawSimulatedPrefixes(world, AMS, [specific]) }

  it('ends what was reported of it, and is no shift by itself', async () => {
    const { events } = await runTestTimeline({
      world: createTwoCircuitEstate,
      from: '9:50',
      to: '10:30',
      truth: [comes, goes],
    })
    expect(events.map(({ kind }) => kind)).not.toContain('best_path_shift')
    expect(events.find(({ kind }) => kind === 'more_specific')?.ended).not.toBeNull()
  })
})

describe('a return to the usual paths', () => {
  const AMS = ['10.0.4.6', '10.0.4.7']
  const LON = ['10.0.4.4', '10.0.4.5']
  const goes = (at: string, by = AMS): TestTimelineChange => ({
    at,
    do: (world) => withdrawSimulatedPrefixes(world, by, [...SITE_B_PREFIXES, ...SITE_A_PREFIXES.slice(1)]),
  })
  const comes = (at: string, by = AMS, times = by === AMS ? 1 : 3): TestTimelineChange => ({
    at,
    do: (world) => {
      announceSimulatedPrefixes(world, by, SITE_B_PREFIXES, Array<number>(times).fill(65001))
      announceSimulatedPrefixes(world, by, SITE_A_PREFIXES.slice(1), Array<number>(4 - times).fill(65001))
    },
  })
  const changesOf = async (truth: TestTimelineChange[], to = '10:40', polls: Partial<TestTimeline> = {}) => {
    const { events } = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:50', to, truth, ...polls })
    return { events, shifts: events.filter(({ kind }) => kind === 'best_path_shift' || kind === 'failover') }
  }
  const HOME = 'ckt-ams > ckt-lon'

  /** The prefix is withdrawn at the first poll, and is later withdrawn again every ten minutes for two minutes. */
  const first = { at: '9:49', do: goes('').do }
  it.each<[string, TestTimelineChange[], string[], Partial<TestTimeline>?]>([
    ['from what a first table showed is no event', [first, comes('9:52:30')], []],
    ['leaves the next withdrawal an event', [first, comes('9:52:30'), goes('10:20:30'), comes('10:22:30')], [HOME]],
    [
      'is so each time that it is withdrawn',
      [first, comes('9:52:30'), goes('10:10:30'), comes('10:12:30'), goes('10:30:30'), comes('10:32:30')],
      [HOME, HOME],
    ],
    [
      'while nothing was polled ends what had begun before',
      [goes('10:05:30'), comes('10:15:30')],
      [HOME],
      { collector: [{ kind: 'all', from: '10:08', until: '10:25', outcome: 'timeout' }] },
    ],
  ])('%s', async (_, truth, expected, polls) => {
    const { events, shifts } = await changesOf(truth, '10:50', polls)
    expect(shifts.map(({ subject }) => subject)).toEqual(expected)
    expect(shifts.filter(({ ended }) => ended === null)).toEqual([])
    // the withdrawal and the change of paths that it caused belong to one incident
    const withdrawals = events.filter(({ kind }) => kind === 'mass_withdraw')
    const isOfOne = ({ incident }: DetectedEvent) => withdrawals.some((event) => event.incident === incident)
    expect(shifts.filter((shift) => !isOfOne(shift))).toEqual([])
  })

  it('begins no event, whatever is withdrawn and announced', async () => {
    const step = fc.record({
      minute: fc.integer({ min: 16, max: 58 }),
      by: fc.constantFrom(AMS, LON),
      comes: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 7 }), async (steps) => {
        const truth = steps
          .toSorted((a, b) => a.minute - b.minute)
          .map(({ minute, by, comes: isBack }) => (isBack ? comes : goes)(`9:${50 + minute}:30`, by))
        const { shifts } = await changesOf(truth, '10:55')
        const leavesHome = ({ subject, evidence: [first] }: DetectedEvent) =>
          subject.startsWith(first?.field.includes(SITE_B_PREFIXES[0] ?? '') ? 'ckt-ams' : 'ckt-lon')
        expect(shifts.filter((shift) => !leavesHome(shift))).toEqual([])
      }),
      { numRuns: 6 },
    )
  })
})

import { circuitPaths, type PollObservation, type PollOutcome, type PollKind } from '#lib/contract/index.ts'
import { MS_PER_MINUTE, MS_PER_SECOND, MS_PER_WEEK } from '#lib/contract/time/time.ts'
import {
  buildSimulatedArmId,
  parseTimeOfSimulatedDay,
  SIMULATED_DAY_START,
  type SimulatedEstate,
} from '#lib/detection/testing/world.ts'

export { parseTimeOfSimulatedDay }

/** An actual change in the test world. */
export interface TestTimelineChange {
  at: string
  do: (world: SimulatedEstate, at: number) => void
}

/** A period in which ARM's responses differ from the actual state. */
export interface ArmResponseFaultPeriod {
  kind: PollKind | 'all'
  from: string
  /** exclusive; absent = one poll */
  until?: string
  /** selects the affected minutes within the period */
  minutes?: (minute: number) => boolean
  outcome: PollOutcome
  /** instances that are missing, or whose data is old, although the outcome of the poll is `ok` */
  silent?: string[]
}

export interface TestTimeline {
  world: () => SimulatedEstate
  from: string
  to: string
  truth?: TestTimelineChange[]
  collector?: ArmResponseFaultPeriod[]
  /** seconds between polls of a kind */
  every?: number
  /** whether everything was also polled once a week earlier */
  weekOld?: boolean
}

const LISTED = ['expressroutecircuits', 'virtualnetworkgateways', 'connections'].map(
  (type) => `microsoft.network/${type}`,
)
const LATENCY = 2 * MS_PER_SECOND
/** Second of the minute at which each kind is polled (catalogue, "Poll schedule"). */
const offsets: [PollKind, number][] = [
  ['peers', 0],
  ['learned', 5],
  ['summary', 10],
  ['tables', 15],
  ['arp', 20],
  ['stats', 25],
  ['inventory', 30],
  ['metrics', 40],
  ['activity', 50],
]

/** A poll, and the test world at its time. */
export interface SimulatedTimelinePoll {
  observation: PollObservation
  world: SimulatedEstate
  localAddress: string
}

/** Yields all polls of a timeline in the order in which they end. The inventory is polled first. */
export function* generatePollsOfTimeline(timeline: TestTimeline): Generator<SimulatedTimelinePoll> {
  if (timeline.weekOld)
    yield* roundsOf(timeline.world(), [parseTimeOfSimulatedDay(timeline.from) - MS_PER_WEEK], timeline)
  const world = timeline.world()
  const pending = (timeline.truth ?? [])
    .map((one) => ({ ...one, time: parseTimeOfSimulatedDay(one.at) }))
    .toSorted((a, b) => a.time - b.time)
  const every = (timeline.every ?? 60) * MS_PER_SECOND
  const [from, to] = [parseTimeOfSimulatedDay(timeline.from), parseTimeOfSimulatedDay(timeline.to)]
  const rounds = Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, n) => from + n * every)
  yield* roundsOf(world, rounds, timeline, (sampledAt) => {
    while (pending[0] && pending[0].time <= sampledAt) {
      const next = pending.shift()
      next?.do(world, next.time)
    }
  })
}

/** @param happen applies all changes up to a moment */
function* roundsOf(
  world: SimulatedEstate,
  rounds: readonly number[],
  { every: seconds = 60, collector = [] }: TestTimeline,
  happen: (sampledAt: number) => void = () => undefined,
): Generator<SimulatedTimelinePoll> {
  const first = (rounds[0] ?? 0) - LATENCY
  happen(first)
  yield* askAll(world, 'inventory', first, first, [])
  for (const round of rounds) {
    for (const [kind, offset] of offsets) {
      if (kind === 'activity' && (round / MS_PER_MINUTE) % 5 !== 0) continue
      const startedAt = round + (offset * seconds * MS_PER_SECOND) / 60
      const sampledAt = startedAt + LATENCY / 2
      happen(sampledAt)
      yield* askAll(world, kind, startedAt, sampledAt, collector)
    }
  }
}

function* askAll(
  world: SimulatedEstate,
  kind: PollKind,
  startedAt: number,
  sampledAt: number,
  collector: readonly ArmResponseFaultPeriod[],
) {
  const trouble = collector.find((one) => isTroubled(one, kind, startedAt))
  if (trouble?.outcome === 'not_polled') return
  for (const { type, name, subresource, localAddress, rows } of targets(world, kind, sampledAt)) {
    const failed = trouble !== undefined && trouble.outcome !== 'ok' && trouble.outcome !== 'incomplete'
    const silent = silentOf(world, kind, name, trouble)
    const own = failed ? emptyRows(kind) : withoutSilent(rows, kind, silent)
    const observation = {
      target: { resourceId: buildSimulatedArmId(type, name), subresource },
      kind,
      startedAt,
      finishedAt: startedAt + LATENCY,
      outcome: failed ? trouble.outcome : silent.length > 0 ? 'incomplete' : 'ok',
      error: null,
      silentInstances: failed ? [] : silent,
      budget: null,
      correlationId: 'test',
      rows: own,
    } as unknown as PollObservation
    yield { observation, world, localAddress }
  }
}

function isTroubled(
  { kind, from, until, minutes }: ArmResponseFaultPeriod,
  polled: PollKind,
  startedAt: number,
): boolean {
  if (kind !== 'all' && kind !== polled) return false
  const begin = parseTimeOfSimulatedDay(from)
  const end = until === undefined ? begin + MS_PER_MINUTE : parseTimeOfSimulatedDay(until)
  if (startedAt < begin || startedAt >= end) return false
  return minutes ? minutes(Math.floor((startedAt - SIMULATED_DAY_START) / MS_PER_MINUTE)) : true
}

function silentOf(
  world: SimulatedEstate,
  kind: PollKind,
  name: string,
  trouble: ArmResponseFaultPeriod | undefined,
): string[] {
  if (kind !== 'peers' && kind !== 'learned') return []
  return [...new Set([...world.gateway(name).silent, ...(trouble?.silent ?? [])])].toSorted()
}

const emptyRows = (kind: PollKind) => (kind === 'inventory' ? { resources: [], listedTypes: [], failedTypes: [] } : [])

function withoutSilent(rows: unknown, kind: PollKind, silent: readonly string[]): unknown {
  if (silent.length === 0 || !Array.isArray(rows)) return rows
  const field = kind === 'peers' ? 'localAddress' : 'instance'
  return rows.filter((row: Record<string, unknown>) => !silent.includes(String(row[field])))
}

interface Target {
  type: string
  name: string
  subresource: string
  localAddress: string
  rows: unknown
}

function targets(world: SimulatedEstate, kind: PollKind, at: number): Target[] {
  const gateway = (name: string, rows: unknown): Target => ({
    type: 'virtualNetworkGateways',
    name,
    subresource: '',
    localAddress: '',
    rows,
  })
  switch (kind) {
    case 'peers':
      return [...world.gateways.keys()].map((name) => gateway(name, world.peers(name, at)))
    case 'learned':
      return [...world.gateways.keys()].map((name) => gateway(name, world.learned(name)))
    case 'summary':
    case 'tables':
    case 'arp':
      return [...world.circuits.keys()].flatMap((name) =>
        circuitPaths.map((path) => ({
          type: 'expressRouteCircuits',
          name,
          subresource: `AzurePrivatePeering/${path}`,
          localAddress: world.path(name, path).microsoft,
          rows:
            kind === 'summary'
              ? world.summary(name, path, at)
              : kind === 'tables'
                ? world.table(name, path)
                : world.arp(name, path),
        })),
      )
    case 'stats':
      return [...world.circuits.keys()].flatMap((name): Target[] => {
        const rows = world.traffic.stats(name, at)
        return rows ? [{ type: 'expressRouteCircuits', name, subresource: '', localAddress: '', rows }] : []
      })
    case 'metrics':
      return [...world.circuits.keys()].flatMap((name): Target[] => {
        const rows = world.traffic.metrics(name, at)
        return rows ? [{ type: 'expressRouteCircuits', name, subresource: '', localAddress: '', rows }] : []
      })
    case 'inventory':
      return [
        {
          type: 'virtualNetworks',
          name: 'sub',
          subresource: '',
          localAddress: '',
          rows: { resources: world.resources(), listedTypes: LISTED, failedTypes: [] },
        },
      ]
    case 'activity':
      return [
        {
          type: 'virtualNetworks',
          name: 'sub',
          subresource: '',
          localAddress: '',
          rows: world.activity.filter((entry) => entry.at + 5 * MS_PER_MINUTE <= at),
        },
      ]
    default:
      return []
  }
}

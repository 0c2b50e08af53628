/** Runs a scenario at virtual time: every poll of its timetable through decoder, refinement, recorder and detection. */
import type { ByFamily } from '#lib/bgp/index.ts'
import type { DetectedEvent, EpochMs, Observation } from '#lib/contract/index.ts'
import {
  configuredInstances,
  instanceCount,
  type Knowledge,
  learn,
  NOTHING_KNOWN,
  pathAddresses,
  refine,
  sessionsOf,
} from '#lib/poller/index.ts'
import { createWorld, parseScenario, type World } from '#lib/simulator/index.ts'
import { VirtualArm } from './ask.ts'
import { Engine } from './engine.ts'
import { Recorder } from './recorder/recorder.ts'
import { type CorpusScenario, DAY, simulated } from './scenario.ts'
import { type Slot, slotsOf } from './schedule.ts'

export interface Run {
  readonly scenario: CorpusScenario
  readonly world: World
  readonly everyMs: number
  readonly slots: readonly Slot[]
  readonly events: readonly DetectedEvent[]
}

/** A poll as the collector made it. */
export interface MadePoll {
  observation: Observation
  scope: string
  localAddresses: ByFamily | null
  /** the collector restarted before it, and reads its last poll of each source again */
  restarted: boolean
}

export function worldOf(scenario: CorpusScenario): World {
  return createWorld(parseScenario(simulated(scenario)), Date.parse(DAY))
}

/** @param everyMs from one poll to the next of each kind */
export async function run(scenario: CorpusScenario, everyMs: number): Promise<Run> {
  const world = worldOf(scenario)
  const slots = slotsOf(scenario, world.scenario, everyMs)
  const [recorder, engine] = [new Recorder(), new Engine()]
  const last = new Map<string, MadePoll>()
  const feed = ({ observation, scope, localAddresses }: MadePoll) =>
    engine.feed({ ...recorder.record(observation, scope, localAddresses), observation, localAddresses })
  for await (const made of pollsOf(scenario, world, slots)) {
    const { target, kind } = made.observation
    const source = `${target.resourceId} ${target.part} ${kind}`
    if (made.restarted) {
      engine.restart()
      for (const again of last.values()) feed(again)
    }
    feed(made)
    last.set(source, made)
  }
  return { scenario, world, everyMs, slots, events: [...engine.events.values()] }
}

/** Every poll of a scenario as history would get it, in the order in which they end. */
export async function* pollsOf(
  scenario: CorpusScenario,
  world: World,
  slots: readonly Slot[],
): AsyncGenerator<MadePoll> {
  const arm = new VirtualArm(world)
  const clock = clockOf(scenario)
  const memory = new Memory()
  let resumesAt = restartAt(scenario)
  try {
    for (const slot of slots) {
      const span = { startedAt: clock(slot.startedAt), finishedAt: clock(slot.finishedAt) }
      const restarted = slot.startedAt >= resumesAt
      if (restarted) resumesAt = Number.POSITIVE_INFINITY
      const raw = timedOut(scenario, slot) ? timeoutOf(arm, slot, span) : await arm.poll(slot, span)
      yield { ...memory.take(slot, raw), restarted }
    }
  } finally {
    arm.close()
  }
}

/** What earlier polls told, by gateway or path. */
class Memory {
  private readonly knowledge = new Map<string, Knowledge>()
  private readonly configs = new Map<string, unknown>()

  take({ source }: Slot, raw: Observation): Omit<MadePoll, 'restarted'> {
    const known = this.knowledge.get(source.name) ?? NOTHING_KNOWN
    const config = this.configs.get(source.resource)
    const configured = { ...known, configured: configuredInstances(config), instanceCount: instanceCount(config) }
    const observation = refine(raw, configured)
    const isGood = observation.outcome === 'ok' || observation.outcome === 'incomplete'
    if (isGood && (observation.kind === 'peers' || observation.kind === 'summary'))
      this.knowledge.set(source.name, learn(known, sessionsOf(observation)))
    if (isGood && observation.kind === 'inventory')
      for (const { name, config: own } of observation.rows.resources) this.configs.set(name, own)
    const isPath = observation.kind === 'summary' && (source.path === 'primary' || source.path === 'secondary')
    const localAddresses = isPath ? pathAddresses(config, 'AzurePrivatePeering', source.path as 'primary') : null
    return { observation, scope: source.resource || 'subscription', localAddresses }
  }
}

/** The collector's own clock, where the scenario lets it run wrong. */
function clockOf({ collector }: CorpusScenario): (at: EpochMs) => EpochMs {
  const wrong = collector.filter((c) => c.kind === 'clock')
  return (at) =>
    wrong.reduce((time, c) => {
      const drift = c.ppm === 0 ? 0 : Math.round(((at - Date.parse(DAY)) * c.ppm) / 1_000_000)
      return time + drift + (at >= c.at ? c.stepMs : 0)
    }, at)
}

function restartAt({ collector }: CorpusScenario): EpochMs {
  const restart = collector.find((c) => c.kind === 'restart')
  return restart ? restart.until : Number.POSITIVE_INFINITY
}

const POLL_NAMES = {
  peers: 'ps',
  learned: 'lr',
  summary: 'cs',
  tables: 'ct',
  arp: 'ar',
  stats: 'st',
  inventory: 'rg',
  activity: 'al',
} as const

function timedOut({ collector }: CorpusScenario, { source, sampleAt }: Slot): boolean {
  return collector.some(
    (c) =>
      c.kind === 'timeout' &&
      c.poll === POLL_NAMES[source.kind] &&
      (c.source ?? source.name) === source.name &&
      c.at <= sampleAt &&
      sampleAt < c.until,
  )
}

function timeoutOf(arm: VirtualArm, { source }: Slot, span: { startedAt: EpochMs; finishedAt: EpochMs }): Observation {
  const common = {
    target: arm.targetOf(source),
    ...span,
    outcome: 'timeout' as const,
    error: {
      code: 'TIMEOUT',
      detail: 'No answer came in time.',
      httpStatus: null,
      retryAfterSeconds: null,
      missingAction: null,
    },
    silentInstances: [],
    budget: null,
    correlationId: '',
  }
  return source.kind === 'inventory'
    ? { ...common, kind: 'inventory', rows: { resources: [], listedTypes: [], failedTypes: [] } }
    : { ...common, kind: source.kind as 'peers', rows: [] }
}

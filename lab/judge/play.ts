/**
 * Plays an estate with its faults at virtual time through the same pipeline as the corpus: decoder, refinement,
 * recorder and detection.
 */
import type { DetectedEvent, DetectedIncident, EpochMs, EventKind } from '#lib/contract/index.ts'
import { MS_PER_DAY as DAY_MS, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { detectEvents, generateScenarioPolls } from '../corpus/run.ts'
import { type CorpusScenario, CORPUS_DAY_START, corpusScenarioSchema } from '../corpus/scenario.ts'
import { createPollSlots } from '../corpus/schedule.ts'
import { createWorld, parseSimulatorScenario, type SimulatedWorld } from '../simulator/index.ts'
import { generateRandomJudgedEstate, type JudgedEstate } from './estate.ts'
import { generateFaultsBetween, type GeneratedFault } from './faults.ts'
import { createSeededRandomChoices } from './random.ts'

/** A generated estate that was played: the truth, and the results of detection. */
export interface SimulatedEstateRun {
  readonly seed: number
  readonly estate: JudgedEstate
  readonly faults: readonly GeneratedFault[]
  readonly world: SimulatedWorld
  readonly start: EpochMs
  readonly end: EpochMs
  readonly everyMs: number
  /** minimum duration in milliseconds of a fault that the polls of a kind surely see; absent = every fault is seen */
  readonly seenAfterMs?: (kind: EventKind) => number
  readonly events: readonly DetectedEvent[]
  readonly incidents: readonly DetectedIncident[]
  /** conclusions with an earlier begin are not judged */
  readonly since: EpochMs
}

/** The density of faults and the length of the play. Absent fields have defaults. */
interface Pace {
  /** average number of faults a day */
  readonly aDay?: number | undefined
  /** whether the simulation runs to the end of its hours; false = it ends soon after the last fault */
  readonly isWhole?: boolean
}

const LEAD_MS = 15 * MS_PER_MINUTE
/**
 * Time in milliseconds after the last fault by which all events have ended, including failovers and events that need
 * many polls.
 */
const TAIL_MS = 45 * MS_PER_MINUTE

/**
 * Plays an estate.
 * @param day begin of the UTC day that is played
 * @param isDetected false: detection is skipped, and there are no events
 */
export async function simulateEstateRun(
  seed: number,
  hours: number,
  everyMs = MS_PER_MINUTE,
  day = Date.parse(CORPUS_DAY_START),
  isDetected = true,
  { aDay, isWhole = false }: Pace = {},
): Promise<SimulatedEstateRun> {
  const random = createSeededRandomChoices(seed)
  const estate = generateRandomJudgedEstate(random)
  const start = day + 6 * MS_PER_HOUR
  const faults = generateFaultsBetween(estate, random, start + LEAD_MS, start + hours * MS_PER_HOUR, aDay)
  const end = Math.max(isWhole ? start + hours * MS_PER_HOUR : 0, ...faults.map(({ until }) => until + TAIL_MS))
  const scenario: CorpusScenario = {
    ...corpusScenarioSchema.parse({
      id: 'S00',
      title: `seed ${seed}`,
      labels: ['fault'],
      topology: 'T2',
      start: '00:00:00',
      end: '00:00:00',
      also: ['connection'],
      declared: { sites: random.chance(0.5) },
    }),
    start,
    end,
    truth: faults.flatMap(({ happenings }) => happenings),
  }
  const input = {
    ...estate.input,
    established: new Date(day - 12 * DAY_MS + 4 * MS_PER_HOUR).toISOString(),
    origin: new Date(day).toISOString(),
    happenings: [...microsoftPrefixes(estate, day - 11 * DAY_MS), ...scenario.truth],
  }
  const world = createWorld(parseSimulatorScenario(input), day)
  const polls = () => generateScenarioPolls(scenario, world, createPollSlots(scenario, world.scenario, everyMs))
  const folded = isDetected ? await detectEvents({ scenario, world, everyMs }, polls()) : { events: [], incidents: [] }
  return { seed, estate, faults, world, start, end, everyMs, since: start, ...folded }
}

/** Returns the prefixes that the customer announces over Microsoft peering during the whole play. */
const microsoftPrefixes = ({ circuits }: JudgedEstate, since: EpochMs) =>
  circuits
    .filter(({ peerings }) => peerings.includes('MicrosoftPeering'))
    .map(({ name }) => ({
      op: 'announce' as const,
      at: new Date(since).toISOString(),
      circuit: name,
      peering: 'MicrosoftPeering' as const,
      prefixes: ['203.0.113.0/24'],
      asPath: [100],
    }))

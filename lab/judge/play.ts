/**
 * Plays an estate with its faults at virtual time through the same pipeline as the corpus: decoder, refinement,
 * recorder and detection.
 */
import type { DetectedEvent, DetectedIncident, EpochMs, EventKind } from '#lib/contract/index.ts'
import { DAY as DAY_MS, HOUR, MINUTE } from '#lib/contract/time/time.ts'
import { detectEvents, pollsOf } from '../corpus/run.ts'
import { type CorpusScenario, DAY, scenarioSchema } from '../corpus/scenario.ts'
import { createPollSlots } from '../corpus/schedule.ts'
import { createWorld, parseScenario, type World } from '../simulator/index.ts'
import { drawEstate, type Estate } from './estate.ts'
import { drawFaults, type Fault } from './faults.ts'
import { randomOf } from './random.ts'

/** A generated estate that was played: the truth, and the results of detection. */
export interface Played {
  readonly seed: number
  readonly estate: Estate
  readonly faults: readonly Fault[]
  readonly world: World
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

const LEAD_MS = 15 * MINUTE
/**
 * Time in milliseconds after the last fault by which all events have ended, including failovers and events that need
 * many polls.
 */
const TAIL_MS = 45 * MINUTE

/**
 * Plays an estate.
 * @param day begin of the UTC day that is played
 * @param isDetected false: detection is skipped, and there are no events
 */
export async function play(
  seed: number,
  hours: number,
  everyMs = MINUTE,
  day = Date.parse(DAY),
  isDetected = true,
  { aDay, isWhole = false }: Pace = {},
): Promise<Played> {
  const random = randomOf(seed)
  const estate = drawEstate(random)
  const start = day + 6 * HOUR
  const faults = drawFaults(estate, random, start + LEAD_MS, start + hours * HOUR, aDay)
  const end = Math.max(isWhole ? start + hours * HOUR : 0, ...faults.map(({ until }) => until + TAIL_MS))
  const scenario: CorpusScenario = {
    ...scenarioSchema.parse({
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
    established: new Date(day - 12 * DAY_MS + 4 * HOUR).toISOString(),
    origin: new Date(day).toISOString(),
    happenings: [...microsoftPrefixes(estate, day - 11 * DAY_MS), ...scenario.truth],
  }
  const world = createWorld(parseScenario(input), day)
  const polls = () => pollsOf(scenario, world, createPollSlots(scenario, world.scenario, everyMs))
  const folded = isDetected ? await detectEvents({ scenario, world, everyMs }, polls()) : { events: [], incidents: [] }
  return { seed, estate, faults, world, start, end, everyMs, since: start, ...folded }
}

/** Returns the prefixes that the customer announces over Microsoft peering during the whole play. */
const microsoftPrefixes = ({ circuits }: Estate, since: EpochMs) =>
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

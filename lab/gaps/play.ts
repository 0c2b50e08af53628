import type { DetectedEvent, Outcome } from '#lib/contract/index.ts'
import { fold, type MadePoll, pollsOf, worldOf } from '../corpus/run.ts'
import type { CorpusScenario } from '../corpus/scenario.ts'
import { type Slot, slotAt, slotsOf } from '../corpus/schedule.ts'
import { readScenarios } from '../corpus/text/read.ts'
import { seeded } from '../freezes/freezer.ts'
import { claimsOf } from './claims.ts'
import { type Befalling, type Gap, gapAt, type GapRound, time } from './plan.ts'
import { Unasked } from './unasked.ts'

/** Everything was polled well for so many cycles before the begin, and is after the end. */
const CALM_CYCLES = 6
/** Polls so close miss little: a late poll may see what none of the timetable does. */
const CLOSE_MS = 5_000

/**
 * Plays a round with what befalls its polls, and once more with everything asked, answered and recorded in time: at its own interval, and
 * closely where that does not bear everything out.
 * @returns what the round claims that the complete answers do not, and what stayed up unasked; empty = nothing
 */
export async function playGaps(round: GapRound): Promise<string[]> {
  const unasked = new Unasked()
  const found = await playWithGaps(round, unasked)
  const complete = await playComplete(round, round.everyMs)
  if (claimsOf(found, complete).length === 0) return unasked.stated
  return [...unasked.stated, ...claimsOf(found, [...complete, ...(await playComplete(round, CLOSE_MS))])]
}

function scenarioOf({ topology, lengthMs, everyMs }: GapRound, lines: readonly string[]): CorpusScenario {
  const calm = (CALM_CYCLES * everyMs) / 1_000
  const head = [
    'scenario S999 collector: Made',
    `run ${topology} from ${time(-calm)} to ${time(lengthMs / 1_000 + calm)}`,
  ]
  const [scenario] = readScenarios(`${[...head, ...lines].join('\n  ')}\n`, 'made')
  if (!scenario) throw new Error('nothing was read')
  return scenario
}

async function playComplete(round: GapRound, everyMs: number): Promise<readonly DetectedEvent[]> {
  const scenario = scenarioOf(round, round.truth)
  const world = worldOf(scenario)
  const slots = slotsOf(scenario, world.scenario, everyMs)
  const { events } = await fold({ scenario, world, everyMs }, pollsOf(scenario, world, slots))
  return events
}

async function playWithGaps(round: GapRound, unasked: Unasked): Promise<readonly DetectedEvent[]> {
  const { truth, partial, everyMs, gaps, seed } = round
  const scenario = scenarioOf(round, [...truth, ...partial])
  const world = worldOf(scenario)
  const random = seeded(seed + 1)
  const begin = scenario.start + CALM_CYCLES * everyMs
  const found = ({ source, startedAt }: Slot) => {
    const gap = gapAt(gaps, source, startedAt - begin)
    return gap && random() < gap.share ? gap : undefined
  }
  const held = new Map<string, number>()
  const outcomes = new Map<string, Outcome>()
  const slots = delayed(scenario, world.scenario.happenings, slotsOf(scenario, world.scenario, everyMs), (slot) => {
    const gap = found(slot)
    if (gap?.how === 'held') held.set(keyOf(slot), 1 + Math.floor(random() * gap.most))
    else if (gap && isOutcome(gap.how)) outcomes.set(keyOf(slot), gap.how)
    return { gap, share: random() }
  })
  const polls = pollsOf(scenario, world, slots, (slot) => outcomes.get(keyOf(slot)) ?? null)
  const { events } = await fold({ scenario, world, everyMs }, heldBack(polls, held), undefined, (made, engine) =>
    unasked.note(made, engine),
  )
  return events
}

const NOT_OUTCOMES: ReadonlySet<Befalling> = new Set(['gap', 'late', 'slow', 'held'])
const isOutcome = (how: Befalling): how is Outcome => !NOT_OUTCOMES.has(how)
const keyOf = ({ source: { kind, name }, startedAt }: Slot) => `${kind} ${name} ${startedAt}`

/** The timetable with polls that are not made, begin later, or take longer; a source is not polled again before its last poll ended. */
function delayed(
  scenario: CorpusScenario,
  happenings: Parameters<typeof slotAt>[1],
  slots: readonly Slot[],
  befall: (slot: Slot) => { gap: Gap | undefined; share: number },
): Slot[] {
  const freeAt = new Map<string, number>()
  const made = slots.flatMap((slot) => {
    const { source, startedAt, finishedAt } = slot
    const name = `${source.kind} ${source.name}`
    if (startedAt < (freeAt.get(name) ?? 0)) return []
    const { gap, share } = befall(slot)
    if (gap?.how === 'gap') return []
    if (gap?.how !== 'late' && gap?.how !== 'slow') return [slot]
    const by = Math.round(share * gap.most)
    const late =
      gap.how === 'late'
        ? slotAt(scenario, happenings, source, startedAt + by)
        : slotAt(scenario, happenings, source, startedAt, finishedAt - startedAt + by)
    if (!late || late.finishedAt >= scenario.end) return []
    freeAt.set(name, late.finishedAt)
    return [late]
  })
  return made.toSorted((a, b) => a.finishedAt - b.finishedAt)
}

/** Polls that are recorded only after so many others. */
async function* heldBack(polls: AsyncIterable<MadePoll>, held: Map<string, number>): AsyncGenerator<MadePoll> {
  let waiting: { made: MadePoll; left: number }[] = []
  for await (const made of polls) {
    const left = held.get(keyOf(made.slot))
    if (left !== undefined) {
      waiting.push({ made, left })
      continue
    }
    yield made
    waiting = waiting.map((one) => ({ ...one, left: one.left - 1 }))
    for (const one of waiting) if (one.left <= 0) yield one.made
    waiting = waiting.filter(({ left: more }) => more > 0)
  }
  for (const { made } of waiting) yield made
}

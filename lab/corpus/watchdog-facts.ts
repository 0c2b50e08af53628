/**
 * Facts that the watchdog's ticks show (docs/rules/detection.md 2.1 and 7), if polling has stopped, if most of a
 * subscription fails for one reason, or if the collector's clock was set. They are derived from the timetable, for
 * every scenario.
 */
import type { TimestampBounds, EpochMs } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { createCollectorClock } from './collector-clock.ts'
import { getStalePollAgeMs } from './collector-facts.ts'
import type { CorpusScenario, DetectableEventKind } from './scenario.ts'
import type { ScheduledCorpusPoll } from './schedule.ts'
import { NO_DATA_REASONS_WITHOUT_FAULT, POLL_PAUSED_REASON } from './poll-result.ts'
import type { VisibleTrueEvent } from './visibility.ts'
import { CORPUS_MACHINE_NAME, listWatchdogTicks, CORPUS_SUBSCRIPTION_NAME } from './watching.ts'

export interface WatchdogFact {
  kind: DetectableEventKind
  subject: string
  at: EpochMs
  until: EpochMs | null
  seen: VisibleTrueEvent
  /** true = most of a subscription fails at some time; only for `collector_degraded` */
  isOfMost?: boolean
}

export const WATCHDOG_KINDS: ReadonlySet<DetectableEventKind> = new Set<DetectableEventKind>([
  'nothing_polled',
  'collector_degraded',
  'clock_step',
])

const SILENT_FOR = { everything: 5 * MS_PER_MINUTE, [CORPUS_SUBSCRIPTION_NAME]: 10 * MS_PER_MINUTE }
/** Share of a subscription that must fail for one reason. */
const MOST = 0.5
/** A smaller step in milliseconds counts as slewing. */
const STEP_MS = 1_000

export function deriveWatchdogFacts(
  scenario: CorpusScenario,
  slots: readonly ScheduledCorpusPoll[],
  everyMs: number,
): WatchdogFact[] {
  const ticks = listWatchdogTicks(scenario)
  return [
    ...Object.entries(SILENT_FOR).flatMap(([subject, limit]) => silences(subject, limit, slots, ticks, everyMs)),
    ...degraded(slots, ticks, everyMs),
    ...steps(scenario, ticks),
  ]
}

const point = (at: EpochMs): TimestampBounds => ({ earliest: at, latest: at })

/**
 * Returns the periods in which no good poll was committed for at least the limit. A period begins with the last good
 * poll. It ends when a poll is good again and half of all sources were polled in time.
 */
function silences(
  subject: string,
  limit: number,
  slots: readonly ScheduledCorpusPoll[],
  ticks: readonly EpochMs[],
  everyMs: number,
): WatchdogFact[] {
  // a poll that an operator paused counts as good, because a pause is not a silence
  const good = slots
    .filter(({ result }) => !result.failed || result.reason === POLL_PAUSED_REASON)
    .map(({ finishedAt }) => finishedAt)
  const [begin = 0] = ticks
  const ends = [...good.filter((at) => at > begin), null]
  return ends.flatMap((next, n): WatchdogFact[] => {
    const last = n === 0 ? begin : (ends[n - 1] ?? begin)
    const detectedAt = ticks.find((tick) => tick - last >= limit)
    if (detectedAt === undefined || (next !== null && next <= detectedAt)) return []
    const until = next === null ? null : halfPolledFrom(next, slots, everyMs)
    const tick = until === null ? undefined : ticks.find((one) => one >= until)
    const ended =
      tick === undefined
        ? null
        : {
            earliest: ticks.findLast((one) => one < tick) ?? begin,
            latest: good.findLast((at) => at <= tick) ?? tick,
          }
    const duration = ended && { minMs: ended.earliest - last, maxMs: ended.latest - last }
    return [
      {
        kind: 'nothing_polled',
        subject,
        at: last,
        until,
        seen: { started: point(last), detectedAt, ended, duration },
      },
    ]
  })
}

/** Returns the first moment from `from` on at which half of the sources were polled in time; null = never again. */
function halfPolledFrom(from: EpochMs, slots: readonly ScheduledCorpusPoll[], everyMs: number): EpochMs | null {
  const sources = new Set(slots.map(({ source }) => nameOf(source))).size
  const isHalf = (now: EpochMs) => {
    const inTime = slots.filter(
      ({ finishedAt, source }) => finishedAt <= now && now - finishedAt <= getStalePollAgeMs(source.kind, everyMs),
    )
    return new Set(inTime.map(({ source }) => nameOf(source))).size >= MOST * sources
  }
  return slots.map(({ finishedAt }) => finishedAt).find((at) => at >= from && isHalf(at)) ?? null
}

/** State of the polls of one source at a tick. */
interface Standing {
  lastGood: EpochMs | null
  /** first failed poll since the last good poll */
  firstFailed: ScheduledCorpusPoll | null
  last: ScheduledCorpusPoll | null
}

/** Outcomes of polls that can have a common cause for many resources, by cause (ADR 0349). */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  throttled: ['throttled'],
  forbidden: ['forbidden'],
  unauthorized: ['unauthorized'],
  unavailable: ['unavailable', 'timeout'],
  clock: ['clock'],
}
const causeOf = ({ last }: Standing): string =>
  Object.keys(SHARED).find((cause) => SHARED[cause]?.includes(last?.result.reason ?? '')) ?? last?.result.reason ?? ''
const isOfSeveral = (own: readonly Standing[]) => new Set(own.map(({ last }) => last?.source.resource)).size > 1

function degraded(slots: readonly ScheduledCorpusPoll[], ticks: readonly EpochMs[], everyMs: number): WatchdogFact[] {
  const sources = new Map<string, Standing>()
  for (const { source } of slots) sources.set(nameOf(source), { lastGood: null, firstFailed: null, last: null })
  const facts: WatchdogFact[] = []
  const left = [...slots]
  const open = new Map<string, WatchdogFact & { cause: string }>()
  const [begin = 0] = ticks
  let before = begin
  const isMost = (own: readonly Standing[]) => sources.size > 1 && own.length / sources.size > MOST
  const turn = (
    subject: string,
    holds: boolean,
    { cause, own, tick }: { cause: string; own: readonly Standing[]; tick: EpochMs },
  ) => {
    const known = open.get(subject)
    if (holds && known) known.isOfMost ||= isMost(own)
    if (holds && !known) {
      const lastGood = own.flatMap((standing) => standing.lastGood ?? [])
      const started = { earliest: lastGood.length > 0 ? Math.min(...lastGood) : begin, latest: tick }
      const at = Math.min(...own.flatMap(({ firstFailed }) => firstFailed?.sampleAt ?? []))
      const seen: VisibleTrueEvent = { started, detectedAt: tick, ended: null, duration: null }
      const fact = { kind: 'collector_degraded' as const, subject, at, until: null, seen, cause, isOfMost: isMost(own) }
      open.set(subject, fact)
      facts.push(fact)
    } else if (!holds && known) {
      known.seen.ended = { earliest: before, latest: tick }
      open.delete(subject)
    }
  }
  for (const tick of ticks) {
    for (let [slot] = left; slot && slot.finishedAt <= tick; [slot] = left) noted(sources, left.shift() ?? slot)
    const byCause = Map.groupBy(lostAt([...sources.values()], tick, begin, everyMs), causeOf)
    const [top = '', all = []] = [...byCause].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? []
    const whole = open.get(CORPUS_SUBSCRIPTION_NAME)
    for (const cause of Object.keys(SHARED)) {
      const own = byCause.get(cause) ?? []
      const begins = isOfSeveral(own) && !isMost(own) && whole?.cause !== cause
      turn(cause, open.has(cause) ? own.length > 0 : begins, { cause, own, tick })
    }
    const goesOn = whole?.cause === top && top in SHARED && isOfSeveral(all)
    turn(CORPUS_SUBSCRIPTION_NAME, (isMost(all) || goesOn) && !open.has(top), { cause: top, own: all, tick })
    before = tick
  }
  return facts
}

const nameOf = ({ kind, name }: ScheduledCorpusPoll['source']) => `${kind} ${name}`

function noted(sources: Map<string, Standing>, slot: ScheduledCorpusPoll): void {
  const name = nameOf(slot.source)
  const standing = sources.get(name)
  const next = slot.result.failed
    ? { lastGood: standing?.lastGood ?? null, firstFailed: standing?.firstFailed ?? slot, last: slot }
    : { lastGood: slot.finishedAt, firstFailed: null, last: slot }
  sources.set(name, next)
}

function lostAt(all: readonly Standing[], tick: EpochMs, begin: EpochMs, everyMs: number): Standing[] {
  return all.filter(({ last, lastGood }) => {
    if (!last?.result.failed || NO_DATA_REASONS_WITHOUT_FAULT.has(last.result.reason)) return false
    return last.result.denied || tick - (lastGood ?? begin) > getStalePollAgeMs(last.source.kind, everyMs)
  })
}

/** Returns the steps of the clock. The first tick after a step shows it, in the time of the changed clock. */
function steps(scenario: CorpusScenario, ticks: readonly EpochMs[]): WatchdogFact[] {
  const clock = createCollectorClock(scenario)
  return scenario.collector.flatMap((event): WatchdogFact[] => {
    if (event.kind !== 'clock' || Math.abs(event.stepMs) <= STEP_MS) return []
    const after = ticks.find((tick) => tick >= event.at)
    const before = ticks.findLast((tick) => tick < event.at)
    if (after === undefined || before === undefined) return []
    const between = { earliest: clock(after) - (after - before), latest: clock(after) }
    const seen: VisibleTrueEvent = { started: between, detectedAt: clock(after), ended: between, duration: null }
    return [{ kind: 'clock_step', subject: CORPUS_MACHINE_NAME, at: clock(event.at), until: null, seen }]
  })
}

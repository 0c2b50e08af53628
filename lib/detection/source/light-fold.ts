import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import {
  INSTANT_BEFORE_MONITORING,
  type TimestampBounds,
  type Cause,
  MAX_DARK_LIGHT_LEVEL_DBM,
  type DetectedEvent,
  type EpochMs,
  NORMAL_LIGHT_RANGE_DBM,
  LIGHT_HYSTERESIS_DB,
  type MetricRow,
  type PollRecord,
} from '#lib/contract/index.ts'
import { createEvent } from '../model/create-event.ts'
import type { LightLevelMemory } from '../model/source-state.ts'
import { closeSessionEvent } from './session-event.ts'

/**
 * Number of consecutive minutes below the limit after which the light level counts as low, because a single minute may
 * be a measurement error.
 */
const LOW_MINUTES = 2

const NAMES: Readonly<Record<string, string>> = createSafeLookupTable({ RxLightLevel: 'Rx', TxLightLevel: 'Tx' })

/** Reports whether a metric is the optical light level of a link of an ExpressRoute Direct port. */
export const isLightMetric = (metric: string): boolean => metric in NAMES

/**
 * Light level of one direction of a link in one minute. If the link has several lanes (wavelengths), it is the level of
 * the weakest lane.
 */
interface Minute {
  at: EpochMs
  until: EpochMs
  dbm: number
}

/**
 * Evaluates the light levels of an ExpressRoute Direct port. Two consecutive minutes below the limit begin a
 * port_light_low event; a minute above the limit plus a margin ends it. Each minute is evaluated once, although polls
 * of metrics overlap. A minute without a value is ignored.
 * @returns the given state if there is no new minute
 */
export function updateLightLevels(
  memory: Readonly<Record<string, LightLevelMemory>>,
  rows: readonly MetricRow[],
  mark: PollRecord,
): { memory: Readonly<Record<string, LightLevelMemory>>; events: DetectedEvent[] } {
  const events: DetectedEvent[] = []
  const changed: Record<string, LightLevelMemory> = {}
  for (const [subject, minutes] of minutesOf(rows)) {
    let own = memory[subject]
    for (const minute of minutes.filter(({ at }) => at > (own?.at ?? Number.NEGATIVE_INFINITY))) {
      const step = stepOf(own ?? null, subject, minute, mark)
      own = step.memory
      if (step.event) events.push(step.event)
    }
    if (own && own !== memory[subject]) changed[subject] = own
  }
  if (Object.keys(changed).length === 0) return { memory, events }
  return { memory: { ...memory, ...changed }, events }
}

function stepOf(
  before: LightLevelMemory | null,
  subject: string,
  minute: Minute,
  mark: PollRecord,
): { memory: LightLevelMemory; event: DetectedEvent | null } {
  const { at, until, dbm } = minute
  const well = { at, well: { at, dbm }, low: 0, firstLow: null, event: null }
  const open = before?.event ?? null
  if (open) {
    if (dbm < NORMAL_LIGHT_RANGE_DBM.least + LIGHT_HYSTERESIS_DB)
      return { memory: { ...well, well: null, event: open }, event: null }
    const end = { earliest: Math.max(before?.at ?? at, open.started.earliest), latest: until }
    return { memory: well, event: closeSessionEvent(open, end) }
  }
  if (dbm >= NORMAL_LIGHT_RANGE_DBM.least) return { memory: well, event: null }
  const low = (before?.low ?? 0) + 1
  const firstLow = before?.firstLow ?? minute
  const waiting: LightLevelMemory = { at, well: before?.well ?? null, low, firstLow, event: null }
  if (low < LOW_MINUTES) return { memory: waiting, event: null }
  const event = lowEvent(subject, waiting.well, firstLow, minute, mark)
  return { memory: { ...waiting, event }, event }
}

/**
 * Returns the event port_light_low. The bounds of its begin are the begin of the last minute above the limit and the
 * end of the first minute below it.
 */
function lowEvent(
  subject: string,
  well: LightLevelMemory['well'],
  firstLow: Omit<Minute, 'dbm'>,
  { at, until, dbm }: Minute,
  mark: PollRecord,
): DetectedEvent {
  const started: TimestampBounds = { earliest: well?.at ?? INSTANT_BEFORE_MONITORING, latest: firstLow.until }
  return createEvent(mark, {
    kind: 'port_light_low',
    severity: dbm <= MAX_DARK_LIGHT_LEVEL_DBM ? 'major' : 'minor',
    scope: mark.scope,
    subject,
    started,
    evidence: [
      {
        field: `light of ${subject}, dBm; healthy from ${NORMAL_LIGHT_RANGE_DBM.least} to ${NORMAL_LIGHT_RANGE_DBM.most}`,
        before: well ? well.dbm.toFixed(1) : null,
        after: dbm.toFixed(1),
        sampledBefore: { earliest: started.earliest, latest: firstLow.at },
        sampledAfter: { earliest: at, latest: until },
      },
    ],
    causes: [causeOf(subject)],
    // A poll reads several minutes, so that it may prove two events of one direction.
    distinguishedBy: [firstLow.at],
  })
}

/**
 * Returns the cause of low light. For Rx (light that arrives at Microsoft's router) it is the customer's optics and
 * cross-connect; for Tx it is Microsoft's optics.
 */
function causeOf(subject: string): Cause {
  if (subject.endsWith(NAMES['TxLightLevel'] ?? '')) {
    const nextStep = 'Ask Microsoft to check the optics of this link: it is their own transmitter that is weak.'
    return { class: 'optics', owner: 'microsoft', confidence: 0.6, evidence: [], nextStep }
  }
  const nextStep =
    'Check the transmitter of your router, then have the cross-connect cleaned and measured: this is the light that arrives at Microsoft.'
  return { class: 'optics', owner: 'onprem', confidence: 0.6, evidence: [], nextStep }
}

/**
 * Groups minutes by link and direction, for example `link1 Rx`, the oldest first. The level of a link with several
 * lanes (wavelengths) is the level of its weakest lane. Values that Azure did not report are left out, and so is a
 * minute that is not low but lacks a lane which other minutes of the poll have.
 */
function minutesOf(rows: readonly MetricRow[]): [string, Minute[]][] {
  const known = rows.flatMap(({ average: dbm, metric, dimensions, at, grainSeconds }) =>
    dbm !== null && isLightMetric(metric)
      ? [
          {
            subject: `${dimensions['link'] ?? 'link'} ${NAMES[metric]}`,
            lane: dimensions['lane'],
            at,
            grainSeconds,
            dbm,
          },
        ]
      : [],
  )
  const bySubject = Map.groupBy(known, ({ subject }) => subject)
  return [...bySubject].map(([subject, own]) => {
    const laneCount = countLanes(own)
    const minutes = [...Map.groupBy(own, ({ at }) => at)].flatMap(([at, lanes]): Minute[] => {
      const grainMs = (lanes[0]?.grainSeconds ?? 60) * 1_000
      const dbm = Math.min(...lanes.map((lane) => lane.dbm))
      // A lane without a value may be the weakest lane. Therefore the other lanes can prove only that the level is low.
      const isProven = countLanes(lanes) === laneCount || dbm < NORMAL_LIGHT_RANGE_DBM.least
      return isProven ? [{ at, until: at + grainMs, dbm }] : []
    })
    return [subject, minutes.toSorted((a, b) => a.at - b.at)]
  })
}

const countLanes = (rows: readonly { lane: string | undefined }[]): number => new Set(rows.map(({ lane }) => lane)).size

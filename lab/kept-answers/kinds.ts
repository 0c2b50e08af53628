import type { EpochMs } from '#lib/contract/index.ts'
import { findIsoWeek } from '#lib/contract/time/iso-week.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'

/** An API query about a closed period. */
export interface PastQuestion {
  kind: PastKind
  /** path below `/api/v1`, with parameters */
  question: string
  from: EpochMs
  to: EpochMs
}

/** Subject of a query: a circuit or gateway, and an address that was routed. */
interface Subject {
  scope: string
  ip: string
}

type Row = Readonly<Record<string, unknown>>
/** API answer with the fields that the kinds use. */
interface Answer {
  data: unknown
  covered?: boolean
  settled?: boolean
  nextCursor?: string | null
}

interface Kind {
  /**
   * Version of `said`. Increase it if `said` is changed so that it returns something else for the same history. Stored
   * answers of an older version are then replaced and not compared.
   */
  version: number
  /** length of the queried period; 0 = a single time */
  lengthMs: number
  /** the start and end of the period are multiples of this */
  gridMs: number
  /**
   * Returns the start of the period that contains a time, for periods that are not multiples. Such a period is queried
   * only while its whole data is retained.
   */
  begins?: (at: EpochMs) => EpochMs
  /** time after the end of a period until its data is final */
  closedAfterMs: number
  of: 'circuit' | 'both' | 'routed' | 'all'
  path: (subject: Subject, from: string, to: string) => string
  /** Returns the part of the answer that never changes; null if part of it is still open or was not observed. */
  said: (answer: Answer, range: { from: EpochMs; to: EpochMs }) => readonly Row[] | null
}

const rowsOf = ({ data }: Answer) => data as readonly Row[]
const pick = (row: Row, fields: readonly string[]): Row => Object.fromEntries(fields.map((name) => [name, row[name]]))
const query = (path: string, parameters: Record<string, string>) => `${path}?${new URLSearchParams(parameters)}`
/** Returns the upper bound of an end, in epoch ms; null = ongoing. */
const endOf = (bounds: unknown): EpochMs | null => (Array.isArray(bounds) ? Date.parse(String(bounds[1])) : null)

/**
 * Minimum number of seconds of an hour that counters must cover. Bytes between two polls on either side of the hour's
 * start are counted in neither hour.
 */
const MIN_COUNTED_SECONDS = 3_200

const ENDS = ['scope', 'peering', 'path', 'localAddress', 'neighbor']

const isEmpty = (list: unknown) => (list as readonly unknown[]).length === 0
const amountOf = (money: unknown) => Number((money as { amount: string }).amount)

/**
 * Returns a circuit's bytes, its terms with their share of the month, and whether the terms add up to its cost. Prices
 * are left out because they apply when they are read.
 */
function costedRow({ circuitId, billedBytesToDate, costToDate, lines }: Row): Row {
  const all = lines as readonly Row[]
  const sum = all.reduce((total, { cost }) => total + amountOf((cost as Row).p50), 0)
  return {
    circuitId,
    billedBytesToDate,
    terms: all
      .filter(({ kind }) => kind === 'circuit')
      .map(({ meter, from, to, quantity }) => [meter, from, to, (quantity as Row).p50]),
    // the cost of each line is rounded to a cent
    addsUp: Math.abs(sum - amountOf(costToDate)) < 0.01 * (all.length + 1),
  }
}

/**
 * Kinds of compared queries. Left out are values that are computed again (severity, cause, mapping), data that users
 * enter (names, owners), and whether a source that was discovered later was polled then.
 */
const KINDS = {
  sessions: {
    version: 3,
    lengthMs: 0,
    gridMs: MS_PER_MINUTE,
    closedAfterMs: MS_PER_HOUR,
    of: 'both',
    path: ({ scope }, _, at) => query('/sessions', { scope, at, limit: '1000' }),
    said: (answer) =>
      rowsOf(answer).map((row) =>
        pick(row, [
          ...ENDS,
          'remoteAsn',
          'state',
          'azureState',
          'verdict',
          'establishedAt',
          'establishedTransitions',
          'prefixesReceived',
          'lastSeenBetween',
          'known',
        ]),
      ),
  },
  lookup: {
    version: 1,
    lengthMs: 0,
    gridMs: MS_PER_MINUTE,
    closedAfterMs: MS_PER_HOUR,
    of: 'routed',
    path: ({ scope, ip }, _, at) => query('/routes/lookup', { ip, at, scope }),
    said: ({ data }) => {
      const { candidates, ...found } = data as Row & { candidates: Row[] }
      const fields = ['scope', 'prefix', 'nextHop', 'peer', 'path', 'asPath', 'rank']
      return [pick(found, ['known', 'match']), ...candidates.map((row) => pick(row, fields))]
    },
  },
  history: {
    version: 1,
    lengthMs: 6 * MS_PER_HOUR,
    gridMs: MS_PER_HOUR,
    closedAfterMs: MS_PER_HOUR,
    of: 'both',
    path: ({ scope }, from, to) => query('/sessions/history', { scope, from, to, limit: '1000' }),
    said: (answer, { to }) =>
      rowsOf(answer).map((row) => {
        // an end after the queried period counts as ongoing
        const end = endOf(row.to)
        return { ...pick(row, [...ENDS, 'state', 'azureState', 'from']), to: end !== null && end <= to ? row.to : null }
      }),
  },
  downtime: {
    version: 2,
    lengthMs: MS_PER_DAY,
    gridMs: MS_PER_HOUR,
    closedAfterMs: MS_PER_HOUR,
    of: 'both',
    path: ({ scope }, from, to) => query('/sessions/availability', { scope, from, to }),
    said: (answer) => rowsOf(answer),
  },
  bytes: {
    version: 1,
    lengthMs: MS_PER_DAY,
    gridMs: MS_PER_DAY,
    // bit rates of the last two days are added up again
    closedAfterMs: 2 * MS_PER_DAY,
    of: 'circuit',
    path: ({ scope }, from, to) => query(`/circuits/${encodeURIComponent(scope)}/usage`, { from, to, step: 'hour' }),
    said: ({ data }) => {
      const { points } = data as { points: Row[] }
      // hours without counters are excluded, because they are filled with metrics later
      const isCounted = points.every(
        ({ metricSeconds, coveredSeconds }) => metricSeconds === 0 && Number(coveredSeconds) >= MIN_COUNTED_SECONDS,
      )
      return isCounted ? points.map((row) => pick(row, ['start', 'bytesIn', 'bytesOut', 'atLeast'])) : null
    },
  },
  events: {
    version: 1,
    lengthMs: 12 * MS_PER_HOUR,
    gridMs: MS_PER_HOUR,
    // evidence for past events can arrive up to a day later
    closedAfterMs: MS_PER_DAY,
    of: 'both',
    path: ({ scope }, from, to) => query('/events', { scope, from, to, limit: '1000' }),
    said: (answer, { to }) =>
      rowsOf(answer)
        .filter((row) => (endOf(row.endedBetween) ?? Number.POSITIVE_INFINITY) <= to)
        .map((row) => pick(row, ['id', 'kind', 'scope', 'subject', 'startedBetween', 'endedBetween', 'duration'])),
  },
  cost: {
    version: 1,
    lengthMs: 7 * MS_PER_DAY,
    gridMs: MS_PER_DAY,
    closedAfterMs: MS_PER_DAY,
    of: 'all',
    path: (_, from) => query('/cost/weekly', { week: findIsoWeek(Date.parse(from)).name }),
    said: ({ data }) => {
      // the summary is derived from the rest of the review
      const { weeks, closing, summary, ...review } = data as Row
      // a past week that is not published yet is still under review
      return closing === null ? [review] : null
    },
  },
  month: {
    version: 1,
    lengthMs: 31 * MS_PER_DAY,
    gridMs: MS_PER_DAY,
    begins: (at) => Date.UTC(new Date(at).getUTCFullYear(), new Date(at).getUTCMonth()),
    // bit rates are added up again for two days
    closedAfterMs: 3 * MS_PER_DAY,
    of: 'all',
    path: (_, from) => query('/cost/projections', { month: from.slice(0, 7) }),
    said: ({ data }) => {
      // circuits discovered later were not listed then, and a share of Global Reach can be declared at any time
      const circuits = (data as { circuits: Row[] }).circuits.filter(
        ({ termsUnread, assumptions }) =>
          isEmpty(termsUnread) &&
          (assumptions as string[]).some((words) =>
            words.startsWith('The circuit is assumed to carry no Global Reach'),
          ),
      )
      const isOpen = circuits.some(({ gaps, costToDate }) => !isEmpty(gaps) || costToDate === null)
      return isOpen || circuits.length === 0 ? null : circuits.map(costedRow)
    },
  },
} satisfies Record<string, Kind>

export type PastKind = keyof typeof KINDS
export const pastKinds: Readonly<Record<PastKind, Kind>> = KINDS
export const PAST_KIND_NAMES = Object.keys(KINDS) as PastKind[]

/** Reports whether an answer states that the whole period was observed and that no later poll can change it. */
export const isFullyObserved = (answer: unknown): boolean =>
  [(answer as Answer).covered, (answer as Answer).settled].every((is) => is !== false)

/**
 * Converts an answer to rows that do not depend on the order.
 * @returns a line for each row; null if the answer should not be stored
 */
export function toComparableRows(answer: unknown, { kind, from, to }: Omit<PastQuestion, 'question'>): string[] | null {
  const read = answer as Answer
  if ((read.nextCursor ?? null) !== null) return null
  return (
    pastKinds[kind]
      .said(read, { from, to })
      ?.map((row) => JSON.stringify(row))
      .toSorted() ?? null
  )
}

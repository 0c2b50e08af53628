import type { EpochMs } from '#lib/contract/index.ts'
import { weekOf } from '#lib/contract/time/iso-week.ts'
import { DAY, HOUR, MINUTE } from '#lib/contract/time/time.ts'

/** A question about a time that is over, as the API is asked. */
export interface PastQuestion {
  kind: PastKind
  /** path below `/api/v1`, with parameters */
  question: string
  from: EpochMs
  to: EpochMs
}

/** What a question is about: a circuit or gateway, and an address that was routed. */
interface Subject {
  scope: string
  ip: string
}

type Row = Readonly<Record<string, unknown>>
/** An answer as the API has it, as far as one kind reads it. */
interface Answer {
  data: unknown
  covered?: boolean
  settled?: boolean
  nextCursor?: string | null
}

interface Kind {
  /** raised by whoever changes on purpose what `said` makes of the same history: kept answers of the kind are taken again then */
  version: number
  /** length of the time asked about; 0 = one moment */
  lengthMs: number
  /** begins and ends of the time are multiples of this */
  gridMs: number
  /** the begin of the time that a moment lies in, which is no multiple; it is asked about only while all of it is kept */
  begins?: (at: EpochMs) => EpochMs
  /** how long after its end nothing more is learned about a time */
  closedAfterMs: number
  of: 'circuit' | 'both' | 'routed' | 'all'
  path: (subject: Subject, from: string, to: string) => string
  /** what of the answer never changes; null = part of it is still open, or was not seen */
  said: (answer: Answer, range: { from: EpochMs; to: EpochMs }) => readonly Row[] | null
}

const rowsOf = ({ data }: Answer) => data as readonly Row[]
const pick = (row: Row, fields: readonly string[]): Row => Object.fromEntries(fields.map((name) => [name, row[name]]))
const query = (path: string, parameters: Record<string, string>) => `${path}?${new URLSearchParams(parameters)}`
/** The upper bound of an end, in epoch ms; null = it lasts. */
const endOf = (bounds: unknown): EpochMs | null => (Array.isArray(bounds) ? Date.parse(String(bounds[1])) : null)

/** Of an hour, by counters: between two polls across the begin of a point nothing is counted in either. */
const MIN_COUNTED_SECONDS = 3_200

const ENDS = ['scope', 'peering', 'path', 'localAddress', 'neighbor']

const isEmpty = (list: unknown) => (list as readonly unknown[]).length === 0
const amountOf = (money: unknown) => Number((money as { amount: string }).amount)

/** A circuit's bytes, its terms with their share of the month, and whether they make what it cost: prices apply when they are read. */
function costedRow({ circuitId, billedBytesToDate, costToDate, lines }: Row): Row {
  const all = lines as readonly Row[]
  const sum = all.reduce((total, { cost }) => total + amountOf((cost as Row).p50), 0)
  return {
    circuitId,
    billedBytesToDate,
    terms: all
      .filter(({ kind }) => kind === 'circuit')
      .map(({ meter, from, to, quantity }) => [meter, from, to, (quantity as Row).p50]),
    // each line is rounded to a cent
    addsUp: Math.abs(sum - amountOf(costToDate)) < 0.01 * (all.length + 1),
  }
}

/**
 * Left out: what is judged again (severity, cause, mapping), what the product is given (names, owners), and whether a source that was found
 * later was asked then.
 */
const KINDS = {
  sessions: {
    version: 3,
    lengthMs: 0,
    gridMs: MINUTE,
    closedAfterMs: HOUR,
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
    gridMs: MINUTE,
    closedAfterMs: HOUR,
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
    lengthMs: 6 * HOUR,
    gridMs: HOUR,
    closedAfterMs: HOUR,
    of: 'both',
    path: ({ scope }, from, to) => query('/sessions/history', { scope, from, to, limit: '1000' }),
    said: (answer, { to }) =>
      rowsOf(answer).map((row) => {
        // what ended later lasted
        const end = endOf(row.to)
        return { ...pick(row, [...ENDS, 'state', 'azureState', 'from']), to: end !== null && end <= to ? row.to : null }
      }),
  },
  downtime: {
    version: 2,
    lengthMs: DAY,
    gridMs: HOUR,
    closedAfterMs: HOUR,
    of: 'both',
    path: ({ scope }, from, to) => query('/sessions/availability', { scope, from, to }),
    said: (answer) => rowsOf(answer),
  },
  bytes: {
    version: 1,
    lengthMs: DAY,
    gridMs: DAY,
    // bit rates are summed again for two days
    closedAfterMs: 2 * DAY,
    of: 'circuit',
    path: ({ scope }, from, to) => query(`/circuits/${encodeURIComponent(scope)}/usage`, { from, to, step: 'hour' }),
    said: ({ data }) => {
      const { points } = data as { points: Row[] }
      // what counters do not cover is filled from metrics later
      const isCounted = points.every(
        ({ metricSeconds, coveredSeconds }) => metricSeconds === 0 && Number(coveredSeconds) >= MIN_COUNTED_SECONDS,
      )
      return isCounted ? points.map((row) => pick(row, ['start', 'bytesIn', 'bytesOut', 'atLeast'])) : null
    },
  },
  events: {
    version: 1,
    lengthMs: 12 * HOUR,
    gridMs: HOUR,
    // late evidence
    closedAfterMs: DAY,
    of: 'both',
    path: ({ scope }, from, to) => query('/events', { scope, from, to, limit: '1000' }),
    said: (answer, { to }) =>
      rowsOf(answer)
        .filter((row) => (endOf(row.endedBetween) ?? Number.POSITIVE_INFINITY) <= to)
        .map((row) => pick(row, ['id', 'kind', 'scope', 'subject', 'startedBetween', 'endedBetween', 'duration'])),
  },
  cost: {
    version: 1,
    lengthMs: 7 * DAY,
    gridMs: DAY,
    closedAfterMs: DAY,
    of: 'all',
    path: (_, from) => query('/cost/weekly', { week: weekOf(Date.parse(from)).name }),
    said: ({ data }) => {
      // the summary follows from the rest of the review
      const { weeks, closing, summary, ...review } = data as Row
      // a week that is over and not published yet is still reviewed
      return closing === null ? [review] : null
    },
  },
  month: {
    version: 1,
    lengthMs: 31 * DAY,
    gridMs: DAY,
    begins: (at) => Date.UTC(new Date(at).getUTCFullYear(), new Date(at).getUTCMonth()),
    // bit rates are summed again for two days
    closedAfterMs: 3 * DAY,
    of: 'all',
    path: (_, from) => query('/cost/projections', { month: from.slice(0, 7) }),
    said: ({ data }) => {
      // what was found later was not listed then; a share of Global Reach is declared, at any time
      const circuits = (data as { circuits: Row[] }).circuits.filter(
        ({ termsUnread, assumptions }) =>
          isEmpty(termsUnread) && (assumptions as string[]).some((words) => words.startsWith('No Global Reach')),
      )
      const isOpen = circuits.some(({ gaps, costToDate }) => !isEmpty(gaps) || costToDate === null)
      return isOpen || circuits.length === 0 ? null : circuits.map(costedRow)
    },
  },
} satisfies Record<string, Kind>

export type PastKind = keyof typeof KINDS
export const pastKinds: Readonly<Record<PastKind, Kind>> = KINDS
export const PAST_KIND_NAMES = Object.keys(KINDS) as PastKind[]

/** Whether all of the time was seen, and no poll that is still to come can change what was, as an answer says itself. */
export const isSeen = (answer: unknown): boolean =>
  [(answer as Answer).covered, (answer as Answer).settled].every((is) => is !== false)

/** The same for every order of rows. @returns a line for each row; null = the answer is not one to keep */
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

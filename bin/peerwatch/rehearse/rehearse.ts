import { setTimeout as delay } from 'node:timers/promises'
import {
  type RunningRouterTwin,
  startNetworkTwin,
  type TwinSelectedRoute,
  TwinRefusedError,
  type TwinRoutingTable,
} from './twin/running-twin.ts'
import { planTwinActions } from './twin/twin-actions.ts'
import { formatTwinHop, type NetworkTwin, buildNetworkTwin } from './twin/twin-plan.ts'
import type { PlanRehearsalInput } from '#lib/plan/api/index.ts'
import type { PlanFile } from '#lib/plan/api/file/plan-file.ts'
import type { WhatIfRow } from '#lib/resilience/api/index.ts'
import type { CommandExitStatus } from '../exit-state.ts'
import { UsageError } from '../moment-option.ts'

/**
 * A prefix for which the model (the what-if computation) predicts another path than the BIRD routers of the rehearsal
 * use.
 */
export interface PredictedPathMismatch {
  side: WhatIfRow['side']
  scope: string
  prefix: string
  outcome: WhatIfRow['outcome']
  model: TwinSelectedRoute
  routers: TwinSelectedRoute
}

interface Compared {
  compared: number
  differences: PredictedPathMismatch[]
}

/** A prefix whose path changed on the routers, or that had no route for a time. */
export interface RehearsedPrefixMove
  extends Pick<PredictedPathMismatch, 'side' | 'scope' | 'prefix' | 'outcome' | 'routers'> {
  /**
   * Bounds of the time in seconds for which the prefix had no route; null = the prefix always had a route. There are
   * two bounds, because the routers are read only once a second. `atMost` null = the prefix has no route at the end.
   */
  lostSeconds: { atLeast: number; atMost: number | null } | null
}

/** The result of a rehearsal, in which real router software replays a plan. It compares the routers with the model. */
export interface PlanRehearsalResult {
  routers: number
  sessions: number
  /** comparison of the routers with the recorded route tables, before any change of the plan is applied */
  before: Compared
  /**
   * number of prefixes with the predicted path, without a route and with another path, in each second after the changes
   */
  seconds: { second: number; asPredicted: number; withoutRoute: number; elsewhere: number }[]
  /** comparison of the routers with the predicted route tables, at the end */
  after: Compared
  moved: RehearsedPrefixMove[]
  /** prefixes to which the routers have a route only after the changes; `isPlanned` = the plan announces the prefix */
  gained: { scope: string; prefix: string; isPlanned: boolean }[]
  /** number of predictions that are not compared with the routers, because the model could not determine the outcome */
  unknown: number
  notPlayed: { why: string; prefixes: string[] }[]
}

export interface PlanRehearsalReport {
  state: CommandExitStatus
  /** time of the recorded route tables, ISO 8601 */
  at: string
  /** descriptions of the changes and losses that are replayed */
  done: string[]
  /** the reasons why the plan cannot be replayed; empty = it was replayed */
  refused: string[]
  /** null = the plan was not replayed, because of `refused` */
  result: PlanRehearsalResult | null
  names: PlanRehearsalInput['names']
}

interface Options {
  signal: AbortSignal
  say?: (text: string) => void
  /**
   * true = lost routers hang instead of ending, so that their neighbors notice the loss only after the BGP hold time
   */
  isSilent?: boolean
  /**
   * Seconds without a change of the route tables after which the result counts as final. The value must exceed the BGP
   * hold time if a router detects a loss only by the hold timer.
   */
  quietSeconds?: number
}

/**
 * Starts routers with the recorded tables, applies the changes, compares the routers with the model, and stops the
 * routers. No router is started if the plan contains a change that the model does not support, or if Azure refuses a
 * change.
 * @param file the plan file; null = only losses are replayed
 * @throws UsageError if this machine cannot run the routers. The message tells the user what to do
 */
export async function rehearsePlanOnRouterTwins(
  data: PlanRehearsalInput,
  file: Pick<PlanFile, 'terms' | 'unknown'> | null,
  options: Options,
): Promise<PlanRehearsalReport> {
  const refused = refusalsOf(data, file)
  const { at, names } = data
  const done = doneIn(data)
  if (refused.length > 0) return { state: 'unknown', at, done, refused, result: null, names }
  const twin = buildNetworkTwin(data)
  options.say?.(`starts ${twin.routers.size} routers`)
  const running = await startNetworkTwin(twin).catch((error: unknown) => {
    throw error instanceof TwinRefusedError ? new UsageError(`rehearse ${error.message}`) : error
  })
  try {
    const result = await played(data, twin, running, options)
    return { state: stateOf(result), at, done, refused, result, names }
  } finally {
    await running.close()
  }
}

function refusalsOf(
  { unknown, refused }: PlanRehearsalInput,
  file: Pick<PlanFile, 'terms' | 'unknown'> | null,
): string[] {
  const at = (term: number | null) => (term === null ? '' : `${file?.terms[term]?.at ?? ''}: `)
  const ofFile = file?.unknown ?? []
  return [
    ...ofFile.map((one) => `${one.at}${one.attribute === null ? '' : ` ${one.attribute}`}: ${one.why}`),
    ...[...unknown, ...refused].map(({ term, why }) => `${at(term)}${why}`),
  ]
}

/**
 * Returns descriptions of the changes and losses. A loss that follows from a change of the plan is left out, because
 * the change is already described.
 */
const doneIn = ({ terms, lost }: PlanRehearsalInput): string[] => [
  ...terms.map(({ words }) => words),
  ...lost
    .filter(({ term }) => !terms.some(({ id }) => id !== null && term.startsWith(id)))
    .map(({ name }) => `${name} is lost`),
]

/**
 * Returns the state of a rehearsal. It is `critical` if the routers differ from the prediction at the end, or have a
 * new prefix that the plan does not announce. It is `warning` if some predictions were not compared with the routers,
 * or if the routers differed from the recorded tables before the changes.
 */
function stateOf({ before, after, gained, notPlayed, unknown }: PlanRehearsalResult): CommandExitStatus {
  if (after.differences.length > 0 || gained.some(({ isPlanned }) => !isPlanned)) return 'critical'
  return before.differences.length + notPlayed.length + unknown > 0 ? 'warning' : 'ok'
}

/** The prediction for a prefix that is compared with the routers, and the index of the prefix's route table. */
interface Judged {
  row: WhatIfRow
  table: number
}

const paths = (match: string | null, all: WhatIfRow['after']): TwinSelectedRoute =>
  match === null || all.length === 0 ? null : { prefix: match, hops: [...new Set(all.map(formatTwinHop))].toSorted() }
const beforeOf = ({ matchBefore, before }: WhatIfRow) => paths(matchBefore, before)
const afterOf = ({ matchAfter, after }: WhatIfRow) => paths(matchAfter, after)
const isSame = (a: TwinSelectedRoute, b: TwinSelectedRoute) =>
  a?.prefix === b?.prefix && a?.hops.join() === b?.hops.join()

function judgedRows({ tables }: PlanRehearsalInput, { notPlayed }: NetworkTwin): Judged[] {
  return tables.flatMap(({ rows }, table) =>
    rows.flatMap((row) => {
      const decisive = [row.prefix, row.matchBefore, row.matchAfter]
      const isLeftOut = decisive.some((prefix) => prefix !== null && notPlayed[table]?.has(prefix))
      return row.outcome === 'unknown' || row.prefix.includes(':') || isLeftOut ? [] : [{ row, table }]
    }),
  )
}

const takenOf = ({ row, table }: Judged, now: readonly TwinRoutingTable[]) =>
  now[table]?.taken(row.firstAddress) ?? null

function compare(
  judged: readonly Judged[],
  now: readonly TwinRoutingTable[],
  modelOf: (row: WhatIfRow) => TwinSelectedRoute,
): Compared {
  const differences = judged.flatMap((one): PredictedPathMismatch[] => {
    const { side, scope, prefix, outcome } = one.row
    const [model, routers] = [modelOf(one.row), takenOf(one, now)]
    return isSame(model, routers) ? [] : [{ side, scope, prefix, outcome, model, routers }]
  })
  return { compared: judged.length, differences }
}

const SECOND = 1_000
/**
 * Maximum time in milliseconds for which the rehearsal waits until the routers have the recorded route tables. The BGP
 * sessions need some seconds. After this time, the tables do not change any more.
 */
const SETTLES_WITHIN_MS = 30_000
/**
 * Seconds without a change after which the route tables of the routers count as final. The value exceeds the BGP hold
 * time of the routers.
 */
const UNCHANGED_S = 12
/**
 * Number of further readings, one per second, after which the result counts as final if the routers have the predicted
 * route tables.
 */
const SETTLED_S = 2
const MAX_SECONDS = 60

/**
 * Waits until the routers have the recorded tables, and applies the changes. Then reads the routers' tables once a
 * second until they no longer change.
 */
async function played(
  asked: PlanRehearsalInput,
  twin: NetworkTwin,
  running: RunningRouterTwin,
  { signal, isSilent = false, quietSeconds = UNCHANGED_S }: Options,
): Promise<PlanRehearsalResult> {
  const judged = judgedRows(asked, twin)
  const begun = performance.now()
  let tables = await running.read()
  let before = compare(judged, tables, beforeOf)
  while (before.differences.length > 0 && performance.now() - begun < SETTLES_WITHIN_MS) {
    await delay(SECOND / 2, undefined, { signal })
    tables = await running.read()
    before = compare(judged, tables, beforeOf)
  }
  const first = tables
  const isToMove = judged.some(({ row }) => !isSame(beforeOf(row), afterOf(row)))
  const losses = judged.map((): TimeLost => ({ had: 0, first: null, last: 0, until: null }))
  const seconds: PlanRehearsalResult['seconds'] = []
  const at = performance.now()
  const since = () => (performance.now() - at) / SECOND
  await running.carryOut(planTwinActions(twin, asked.acts), isSilent)
  let after = compare(judged, tables, afterOf)
  let [last, unchanged] = ['', 0]
  for (let second = 0; second <= MAX_SECONDS; second += 1) {
    await delay(Math.max(0, (second - since()) * SECOND), undefined, { signal })
    const from = since()
    tables = await running.read()
    const read = since()
    after = compare(judged, tables, afterOf)
    const goes = judged.map((one) => takenOf(one, tables))
    for (const [n, loss] of losses.entries()) recordLoss(loss, { isLost: goes[n] === null, from, read })
    seconds.push({
      second,
      asPredicted: judged.length - after.differences.length,
      withoutRoute: judged.filter(({ row }, n) => goes[n] === null && beforeOf(row) !== null).length,
      elsewhere: after.differences.filter(({ routers }) => routers !== null).length,
    })
    const text = JSON.stringify(goes)
    unchanged = text === last ? unchanged + 1 : 0
    last = text
    // If the plan changes no route, the routers have the predicted tables from the start. The tables then do not show
    // whether the routers have already processed the changes, so that the longer wait applies.
    const isSettled = isToMove && after.differences.length === 0
    if (unchanged >= (isSettled ? SETTLED_S : quietSeconds)) break
  }
  const planned = new Set(asked.acts.flatMap((act) => (act.kind === 'announce' ? act.prefixes : [])))
  return {
    routers: twin.routers.size,
    sessions: twin.sessions.length,
    before,
    seconds,
    after,
    moved: judged.flatMap((one, n) => {
      const [had, routers, loss] = [beforeOf(one.row), takenOf(one, tables), losses[n]]
      const lostSeconds = had && loss ? lostOf(loss) : null
      if (isSame(had, routers) && lostSeconds === null) return []
      const { side, scope, prefix, outcome } = one.row
      return [{ side, scope, prefix, outcome, routers, lostSeconds }]
    }),
    gained: tables.flatMap(({ prefixes }, n) =>
      [...prefixes]
        .filter((prefix) => first[n]?.prefixes.has(prefix) !== true)
        .map((prefix) => ({ scope: asked.tables[n]?.scope ?? '', prefix, isPlanned: planned.has(prefix) })),
    ),
    unknown: asked.tables.flatMap(({ rows }) => rows).filter(({ outcome }) => outcome === 'unknown').length,
    notPlayed: [
      ...Map.groupBy(
        twin.notPlayed.flatMap((left) => [...left]),
        ([, why]) => why,
      ),
    ].map(([why, left]) => ({ why, prefixes: [...new Set(left.map(([prefix]) => prefix))].toSorted() })),
  }
}

/**
 * Times at which the routers were read with and without a route to one prefix. The duration of a loss is computed from
 * them. All are in seconds after the changes.
 */
interface TimeLost {
  /** start of the last reading with a route, before the loss */
  had: number
  /** end of the first reading without a route; null = there was always a route */
  first: number | null
  /** start of the last reading without a route */
  last: number
  /** end of the first reading with a route again; null = there is still no route */
  until: number | null
}

function recordLoss(loss: TimeLost, { isLost, from, read }: { isLost: boolean; from: number; read: number }): void {
  if (isLost) {
    loss.first ??= read
    loss.last = from
    loss.until = null
  } else if (loss.first === null) loss.had = from
  else loss.until ??= read
}

function lostOf({ had, first, last, until }: TimeLost): RehearsedPrefixMove['lostSeconds'] {
  if (first === null) return null
  const rounded = (seconds: number) => Math.round(seconds * 10) / 10
  return { atLeast: rounded(Math.max(0, last - first)), atMost: until === null ? null : rounded(until - had) }
}

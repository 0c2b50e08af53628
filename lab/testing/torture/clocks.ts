import { setTimeout as delay } from 'node:timers/promises'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import type { RunningSimulator } from '../../simulator/index.ts'
import { printFigureLine } from '../../screens/figures.ts'
import {
  type FetchedApiAnswer,
  fetchApiAnswers,
  listApiGetRequests,
  type QueriedResources,
  findQueriedResources,
} from './answers.ts'
import { findFutureTimesInAnswer, judgeAnswersDuringOutage } from './false-green.ts'
import type { datedProcesses } from './plan.ts'
import type { TortureTestTarget } from './target.ts'

/** A disturbance of one process's clock. */
export interface ClockFaultCase {
  process: (typeof datedProcesses)[number]
  stepMs: number
  /** whether the offset grows gradually to `stepMs`; false = the clock is set at once */
  runsOff: boolean
}

/** Duration of the wrong clock. */
const WRONG_MS = 15_000
/**
 * Time after the start of the disturbance at which the API is queried. If the offset exceeds the tolerance, polls have
 * been missing for this long.
 */
const ASKED_AFTER_MS = 13_500
/** Time after the clock is corrected until polls are recorded again. */
const RIGHT_AFTER_MS = 8_000
/** Time after the start of the disturbance at which both paths are cut. */
const CUT_AFTER_MS = 2_000
/**
 * Time after which a started web may report missing polls. In its first minute it reports that polls are running,
 * because a worker that starts with it needs that long.
 */
const FIRST_MINUTE_MS = 62_000
const BACK_WITHIN_MS = 60_000

const CIRCUIT = 'erc-0'

/** Columns with the time of planned work, which may be in the future. */
const PLANNED = new Set(['alert_state.due_at', 'detection_scope.recheck_at'])

/**
 * Cases: the worker's clock ahead by 150 s, and the clock of each process by 2 s, 2 min and 2 h, ahead and behind, set
 * at once and drifting.
 */
export const CLOCK_FAULT_CASES: readonly ClockFaultCase[] = [
  { process: 'worker', stepMs: 150_000, runsOff: false },
  ...(['worker', 'web'] as const).flatMap((process) =>
    [2_000, 120_000, 7_200_000].flatMap((ms) =>
      [ms, -ms].flatMap((stepMs) => [false, true].map((runsOff) => ({ process, stepMs, runsOff }))),
    ),
  ),
]

/**
 * Plays each case on a running product.
 * @returns all faults
 */
export async function runClockFaultCases(
  target: TortureTestTarget & { url: string },
  simulator: RunningSimulator,
  cases: readonly ClockFaultCase[],
): Promise<string[]> {
  const db = createDatabase(target.adminUrl, { max: 1, applicationName: 'peerwatch-torture' })
  const faults: string[] = []
  try {
    const subject = await eventually(() => findQueriedResources(target.url, CIRCUIT), BACK_WITHIN_MS)
    await delay(FIRST_MINUTE_MS)
    const questions = listApiGetRequests(subject)
    const known = { questions, subject, columns: await timeColumns(db), rest: await restOf(target.url, questions, db) }
    for (const one of cases) {
      const text = `clock of ${one.process} ${one.runsOff ? 'runs off' : 'is set'} by ${one.stepMs / 1_000} s for ${WRONG_MS / 1_000} s`
      const found = await playCase(target, simulator, db, one, known)
      printFigureLine(`${text}: ${found.text}`)
      for (const fault of found.faults) {
        printFigureLine(`  FAULT: ${fault}`)
        faults.push(`${text}: ${fault}`)
      }
    }
    return faults
  } finally {
    await db.close()
  }
}

interface Known {
  questions: readonly string[]
  subject: QueriedResources
  columns: readonly TimeColumn[]
  rest: { times: ReadonlyMap<string, ReadonlySet<string>>; columns: ReadonlySet<string> }
}

async function playCase(
  target: TortureTestTarget & { url: string },
  simulator: RunningSimulator,
  db: Database,
  { process, stepMs, runsOff }: ClockFaultCase,
  { questions, subject, columns, rest }: Known,
): Promise<{ text: string; faults: string[] }> {
  const faults: string[] = []
  const [isWorker, isRefused] = [process === 'worker', Math.abs(stepMs) > 10_000]
  const state = runsOff ? { drift: stepMs / WRONG_MS, since: Date.now() } : { stepMs }
  target.disturbance.set(process, state)
  const rights = delay(WRONG_MS).then(() => target.disturbance.set(process, { stepMs: 0, drift: 0 }))
  await delay(CUT_AFTER_MS)
  const { id } = simulator.control.happen({ op: 'cut-path', circuit: CIRCUIT, path: 'both', detection: '1s' })
  await delay(ASKED_AFTER_MS - CUT_AFTER_MS)
  const readyWhileWrong = await readyOf(target.url)
  const whileWrong = judgeAnswersDuringOutage(await fetchApiAnswers(target.url, questions), subject, rest.times)
  if (isWorker && isRefused && !runsOff && readyWhileWrong === 200) faults.push('ready is 200 while nothing is polled')
  faults.push(...whileWrong.faults.map((fault) => `while it is wrong: ${fault}`), ...(await ahead()))
  await rights
  await delay(RIGHT_AFTER_MS)
  const asked = await fetchApiAnswers(target.url, questions)
  const after = judgeAnswersDuringOutage(asked, subject, rest.times)
  const shown = verdictsOf(asked, subject)
  if (shown.some((verdict) => verdict === 'up')) faults.push(`it is right again, and sessions are ${shown.join(', ')}`)
  faults.push(...after.faults.map((fault) => `it is right again: ${fault}`), ...(await ahead()))
  simulator.control.restore(id)
  await eventually(async () => {
    if ((await readyOf(target.url)) !== 200) throw new Error('ready is not 200')
    const back = verdictsOf(await fetchApiAnswers(target.url, ['/sessions?limit=1000']), subject)
    if (back.some((verdict) => verdict !== 'up')) throw new Error(`sessions are ${back.join(', ')}`)
  }, BACK_WITHIN_MS).catch((error: Error) =>
    faults.push(`not back after ${BACK_WITHIN_MS / 1_000} s: ${error.message}`),
  )
  const words = ({ unknown, right, aboutNoPoll }: typeof after) =>
    `${unknown} unknown, ${right} right, ${aboutNoPoll} about no poll`
  return {
    text: `of ${questions.length} answers while it is wrong ${words(whileWrong)}, ready ${readyWhileWrong}; ${RIGHT_AFTER_MS / 1_000} s after it is right ${words(after)}`,
    faults,
  }

  async function ahead(): Promise<string[]> {
    return (await columnsAhead(db, columns))
      .filter((column) => !rest.columns.has(column) && !PLANNED.has(column))
      .map((column) => `${column} lies in the future`)
  }
}

async function restOf(url: string, questions: readonly string[], db: Database): Promise<Known['rest']> {
  const asked = await fetchApiAnswers(url, questions)
  const refused = asked.filter(({ status }) => status !== 200)
  printFigureLine(
    `${asked.length} questions${refused.length > 0 ? `, not answered: ${refused.map((one) => `${one.url} ${one.status}`).join(', ')}` : ''}`,
  )
  const columns = new Set(await columnsAhead(db, await timeColumns(db)))
  printFigureLine(`lie ahead at rest: ${[...columns].join(', ')}`)
  return {
    times: new Map(asked.map((one) => [one.url, new Set(findFutureTimesInAnswer(one.body, Date.now()))])),
    columns,
  }
}

function verdictsOf(asked: readonly FetchedApiAnswer[], { circuit }: QueriedResources): string[] {
  const sessions = asked.find(({ url }) => url === '/sessions' || url.startsWith('/sessions?'))?.body.data
  return Array.isArray(sessions)
    ? sessions.filter(({ scope }) => scope === circuit.id).map(({ verdict }) => String(verdict))
    : ['not answered']
}

const readyOf = async (url: string): Promise<number> => (await fetch(`${url}/api/health/ready`)).status

interface TimeColumn {
  table: string
  column: string
}

/** Returns all timestamp columns of the product's own tables. */
async function timeColumns(db: Database): Promise<TimeColumn[]> {
  const { rows } = await db.pool.query<TimeColumn>(
    `SELECT c.table_name AS table, c.column_name AS column FROM information_schema.columns c
     JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.data_type = 'timestamp with time zone'`,
  )
  return rows
}

/** Returns the columns that contain a time after the database's current time (with 2.5 s tolerance). */
async function columnsAhead(db: Database, columns: readonly TimeColumn[]): Promise<string[]> {
  const parts = columns.map(
    ({ table, column }) =>
      `SELECT '${table}.${column}' AS name WHERE EXISTS (
         SELECT 1 FROM "${table}" WHERE isfinite("${column}") AND "${column}" > clock_timestamp() + interval '2.5 s')`,
  )
  const { rows } = await db.pool.query<{ name: string }>(parts.join(' UNION ALL '))
  return rows.map(({ name }) => name)
}

async function eventually<T>(read: () => Promise<T>, withinMs: number): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    try {
      return await read()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await delay(500)
    }
  }
}

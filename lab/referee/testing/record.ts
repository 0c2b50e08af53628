import { addUser, setCallerForTests, OPEN_ACCESS_CALLER } from '#lib/access/index.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { createTestDatabase } from '#lib/platform/testing/database.ts'
import { type ProcessSettings, overrideSettings as configure } from '#lib/platform/settings.ts'
import { removeHubForTests, replaceDatabaseForTests as answerFrom, getProcessHub } from '#lib/questions/index.ts'
import { type ProductHttpResponse, type RequestProductFunction, createProductRequestFunction } from './ask.ts'
import { recordRegressionTestEstate } from './estate.ts'
import { makeRandomValuesDeterministic } from './fixed-chance.ts'
import { fixDatabaseClock, fixProcessClock } from './fixed-clock.ts'
import { createEveryNotificationPayload } from './messages.ts'
import { withoutReferences } from './openapi.ts'
import { drawEveryPage } from './places.ts'
import { type ApiDocument, createQueriesOfOpenApiDocument } from './questions.ts'
import { USER_OF_TWO_CUSTOMERS, type RegressionTestUser, USER_WITH_FULL_ACCESS } from './readers.ts'
import { ProductAnswerRecording, type RecordedProductAnswer } from './recording.ts'
import { createUserDefinedData } from './set-up.ts'
import { createClipboardTexts } from './texts.ts'
import { corpusScenarios } from '../../corpus/corpus.ts'
import { runCorpusScenario } from '../../corpus/run.ts'
import { readUntil } from '#app/api/testing/read-until.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { getHandlersOfPath } from '#app/api/testing/handlers-of.ts'

/** Fixed time of the recording. It is a Wednesday, so that a week and a month are in progress. */
const NOW = Date.parse('2026-11-18T12:00:00.000Z')

export type RecordingExtentName = 'quick' | 'whole'
interface Extent {
  /** length of the demo's past in days; `endsBefore` days are left out at its end */
  days: number
  endsBefore: number
  /** maximum number of resources of one kind that are queried */
  most: number
  /** maximum number of values for one parameter */
  values: number
  /** every n-th scenario is played */
  everyScenario: number
  /** whether queries with parameters and pages are also recorded for the user with partial access */
  inFull: boolean
}
export const ANSWER_RECORDING_EXTENTS: Record<RecordingExtentName, Extent> = {
  // an hour and a half in which both paths of a circuit are cut and return
  quick: { days: 0.07, endsBefore: 21.257, most: 2, values: 1, everyScenario: 100, inFull: false },
  whole: { days: 35, endsBefore: 0, most: 6, values: 6, everyScenario: 1, inFull: true },
}

/**
 * Records all answers of the product about the fixed estate.
 * @param dataDir an empty folder
 */
export async function recordAllProductAnswers(extent: Extent, dataDir: string): Promise<ProductAnswerRecording> {
  const { url, drop } = await createTestDatabase()
  const ends = [drop, makeRandomValuesDeterministic()]
  try {
    await fixClockOf(url)
    ends.push(fixProcessClock(NOW))
    const db = createDatabase(url, { max: 6, applicationName: 'peerwatch-referee' })
    ends.push(() => db.close())
    configure(() => settingsOf(db, dataDir))
    ends.push(forget)
    await recordRegressionTestEstate(db, {
      now: NOW,
      ...extent,
      readers: [USER_WITH_FULL_ACCESS, USER_OF_TWO_CUSTOMERS],
    })
    answerFrom(db)
    return await recordAnswers(db, extent)
  } finally {
    for (const end of ends.toReversed()) await end()
  }
}

/** Fixes the clock of connections that are opened from now on. */
async function fixClockOf(url: string): Promise<void> {
  const db = createDatabase(url, { max: 1, applicationName: 'peerwatch-referee' })
  await fixDatabaseClock(db.pool, NOW).finally(() => db.close())
}

async function recordAnswers(
  db: Database,
  { most, values, everyScenario, inFull }: Extent,
): Promise<ProductAnswerRecording> {
  const recording = new ProductAnswerRecording()
  const ask = await createProductRequestFunction()
  const user = await addUser(db.pool, { email: 'ada@edge.example', name: 'Ada', role: 'admin', scopes: [] })
  const assume = (reader: RegressionTestUser) => setCallerForTests(reader.caller(user))
  assume(USER_WITH_FULL_ACCESS)
  for (const one of await createUserDefinedData(ask, NOW)) recording.add({ scope: USER_WITH_FULL_ACCESS.name, ...one })
  const document = JSON.parse((await ask('/api/openapi.json')).body) as ApiDocument
  const questions = await createQueriesOfOpenApiDocument(document, ask, NOW, { most, values })
  for (const reader of [USER_WITH_FULL_ACCESS, USER_OF_TWO_CUSTOMERS]) {
    assume(reader)
    const isShort = !inFull && reader === USER_OF_TWO_CUSTOMERS
    const scope = reader.name
    for (const target of questions) {
      if (isShort && target.includes('?')) continue
      for (const one of await answersTo(target, ask)) recording.add({ scope, ...one })
    }
    recording.add({ name: '/api/v1/stream', scope, ...(await firstOfStream(NOW)) })
    if (!isShort) for (const page of await drawEveryPage(ask, most)) recording.add({ scope, ...page })
  }
  assume(USER_WITH_FULL_ACCESS)
  for (const one of await createClipboardTexts(ask, NOW, most)) recording.add(one)
  for (const one of await createEveryNotificationPayload(db.pool, ask, NOW, most)) recording.add(one)
  for (const one of await corpusEvents(everyScenario)) recording.add(one)
  return recording
}

type Named = ProductHttpResponse & { name: string }

/** Returns an answer, and the next page if the list continues. */
async function answersTo(target: string, ask: RequestProductFunction): Promise<Named[]> {
  const answer = comparable(target, await ask(target))
  const first = { name: target, ...answer }
  if (!target.includes('limit=') || answer.status !== 200) return [first]
  const { nextCursor } = JSON.parse(answer.body)
  if (!nextCursor) return [first]
  const next = await ask(`${target}&cursor=${encodeURIComponent(nextCursor)}`)
  return [first, { name: `${target} next page`, ...next }]
}

/** Removes data that may change: names of schemas, the version, and measurements of the answering process. */
function comparable(target: string, answer: ProductHttpResponse): ProductHttpResponse {
  if (target === '/metrics') return { ...answer, body: withoutMeasured(answer.body) }
  if (!target.startsWith('/api/openapi.json') || answer.status !== 200) return answer
  const { info, ...document } = JSON.parse(answer.body)
  return { ...answer, body: JSON.stringify(withoutReferences({ ...document, info: { ...info, version: '0' } })) }
}

async function forget(): Promise<void> {
  setCallerForTests(OPEN_ACCESS_CALLER)
  answerFrom(undefined)
  configure(undefined)
  await removeHubForTests()
}

/** Returns settings of an instance that watches real subscriptions, with common options. */
function settingsOf(db: Database, dataDir: string): ProcessSettings {
  const settings = {
    dataDir,
    databaseUrl: db.url,
    secretsKey: 'a key that seals secrets of the referee',
    mail: { url: 'smtp://127.0.0.1:25', from: 'Peerwatch <noc@edge.example>' },
    publicUrl: 'https://peerwatch.example',
    outboundAllow: [],
    alerting: { proofEveryMs: null, proofUrl: null, heartbeatUrl: null, heartbeatEveryMs: 1 },
    access: 'required',
    oidc: null,
    azure: { subscriptions: [] },
    routers: { bmp: null, syslog: null, allow: [] },
  }
  return settings as unknown as ProcessSettings
}

/** The interval at which the other tests play the corpus. */
const EVERY_MS = 300_000

/**
 * Returns the events and incidents that detection derives from the scenarios of the corpus, with all of their fields.
 * @param every plays one of this many scenarios
 */
async function corpusEvents(every: number): Promise<RecordedProductAnswer[]> {
  const recorded: RecordedProductAnswer[] = []
  for (const scenario of corpusScenarios.filter((_, n) => n % every === 0)) {
    const { events, incidents } = await runCorpusScenario(scenario, EVERY_MS)
    const body = JSON.stringify({ events: sorted(events), incidents: sorted(incidents) })
    recorded.push({ name: `corpus ${scenario.id}`, scope: '-', status: 0, type: 'application/json', body })
  }
  return recorded
}

const sorted = (rows: readonly { key: string }[]) =>
  rows.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map((row) => inOrder(row))

/** Sorts the fields of a record, so that the order in which they were set is irrelevant. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, own]) => [name, inOrder(own)]),
  )
}

/**
 * Lines of Prometheus text about the answering process: its ID and its measurements. The names and descriptions of
 * these metrics are kept.
 */
const OF_THE_PROCESS = /^(?:\w+\{[^}]*process_id="|peerwatch_(?:database_size|disk_free)_bytes )[^\n]*\n/gm

/** Removes measurements from a text of metrics, because they differ between processes and times. */
const withoutMeasured = (metrics: string): string => metrics.replaceAll(OF_THE_PROCESS, '')

const stream = getHandlersOfPath('/stream')

/** Returns the first data that a client of the stream receives for a change that is visible to all users. */
async function firstOfStream(now: EpochMs): Promise<ProductHttpResponse> {
  const leaving = new AbortController()
  const request = new Request('http://127.0.0.1/api/v1/stream', { signal: leaving.signal })
  const response = await stream.GET(request)
  getProcessHub().take(JSON.stringify({ topics: ['overview'], scope: null, at: new Date(now).toISOString() }))
  const body = await readUntil(response, 'overview')
  leaving.abort()
  return { status: response.status, type: response.headers.get('content-type') ?? '', body }
}

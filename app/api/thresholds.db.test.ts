import { roundTripBodyThroughSchema } from '#lib/questions/testing/written.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { replaceDatabaseForTests } from '#lib/questions/index.ts'
import { allApiCommands, allApiEndpoints } from '#lib/api/index.ts'
import { problemSchema } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { detectionThresholdDefinitions as rules } from '#lib/detection/index.ts'
import { getOrCreateSourceId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { runNextBackTest } from '#lib/poller/back-test/index.ts'
import { TopologyCache, recordPollAndRunDetection } from '#lib/poller/index.ts'
import { SINGLE_SESSION_GATEWAY_ARM_ID, createTestSessionPoll } from '#lib/poller/testing/one-session.ts'
import { getHandlersOfPath } from './testing/handlers-of.ts'

const backTest = getHandlersOfPath('/back-tests/{id}')
const cancel = getHandlersOfPath('/back-tests/{id}/cancel')
const backTests = getHandlersOfPath('/back-tests')
const events = getHandlersOfPath('/events')
const thresholds = getHandlersOfPath('/settings/thresholds')

const db = withTestDatabase()
const START = Date.now() - 3 * 60 * MS_PER_MINUTE

/**
 * Minutes at which a session restarts. By the default rule, the third restart within half an hour makes it flapping.
 */
const FALLS = [20, 32, 44]
const read = (minute: number) => createTestSessionPoll(START + minute * MS_PER_MINUTE, FALLS.includes(minute))

const estate = new TopologyCache()
async function record(minutes: readonly number[]): Promise<void> {
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: SINGLE_SESSION_GATEWAY_ARM_ID, subresource: '' })
  for (const minute of minutes) {
    await db.transaction((client) =>
      recordPollAndRunDetection(client, sourceId, read(minute), { intervalSeconds: 60, estate }),
    )
  }
}

const minutes = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n)
const context = (id = '') => ({ params: Promise.resolve({ id }) })
type Handler = (request: Request, context: ReturnType<typeof contextOf>) => Promise<Response>
const contextOf = context

async function ask(handler: Handler, method: string, body?: unknown, id?: string) {
  const sent = body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}
  const request = new Request('http://127.0.0.1/api/v1/x', { method, ...sent })
  const response = await handler(request, context(id))
  return { status: response.status, headers: response.headers, body: await response.json() }
}
const put = (version: number, values: Record<string, number | null>) =>
  ask(thresholds.PUT, 'PUT', { version, values, note: 'a noisy provider' })

beforeAll(async () => {
  replaceDatabaseForTests(db)
  await record(minutes(0, 60))
})
afterAll(() => replaceDatabaseForTests(undefined))

describe('thresholds', () => {
  it('are listed, every rule with its value, its unit and where it comes from', async () => {
    const { body } = await ask(thresholds.GET, 'GET')
    const { data } = roundTripBodyThroughSchema(allApiEndpoints.thresholds.response, body)
    expect(data.thresholds.map(({ name }) => name)).toEqual(Object.keys(rules))
    for (const { meaning, value, shipped } of data.thresholds) {
      expect(meaning).toMatch(/\w.*\.$/)
      expect(value).toBe(shipped)
    }
  })

  it.each<[string, Record<string, number>, RegExp]>([
    ['a name that is none', { 'session.flaping': 4 }, /there is no such threshold/],
    ['a value out of its range', { 'headroom.warn': 80 }, /send a share from 0 to 2/],
    ['an end above its begin', { 'headroom.clear': 0.9 }, /headroom\.clear: it must not be above headroom\.warn/],
    ['more than Azure’s budget', { 'burst.interval': 1_000 }, /more than 200 writes a minute/],
  ])('are refused with %s, and nothing is saved', async (_, values, words) => {
    const saved = await put(0, values)
    expect(saved.status).toBe(400)
    expect(problemSchema.parse(saved.body).detail).toMatch(words)
    const tested = await ask(backTests.POST, 'POST', { values })
    expect(tested.status).toBe(400)
    expect((await ask(thresholds.GET, 'GET')).body.data.version).toBe(0)
  })
})

describe('a changed threshold', () => {
  const values = { 'session.flapping': 4 }

  it('is first folded over what is stored, by a worker, and lists what it would have raised', async () => {
    const range = { from: new Date(START).toISOString(), to: new Date(START + 60 * MS_PER_MINUTE).toISOString() }
    const { status, body } = await ask(backTests.POST, 'POST', { values, ...range })
    expect(status).toBe(200)
    const { id } = roundTripBodyThroughSchema(allApiCommands.askBackTest.response, body).data
    expect(body.data).toMatchObject({ state: 'queued', progress: 0, result: null })
    await runNextBackTest(db, new AbortController().signal)
    const { data } = roundTripBodyThroughSchema(
      allApiEndpoints.backTest.response,
      (await ask(backTest.GET, 'GET', undefined, id)).body,
    )
    expect(data).toMatchObject({ state: 'done', progress: 1, version: 0, changed: values })
    expect(data.result?.kinds).toContainEqual({ kind: 'session_flapping', before: 1, after: 0 })
    expect(data.result).toMatchObject({ vanishedCount: 1, appearedCount: 2 })
    expect((await ask(backTests.GET, 'GET')).body.data[0]).toMatchObject({ id, state: 'done' })
  })

  it('can be given up while it waits', async () => {
    const { body } = await ask(backTests.POST, 'POST', { values })
    const given = await ask(cancel.POST, 'POST', undefined, body.data.id)
    expect(given.body.data.state).toBe('cancelled')
    expect(await runNextBackTest(db, new AbortController().signal)).toBe(false)
  })

  it('is refused while ten wait, and says when to come again', async () => {
    const asked = []
    for (let n = 0; n < 10; n += 1) asked.push((await ask(backTests.POST, 'POST', { values })).body.data.id)
    const { status, headers, body } = await ask(backTests.POST, 'POST', { values })
    expect([status, headers.get('retry-after')]).toEqual([429, '60'])
    expect(problemSchema.parse(body).detail).toContain('cancel one')
    for (const id of asked) await ask(cancel.POST, 'POST', undefined, id)
    const next = await ask(backTests.POST, 'POST', { values })
    expect(next.status).toBe(200)
    await ask(cancel.POST, 'POST', undefined, next.body.data.id)
  })

  it('is saved as a version of its own; earlier events keep the one that raised them', async () => {
    const { status, body } = await put(0, values)
    expect(status).toBe(200)
    expect(roundTripBodyThroughSchema(allApiCommands.putThresholds.response, body).data).toMatchObject({
      version: 1,
      note: 'a noisy provider',
    })
    expect((await put(0, values)).status).toBe(409)
    estate.forget()
    FALLS.push(70)
    await record(minutes(60, 90))
    const raised = (await ask(events.GET, 'GET')).body.data as { kind: string; settingsVersion: number }[]
    const versions = (kind: string) => raised.flatMap((event) => (event.kind === kind ? [event.settingsVersion] : []))
    expect(versions('session_flapping')).toEqual([0])
    expect(versions('session_up').toSorted()).toEqual([0, 0, 0, 1])
  })
})

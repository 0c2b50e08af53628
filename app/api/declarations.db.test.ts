import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  announceStreamChange,
  removeHubForTests,
  getProcessHub,
  replaceDatabaseForTests,
} from '#lib/questions/index.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createCounterRows,
  createCustomerNeighbor,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  route,
} from '#lib/questions/testing/estate-feed.ts'
import { allApiCommands, allApiEndpoints } from '#lib/api/index.ts'
import { problemSchema, type StreamChange } from '#lib/contract/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import { listenToChannel, type ChannelListener } from '#lib/platform/notifications/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getHandlersOfPath } from './testing/handlers-of.ts'

const declarations = getHandlersOfPath('/declarations')
const versions = getHandlersOfPath('/declarations/versions')

const db = withTestDatabase()
const context = { params: Promise.resolve({}) }
const url = 'http://127.0.0.1/api/v1/declarations'
const circuit = computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID)
const gateway = computeShortId(TEST_ESTATE_GATEWAY_ARM_ID)

const get = async (query = '') => {
  const response = await declarations.GET(new Request(`${url}${query}`), context)
  return { status: response.status, body: await response.json() }
}
const put = async (body: unknown) => {
  const headers = { 'content-type': 'application/json' }
  const request = new Request(url, { method: 'PUT', body: JSON.stringify(body), headers })
  const response = await declarations.PUT(request, context)
  return { status: response.status, body: await response.json() }
}

const received: StreamChange[] = []
let listener: ChannelListener

beforeAll(async () => {
  replaceDatabaseForTests(db)
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(Date.now() - 65_000)
  listener = listenToChannel(db.url, 'peerwatch', (payload) => received.push(JSON.parse(payload)))
  await listener.ready
})
afterAll(async () => {
  replaceDatabaseForTests(undefined)
  await listener.close()
})

describe('a PUT', () => {
  it('takes ARM ids and short ids, keeps short ids, and answers with what is in force', async () => {
    const body = {
      version: 0,
      mappings: [{ gateway: TEST_ESTATE_GATEWAY_ARM_ID.toUpperCase(), neighbor: '10.0.4.4', circuit, path: 'primary' }],
      cards: [{ scope: TEST_ESTATE_CIRCUIT_ARM_ID, displayName: 'London' }],
    }
    const answer = await put(body)
    expect(answer.status).toBe(200)
    expect(allApiCommands.putDeclarations.response.parse(answer.body)).toEqual(answer.body)
    expect(answer.body.data).toMatchObject({
      version: 1,
      updatedBy: 'local',
      mappings: [{ gateway, circuit }],
      cards: [{ scope: circuit, displayName: 'London' }],
    })
    expect((await get()).body.data).toEqual(answer.body.data)
  })

  it('notifies open pages and workers, once', async () => {
    await expect.poll(() => received).toMatchObject([{ topics: expect.arrayContaining(['declarations']), scope: null }])
  })

  it('on top of an old version is a 409 that says which one is in force', async () => {
    const { status, body } = await put({ version: 0, cards: [] })
    expect(status).toBe(409)
    expect(problemSchema.parse(body).detail).toMatch(/version 1 .* saved meanwhile/)
  })

  const wrong: [string, unknown, RegExp][] = [
    ['an id that nothing is known by', { cards: [{ scope: 'nowhere' }] }, /^cards\.0\.scope: .*"nowhere".*\/api\/v1/],
    [
      'a gateway where a circuit is asked for',
      { sites: [{ name: 'A', home: TEST_ESTATE_GATEWAY_ARM_ID }] },
      /^sites\.0\.home: ergw-hub is no circuit/,
    ],
    [
      'a contradiction, found behind two forms of one id',
      { cards: [{ scope: TEST_ESTATE_CIRCUIT_ARM_ID }, { scope: circuit }] },
      /^cards\.1: there is a card/,
    ],
    ['an S-tag that is no VLAN id', { circuits: [{ circuit, secondStag: 4_095 }] }, /^circuits\.0\.secondStag: .*4094/],
    [
      'classes of more than the bandwidth',
      {
        circuits: [
          {
            circuit,
            classes: [
              { name: 'ef', share: 0.6 },
              { name: 'af', share: 0.5 },
            ],
          },
        ],
      },
      /^circuits\.0\.classes: .*more than all/,
    ],
    [
      'a circuit twice',
      { circuits: [{ circuit }, { circuit: TEST_ESTATE_CIRCUIT_ARM_ID }] },
      /^circuits\.1: there is a declaration/,
    ],
    ['ranges of two sites that overlap', overlapping(), /overlaps/],
    ['a body that is no JSON object', [1], /./],
  ]
  it.each(wrong)('with %s is a 400 that says so, and saves nothing', async (_, body, says) => {
    const before = (await get()).body.data.version
    const answer = await put(body)
    expect(answer.status).toBe(400)
    expect(problemSchema.parse(answer.body).detail).toMatch(says)
    expect((await get()).body.data.version).toBe(before)
  })

  it('goes on working when a declared resource is no longer known', async () => {
    const gone = await db.pool.query(`INSERT INTO resource (short_id, arm_key, arm_id, type, name, subscription_id)
      VALUES ('goneforgood', '/x', '/X', 'microsoft.network/expressroutecircuits', 'gone', 's') RETURNING id`)
    await put({ cards: [{ scope: 'goneforgood', contact: 'nobody' }] })
    await db.pool.query('DELETE FROM resource WHERE id = $1', [gone.rows[0].id])
    expect((await get()).body.data.cards).toMatchObject([{ scope: 'goneforgood' }])
    const { status } = await put({ cards: [{ scope: 'goneforgood' }, { scope: circuit }] })
    expect(status).toBe(200)
  })
})

describe('a GET', () => {
  it('reads what another process saved once it is announced, and what this one saved at once', async () => {
    getProcessHub()
    await vi.waitFor(async () => {
      await db.pool.query(`UPDATE declaration_version SET saved_by = gen_random_uuid()`)
      const [first, then] = [
        await get(),
        (await db.pool.query('UPDATE declaration_version SET saved_by = $1', ['she']), await get()),
      ]
      expect(then.body.data.updatedBy).toBe(first.body.data.updatedBy)
    })
    await announceStreamChange(db.pool, ['declarations'])
    await vi.waitFor(async () => expect((await get()).body.data.updatedBy).toBe('she'))
    await put({ cards: [] })
    expect((await get()).body.data).toMatchObject({ updatedBy: 'local', cards: [] })
    await removeHubForTests()
  })

  it('as of a moment answers with what was in force', async () => {
    const { body } = await get(`?at=${new Date(Date.now() - 60_000).toISOString()}`)
    expect(allApiEndpoints.declarations.response.parse(body)).toEqual(body)
    expect(body.data).toMatchObject({ version: 0, cards: [] })
  })

  it('of the versions lists what each changed', async () => {
    const response = await versions.GET(new Request(`${url}/versions?limit=1`), context)
    const body = await response.json()
    expect(allApiEndpoints.declarationsVersions.response.parse(body)).toEqual(body)
    expect(body.data).toMatchObject([{ savedBy: 'local', changes: [{ list: 'cards' }, { list: 'cards' }] }])
    expect(body.nextCursor).not.toBeNull()
  })
})

function overlapping() {
  return {
    sites: [
      { name: 'A', prefixes: ['10.0.0.0/8'] },
      { name: 'B', prefixes: ['10.2.0.0/16'] },
    ],
  }
}

describe('proposals', () => {
  const proposals = getHandlersOfPath('/declarations/proposals')
  const read = async () => {
    const response = await proposals.GET(new Request(`${url}/proposals`), context)
    const body = await response.json()
    expect(allApiEndpoints.proposals.response.parse(body)).toEqual(body)
    return body.data as { id: string; kind: string; evidence: string[] }[]
  }
  const accept = async (...ids: string[]) => {
    const headers = { 'content-type': 'application/json' }
    const request = new Request(`${url}/proposals`, { method: 'POST', body: JSON.stringify({ ids }), headers })
    const response = await proposals.POST(request, context)
    return { status: response.status, body: await response.json() }
  }

  beforeAll(async () => {
    const feed = createTestEstatePollRecorder(db)
    const now = Date.now()
    await put({ sites: [], watched: [] })
    await feed.summary(now - 50_000, 'primary', [createCustomerNeighbor('primary')])
    await feed.tables(now - 45_000, 'primary', [
      route('10.1.0.0/16', { nextHop: '172.16.0.1', asPath: [65001] }),
      route('10.9.0.0/16', { nextHop: '10.0.4.12', asPath: [65515] }),
    ])
    for (const [at, bytes] of [
      [1_800_000, 0n],
      [1_200_000, 750_000_000n],
      [600_000, 1_500_000_000n],
    ] as const)
      await feed.stats(now - at, [
        createCounterRows('primary', bytes, bytes),
        createCounterRows('secondary', bytes, bytes),
      ])
  })

  it('follow from the tables, the counters and the sessions of the customer’s routers', async () => {
    const all = await read()
    expect(all.map(({ id }) => id)).toEqual([
      'site London / ProvA, AS65001',
      'watched London / ProvA, AS65001',
      'reports',
    ])
    expect(all.map(({ evidence }) => evidence)).toEqual([
      ['ckt-lon: the customer’s routers announce 1 prefix from AS65001.'],
      [expect.stringMatching(/^ckt-lon carried \d+\.\d Mb\/s in the last hour\.$/)],
      ['ckt-lon, primary: the session with 172.16.0.1 (AS65001) is established, and no router reports it.'],
    ])
  })

  it('that are accepted are declared in one version, and a PUT of the former lists undoes this', async () => {
    const before = (await get()).body.data
    const { status, body } = await accept('site London / ProvA, AS65001', 'watched London / ProvA, AS65001')
    expect(status).toBe(200)
    expect(body.data).toMatchObject({
      version: before.version + 1,
      sites: [{ name: 'London / ProvA, AS65001', prefixes: ['10.1.0.0/16'] }],
      watched: [{ prefix: '10.1.0.0/16' }],
    })
    expect((await read()).map(({ kind }) => kind)).toEqual(['reports'])
    await put({ version: body.data.version, sites: before.sites, watched: before.watched })
    expect((await read()).length).toBe(3)
  })

  it('that no longer follow from the data, or have no declarations, are refused', async () => {
    for (const id of ['site nowhere', 'reports']) expect((await accept(id)).status).toBe(404)
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBirdVersion } from './rehearse/twin/running-twin.ts'
import { startSignedApi } from '#app/api/testing/signed-api.ts'
import { createClient } from '#lib/client/index.ts'
import { ACCESS_COMMAND_ACTOR, createToken } from '#lib/access/index.ts'
import { sendMessageToPostgresChannel } from '#lib/platform/notifications/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { replaceDatabaseForTests } from '#lib/questions/index.ts'
import {
  azureSide,
  createCounterRows,
  createCustomerNeighbor,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  testFieldsOfIdleSession,
  createGatewayPeer,
  route,
} from '#lib/questions/testing/estate-feed.ts'
import { formatHelp, runPeerwatch } from './run.ts'

const db = withTestDatabase()
/** The real time, because handlers use the real clock. */
const now = Date.now()
const at = (seconds: number) => new Date(now - seconds * 1_000).toISOString()
const feed = createTestEstatePollRecorder(db)
let api: Awaited<ReturnType<typeof startSignedApi>>
let token: string

beforeAll(async () => {
  replaceDatabaseForTests(db)
  await feed.inventory(now - 185_000)
  for (const ago of [184_000, 124_000, 64_000, 4_000]) {
    const isDown = ago <= 64_000
    await feed.peers(now - ago, [
      createGatewayPeer('10.0.4.12', '10.0.4.4', isDown ? testFieldsOfIdleSession : {}),
      createGatewayPeer('10.0.4.12', '10.0.4.5'),
    ])
    await feed.stats(now - ago, [createCounterRows('primary', 1n, 1n), createCounterRows('secondary', 2n, 3n)])
    for (const one of ['primary', 'secondary'] as const) {
      await feed.summary(now - ago, one, [createCustomerNeighbor(one), azureSide()])
    }
    await feed.learned(now - ago, [
      route('10.1.0.0/16'),
      ...(isDown ? [] : [route('10.2.0.0/16')]),
      route('10.3.0.0/16', { asPath: isDown ? [12076, 65001, 65001] : [12076, 65001] }),
    ])
  }
  await feed.inventory(now - 3_000)
  api = await startSignedApi(db)
  token = (
    await createToken(db.pool, {
      kind: 'api',
      role: 'viewer',
      scopes: [],
      expiresAt: null,
      maker: ACCESS_COMMAND_ACTOR,
    })
  ).token
})
afterAll(async () => {
  await api.stop()
  replaceDatabaseForTests(undefined)
})

async function run(...args: string[]) {
  return runWith({ PEERWATCH_TOKEN: token }, ...args)
}

async function runWith(env: Record<string, string>, ...args: string[]) {
  let out = ''
  let err = ''
  const code = await runPeerwatch(args, {
    env: { PEERWATCH_URL: api.origin, ...env },
    now: Date.now,
    signal: new AbortController().signal,
    out: (text) => (out += text),
    err: (text) => (err += text),
  })
  return { code, out, err }
}

describe('sessions', () => {
  it('shows one that is down, and is critical', async () => {
    const { code, out } = await run('sessions', '--scope', TEST_ESTATE_GATEWAY_ARM_ID)
    expect(code).toBe(2)
    expect(out).toMatch(/^WHERE +PATH +LOCAL +NEIGHBOR/)
    expect(out).toMatch(/ergw-hub +- +10\.0\.4\.12 +10\.0\.4\.4 +12076 +down +Idle/)
    expect(out).toMatch(/10\.0\.4\.5 +12076 +up +Established/)
  })

  it('shows it up as of a moment before', async () => {
    const { code, out } = await run('sessions', '--scope', TEST_ESTATE_GATEWAY_ARM_ID, '--at', at(130))
    expect(out).not.toMatch(/ down /)
    expect(code).toBe(0)
  })

  it('has never seen a moment before the first poll', async () => {
    expect((await run('sessions', '--scope', TEST_ESTATE_GATEWAY_ARM_ID, '--at', '2d')).code).toBe(3)
  })

  it('is JSON for scripts', async () => {
    const { out } = await run('sessions', '--scope', TEST_ESTATE_GATEWAY_ARM_ID, '--json')
    expect(JSON.parse(out)).toMatchObject({
      state: 'critical',
      data: [{ neighbor: '10.0.4.4' }, { neighbor: '10.0.4.5' }],
    })
  })
})

it('status begins with the line of a plugin, and lists what is wrong', async () => {
  const { code, out } = await run('status')
  const [first = ''] = out.split('\n')
  expect(first).toMatch(/^PEERWATCH (CRITICAL|UNKNOWN|WARNING): .*\| down=\d+/)
  expect(first.split(' ')[1]).toBe(`${['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'][code]}:`)
  expect(out).toMatch(/ergw-hub/)
})

describe('lookup', () => {
  it.each([
    {
      ip: '10.1.2.3',
      ago: 4,
      // shortly after midnight, the first time includes its date
      says: /^10\.1\.2\.3 was routed via [^\n]* \(10\.1\.0\.0\/16\)\n[^\n]* between (\d{4}-\d\d-\d\d )?\d\d:\d\d and \d\d:\d\d UTC[\s\S]*\nergw-hub +1 +ergw-hub/,
    },
    { ip: '10.2.2.3', ago: 130, says: /^10\.2\.2\.3 was routed via [^\n]* \(10\.2\.0\.0\/16\)/ },
    { ip: '10.2.2.3', ago: 10, says: /no (BGP )?route.* 10\.2\.2\.3/ },
  ])('of $ip $ago s ago', async ({ ip, ago, says }) => {
    const { out, err } = await run('lookup', ip, '--at', at(ago))
    expect(err).toBe('')
    expect(out).toMatch(says)
  })

  it('of what is no address says what to send', async () => {
    const { code, err } = await run('lookup', 'router1')
    expect([code, err.split('\n').length]).toEqual([3, 2])
    expect(err).toMatch(/^peerwatch: ip: .*address/)
  })
})

describe('diff', () => {
  it('shows what was withdrawn and what changed', async () => {
    const { out } = await run('diff', at(130), at(5), '--scope', TEST_ESTATE_GATEWAY_ARM_ID)
    expect(out).toMatch(/withdrawn +10\.2\.0\.0\/16 +ergw-hub/)
    expect(out).toMatch(/changed +10\.3\.0\.0\/16.*via 12076 65001 .*via 12076 65001 65001/)
  })

  it('of a moment with itself is nothing', async () => {
    const { code, out } = await run('diff', at(5), at(5), '--scope', TEST_ESTATE_GATEWAY_ARM_ID)
    expect(out).toMatch(/0 announced, 0 withdrawn, 0 changed, 0 undecidable\n$/)
    expect(code).toBe(0)
  })

  it('goes up to the present while tables are fresh, and a difference is a warning', async () => {
    const { code, out } = await run('diff', at(130), 'now', '--scope', TEST_ESTATE_GATEWAY_ARM_ID)
    expect(out).toMatch(/0 announced, 1 withdrawn, 1 changed, 0 undecidable\n/)
    expect(code).toBe(1)
  })

  it('says that the moments are in the wrong order', async () => {
    expect(await run('diff', 'now', '10m')).toMatchObject({
      code: 3,
      err: expect.stringMatching(/write the earlier moment first/),
    })
  })
})

describe('plan check', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-plan-'))
  const file = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text)
    return path.join(folder, name)
  }
  const weight = '{"set": {"resource": "lon-to-hub", "weight": 20}}'
  const deleted = file('delete.json', '[{"delete": {"resource": "ckt-lon"}}]')
  const nothing = file('nothing.json', `[${weight}]`)
  afterAll(() => rmSync(folder, { recursive: true }))

  it('fails where something strands, and says what', async () => {
    const { code, out } = await run('plan', 'check', deleted)
    expect(out).toMatch(/delete\.json fails: \d+ prefix(es)? cut off.*\(1 change\)/)
    expect(out).toMatch(/10\.1\.0\.0\/16 +ergw-hub +stranded/)
    expect(code).toBe(2)
  })

  it('passes what moves nothing, for a token that may only read, and writes what it is asked to', async () => {
    const [sarif, markdown] = [path.join(folder, 'a.sarif'), path.join(folder, 'a.md')]
    const { code, out } = await run('plan', 'check', nothing, '--json', '--write', sarif, '--write', markdown)
    expect(JSON.parse(out)).toMatchObject({ state: 'ok', findings: [], answer: { terms: [{ name: 'lon-to-hub' }] } })
    expect(code).toBe(0)
    expect(readFileSync(markdown, 'utf8')).toMatch(/^<!-- peerwatch plan -->\n\*\*Peerwatch: .*passes/)
    expect(JSON.parse(readFileSync(sarif, 'utf8'))).toMatchObject({ version: '2.1.0', runs: [{ results: [] }] })
  })

  it('never passes what nobody knows, unless a file names it', async () => {
    const unknown = file('unknown.json', `[${weight}, {"set": {"resource": "nobody", "weight": 1}}]`)
    const { code, out } = await run('plan', 'check', unknown)
    expect(out).toMatch(/unknown +unknown +entry 2 +no connection "nobody" is known/)
    expect(code).toBe(3)
    const odd = file('odd.json', `[${weight}, {"set": {"resource": "lon-to-hub", "colour": 1}}]`)
    expect((await run('plan', 'check', odd)).code).toBe(3)
    const ignored = file('t.json', '{"ignore": ["entry 2 colour"], "fail": {"moves": 0}}')
    expect((await run('plan', 'check', odd, '--thresholds', ignored)).code).toBe(0)
  })

  it('keeps a prediction for who may declare, and says where its outcome will stand', async () => {
    const maker = { kind: 'api', role: 'operator', scopes: [], expiresAt: null, maker: ACCESS_COMMAND_ACTOR } as const
    const { token: operator } = await createToken(db.pool, maker)
    const times = ['--from', new Date(now + 3_600_000).toISOString(), '--to', new Date(now + 7_200_000).toISOString()]
    expect((await run('plan', 'check', deleted, '--record', ...times)).err).toMatch(/declare/)
    const { err } = await runWith({ PEERWATCH_TOKEN: operator }, 'plan', 'check', deleted, '--record', ...times)
    const [, id = ''] = /recorded as (\w+);/.exec(err) ?? []
    const { data } = await createClient({ url: api.origin, token }).get('drill', {}, id)
    expect(data).toMatchObject({ title: 'Plan delete.json', state: 'announced', verdict: 'waiting' })
    const kinds = data.marks.map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['applied', 'path_lost', 'prefixes', 'nothing_else']))
    expect(kinds).not.toContain('returned')
  })

  it('refuses what is no plan, and thresholds that are none', async () => {
    const cases: [string[], RegExp][] = [
      [[file('x.json', '{"a": 1}')], /it is no plan/],
      [[path.join(folder, 'none')], /can't be read: ENOENT/],
      [[nothing, '--thresholds', file('w.json', '{"fail": {"strands": 0}}')], /measures are stranded/],
      [[nothing, '--write', 'x.pdf'], /end in \.txt/],
    ]
    for (const [args, says] of cases) {
      const { code, err } = await run('plan', 'check', ...args)
      expect([code, err]).toEqual([3, expect.stringMatching(says)])
    }
  })
})

describe('export', () => {
  it('writes CSV with a column for each field', async () => {
    const { code, out } = await run('export', 'sessions', '--scope', TEST_ESTATE_GATEWAY_ARM_ID)
    const [header = '', first = ''] = out.split('\r\n')
    expect(code).toBe(0)
    expect(header.split(',')).toEqual(
      expect.arrayContaining(['neighbor', 'verdict', 'establishedAt.notBefore', 'mapping.path']),
    )
    expect(first.split(',')[header.split(',').indexOf('neighbor')]).toBe('10.0.4.4')
  })

  it('writes a header once, however many pages there are', async () => {
    const { out } = await run('export', 'routes', '--scope', TEST_ESTATE_GATEWAY_ARM_ID, '--param', 'limit=1')
    expect(out.match(/scopeName/g)).toHaveLength(1)
    expect(out.trimEnd().split('\r\n')).toHaveLength(3)
  })

  it('says of a past time in each row whether a later poll may change it', async () => {
    const at = new Date(Date.now() - 60_000).toISOString()
    const columnOf = (text: string) =>
      text
        .trimEnd()
        .split('\r\n')
        .map((line) => line.split(',').at(-1))
    const { out } = await run('export', 'sessions', '--scope', TEST_ESTATE_GATEWAY_ARM_ID, '--at', at)
    const [header, ...values] = columnOf(out)
    expect([header, new Set(values).size, /^(true|false)$/.test(values[0] ?? '')]).toEqual(['settled', 1, true])
    expect(columnOf((await run('export', 'sessions', '--scope', TEST_ESTATE_GATEWAY_ARM_ID)).out)[0]).not.toBe(
      'settled',
    )
  })

  it('names the lists that there are', async () => {
    expect((await run('export', 'weather')).err).toMatch(/write .*circuits, .*sessions/)
  })
})

describe('events', () => {
  it('shows what happened', async () => {
    expect((await run('events')).out).toMatch(/session_down +ergw-hub +10\.0\.4\.12~10\.0\.4\.4/)
  })

  it('--follow prints an event when it is raised', { timeout: 30_000 }, async () => {
    const child = spawn(process.execPath, [path.resolve('bin/peerwatch.mjs'), 'events', '--follow', '--json'], {
      env: { ...process.env, PEERWATCH_URL: api.origin, PEERWATCH_TOKEN: token },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    const printed = async (neighbor: string) =>
      expect.poll(() => out, { timeout: 20_000 }).toMatch(new RegExp(`"session_down".*10\\.0\\.4\\.12~${neighbor}`))
    try {
      await printed('10.0.4.4')
      await feed.peers(Date.now() - 2_000, [
        createGatewayPeer('10.0.4.12', '10.0.4.4', testFieldsOfIdleSession),
        createGatewayPeer('10.0.4.12', '10.0.4.5', testFieldsOfIdleSession),
      ])
      const change = { topics: ['events'], scope: null, at: new Date().toISOString() }
      // repeat until it is received, because LISTEN may not be in place yet
      const saying = setInterval(() => void sendMessageToPostgresChannel(db, 'peerwatch', JSON.stringify(change)), 200)
      await printed('10.0.4.5').finally(() => clearInterval(saying))
    } finally {
      const ended = once(child, 'exit')
      child.kill('SIGINT')
      expect(await ended).toEqual([0, null])
    }
    expect(out.match(/10\.0\.4\.12~10\.0\.4\.4"/g)?.length).toBe(1)
  })
})

describe('what goes wrong is one line, and unknown', () => {
  it.each<{ name: string; env: Record<string, string>; args: string[]; says: RegExp }>([
    { name: 'no token', env: { PEERWATCH_TOKEN: '' }, args: ['status'], says: /asks for a token: set PEERWATCH_TOKEN/ },
    { name: 'a wrong one', env: { PEERWATCH_TOKEN: 'pw_no' }, args: ['status'], says: /not valid/ },
    {
      name: 'no server',
      env: { PEERWATCH_URL: 'http://127.0.0.1:2' },
      args: ['status'],
      says: /can't be reached \(ECONNREFUSED\)/,
    },
    {
      name: 'no address',
      env: { PEERWATCH_URL: 'peerwatch' },
      args: ['status'],
      says: /not an address: set PEERWATCH_URL/,
    },
    { name: 'no such command', env: {}, args: ['peers'], says: /write status, sessions/ },
    {
      name: 'an option of another command',
      env: {},
      args: ['status', '--follow'],
      says: /status has no option --follow/,
    },
    { name: 'an option that is none', env: {}, args: ['status', '--colour'], says: /colour.*--help/ },
    { name: 'nothing to rehearse', env: {}, args: ['rehearse'], says: /--plan FILE, --lose LIST or both/ },
    {
      name: 'a loss that is none',
      env: {},
      args: ['rehearse', '--lose', 'nobody'],
      says: /lose: nothing is known.*nobody/,
    },
    { name: 'a word too many', env: {}, args: ['lookup', '10.0.0.1', 'x'], says: /lookup takes IP/ },
    { name: 'a scope that is none', env: {}, args: ['sessions', '--scope', 'nowhere'], says: /nowhere/ },
  ])('$name', async ({ env, args, says }) => {
    const { code, out, err } = await runWith({ PEERWATCH_TOKEN: token, ...env }, ...args)
    expect(code).toBe(3)
    expect(out).toBe('')
    expect(err).toMatch(says)
    expect(err.match(/\n/g)).toHaveLength(1)
  })
})

it.skipIf('why' in findBirdVersion())('rehearses a loss on routers of the tables that the API gives', async () => {
  const { code, out } = await run('rehearse', '--lose', TEST_ESTATE_GATEWAY_ARM_ID, '--json')
  const { state, done, result } = JSON.parse(out)
  expect({ code, state, done }).toEqual({ code: 0, state: 'ok', done: ['ergw-hub is lost'] })
  expect(result).toMatchObject({ after: { compared: 2, differences: [] }, notPlayed: [] })
  const lost = result.moved.map((one: { prefix: string; routers: unknown }) => [one.prefix, one.routers])
  expect(lost).toEqual([
    ['10.1.0.0/16', null],
    ['10.3.0.0/16', null],
  ])
})

it('explains itself', async () => {
  expect((await run('--help')).out).toBe(formatHelp())
  expect(await run('lookup', '--help')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/usage: peerwatch lookup IP/),
  })
  expect((await run()).code).toBe(3)
})

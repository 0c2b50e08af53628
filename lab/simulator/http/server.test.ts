import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'
import { createClock } from '../clock.ts'
import { answeringAtOnce, parseSimulatorScenario } from '../scenario.ts'
import { oneCircuitScenario } from '../scenarios/pair.ts'
import { TEST_TIMELINE_ORIGIN, ONE_CIRCUIT_GROUP_ARM_ID } from '../testing.ts'
import { type RunningSimulator, startSimulator } from './server.ts'

const PEERS = `${ONE_CIRCUIT_GROUP_ARM_ID}/virtualNetworkGateways/gw-pair/getBgpPeerStatus?api-version=1`
let running: RunningSimulator | undefined
let elapsed = 0
afterEach(async () => {
  await running?.close()
  running = undefined
  elapsed = 0
})

async function start(): Promise<RunningSimulator> {
  const scenario = answeringAtOnce(parseSimulatorScenario(oneCircuitScenario))
  running = await startSimulator({
    scenario,
    clock: createClock(TEST_TIMELINE_ORIGIN, 1, () => elapsed),
    identityHeader: 'secret',
  })
  return running
}
const control = (url: string, path: string, body?: object, headers: Record<string, string> = {}) =>
  fetch(`${url}/_control/${path}`, body ? { method: 'POST', body: JSON.stringify(body), headers } : { headers })

async function token(url: string): Promise<Record<string, string>> {
  const given = await fetch(`${url}/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com`, {
    headers: { 'x-identity-header': 'secret' },
  })
  const { access_token } = (await given.json()) as { access_token: string }
  return { authorization: `Bearer ${access_token}` }
}

it('gives tokens to who knows the header, and takes them', async () => {
  const { url } = await start()
  expect((await fetch(`${url}/msi/token?resource=x`, { headers: { 'x-identity-header': 'wrong' } })).status).toBe(401)
  expect((await fetch(`${url}/msi/token?resource=x`)).status).toBe(400)
  const peers = await fetch(`${url}${PEERS}`, { method: 'POST', headers: await token(url) })
  expect(peers.status).toBe(200)
})

describe('at the control desk', () => {
  it('a session is lost now, comes back after its seconds, and the truth says when', async () => {
    const { url } = await start()
    const headers = await token(url)
    const state = async () => {
      const peers = (await (await fetch(`${url}${PEERS}`, { method: 'POST', headers })).json()) as {
        value: { localAddress: string; neighbor: string; state: string }[]
      }
      return peers.value.find((r) => r.localAddress === '10.0.4.12' && r.neighbor === '10.0.4.4')?.state
    }
    elapsed = 10_000
    const done = await control(url, 'happenings', {
      op: 'session-loss',
      gateway: 'gw-pair',
      instance: '10.0.4.12',
      neighbor: '10.0.4.4',
      seconds: 40,
    })
    expect(await done.json()).toEqual({
      id: 'control-1',
      at: '2026-11-18T12:00:10.000Z',
      until: '2026-11-18T12:00:50.000Z',
    })
    expect(await state()).toBe('Connecting')
    elapsed = 50_000
    expect(await state()).toBe('Connected')
    const truth = (await (await control(url, 'truth')).json()) as { sessions: object[] }
    expect(truth.sessions).toEqual([
      {
        key: 'gw-pair/10.0.4.12~10.0.4.4',
        kind: 'peer',
        gateway: 'gw-pair',
        localAddress: '10.0.4.12',
        neighbor: '10.0.4.4',
        down: [{ from: '2026-11-18T12:00:10.000Z', until: '2026-11-18T12:00:50.000Z' }],
      },
    ])
  })

  it('restore ends what was begun, and changes nothing before', async () => {
    const { url, world } = await start()
    const domain = world().topology.domains[0]
    elapsed = 1_000
    await control(url, 'happenings', { op: 'cut-path', circuit: 'erc-pair', path: 'both', detection: '5s' })
    elapsed = 61_000
    const before =
      domain &&
      world()
        .counters(domain)
        .passed('edge:erc-pair/AzurePrivatePeering/primary/in', TEST_TIMELINE_ORIGIN + 60_000)
    expect(((await (await control(url, 'state')).json()) as { active: { id: string }[] }).active).toMatchObject([
      { id: 'control-1' },
    ])
    expect(await (await control(url, 'restore', {})).json()).toEqual({
      at: '2026-11-18T12:01:01.000Z',
      ended: ['control-1'],
    })
    elapsed = 90_000
    expect(((await (await control(url, 'state')).json()) as { active: object[] }).active).toEqual([])
    expect(
      domain &&
        world()
          .counters(domain)
          .passed('edge:erc-pair/AzurePrivatePeering/primary/in', TEST_TIMELINE_ORIGIN + 60_000),
    ).toBe(before)
  })

  it.each([
    [{ op: 'cut-path', circuit: 'nope', path: 'primary' }, 'circuit: no circuit is called "nope"'],
    [{ op: 'cut-path', circuit: 'erc-pair', path: 'primary', seconds: -1 }, 'seconds: '],
    [{ op: 'session-loss', gateway: 'gw-pair', neighbor: '10.9.9.9' }, 'has no effect'],
    [{ op: 'api-fault', fault: 'nope' }, 'fault: '],
  ])('refuses %o in a line', async (body, line) => {
    const { url } = await start()
    const given = await control(url, 'happenings', body)
    expect(given.status).toBe(400)
    expect(((await given.json()) as { faults: string[] }).faults.join()).toContain(line)
  })

  it('lets pages of this machine in and others not', async () => {
    const { url } = await start()
    const local = await control(url, 'state', undefined, { origin: 'http://localhost:3000' })
    expect(local.headers.get('access-control-allow-origin')).toBe('http://localhost:3000')
    expect((await control(url, 'state', undefined, { origin: 'https://example.com' })).status).toBe(403)
  })
})

describe('a bad answer', () => {
  const faulty = async (fault: string) => {
    const { url } = await start()
    const headers = await token(url)
    await control(url, 'happenings', { op: 'api-fault', fault })
    return (signal?: AbortSignal) => fetch(`${url}${PEERS}`, { method: 'POST', headers, signal: signal ?? null })
  }
  it('half a body breaks off in the middle', async () => {
    const send = await faulty('half-body')
    const given = await send()
    expect(given.status).toBe(200)
    await expect(given.text()).rejects.toThrow(/terminated/)
  })
  it('a reset is a reset', async () => {
    const send = await faulty('reset')
    await expect(send()).rejects.toThrow(/fetch failed/)
  })
  it('nothing is nothing, until the client gives up', async () => {
    const send = await faulty('nothing')
    await expect(send(AbortSignal.timeout(150))).rejects.toThrow(/aborted|timeout/i)
  })
})

describe('the command', () => {
  const command = (...args: string[]) =>
    spawn(process.execPath, [join(import.meta.dirname, '../../../bin/simulate.ts'), ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })

  it('says where it listens on its first line, and goes on SIGTERM', async () => {
    const child = command('--scenario', 'pair')
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
    const { event, url } = JSON.parse(line) as { event: string; url: string }
    expect(event).toBe('listening')
    expect((await fetch(`${url}/_control/state`)).status).toBe(200)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('takes a profile and its choices, and refuses others', async () => {
    const child = command(
      '--scenario',
      'pair',
      '--profile',
      'azure',
      '--headers',
      'arm',
      '--conflicts',
      '0',
      '--counts-posts',
    )
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    await lines.next()
    const { value: said } = await lines.next()
    expect(said).toMatch(/^simulate: pair at .*, profile azure$/)
    child.kill('SIGTERM')
    await once(child, 'exit')
    const wrong = command('--profile', 'slow', '--headers', 'some', '--conflicts', '2')
    const faults: string[] = []
    createInterface(wrong.stderr).on('line', (line) => faults.push(line))
    expect(await once(wrong, 'close')).toEqual([1, null])
    expect(faults).toEqual([
      'simulate: --profile slow: none of quick, azure',
      'simulate: --headers some: none of all, arm, levels, none',
      'simulate: --conflicts 2: not a share from 0 to 1',
    ])
  })

  it('goes when its parent goes', async () => {
    const child = command('--scenario', 'pair', '--with-parent')
    await once(createInterface(child.stdout), 'line')
    child.stdin.end()
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('one line for each fault of a file, and exit code 1', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'scenario-')), 'bad.json')
    await writeFile(file, JSON.stringify({ ...oneCircuitScenario, name: 'no good', past: 'soon' }))
    const child = command('--scenario', file)
    const lines: string[] = []
    createInterface(child.stderr).on('line', (line) => lines.push(line))
    expect(await once(child, 'close')).toEqual([1, null])
    expect(lines).toEqual([
      expect.stringMatching(/^simulate: name: /),
      expect.stringMatching(/^simulate: past: expected a duration/),
    ])
  })
})

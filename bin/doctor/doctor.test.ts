import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { setupCheckIds, createSetupResult } from '#lib/contract/index.ts'
import { listRoleActions } from '#lib/azure/permissions.ts'
import { nodeEnvironment } from '#lib/platform/testing/node-environment.ts'
import { oneCircuitScenario, parseSimulatorScenario, startSimulator } from '#lab/simulator/index.ts'
import { judgeProxySettings } from './proxy.ts'
import { formatDoctorResults } from './doctor-text.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const clean = { ...nodeEnvironment(), DATA_DIR: path.join(tmpdir(), 'peerwatch-doctor-none') }

/** Runs the command like `npm run doctor`. */
async function doctor(args: string[], environment: Record<string, string> = {}) {
  const run: Promise<{ stdout: string; code?: number }> = promisify(execFile)(
    process.execPath,
    ['bin/run.mjs', 'doctor', ...args],
    { cwd: ROOT, env: { NODE_ENV: 'test', ...clean, ...environment } },
  )
  // Node reports an exit code other than 0 as an error
  const { stdout, code = 0 } = await run.catch((error: { stdout: string; code: number }) => error)
  return { stdout, code }
}

it('names a wrong variable, asks Azure nothing then, and exits with 1', async () => {
  const { stdout, code } = await doctor(['--json'], { PORT: 'many', DATABASE_URL: 'postgresql://127.0.0.1:1/none' })
  const { ok, results } = JSON.parse(stdout)
  expect(code).toBe(1)
  expect(ok).toBe(false)
  expect(results.map(({ id }: { id: string }) => id)).toEqual(setupCheckIds)
  const of = (id: string) => results.find((result: { id: string }) => result.id === id)
  expect(of('environment')).toMatchObject({ state: 'fail', lines: [expect.stringMatching(/^PORT: /)] })
  expect(of('database').state).toBe('fail')
  expect(of('arm')).toMatchObject({ state: 'skip', detail: 'Azure was not asked.' })
})

it('prints the role for the configured subscriptions, and nothing else', async () => {
  const id = '11111111-2222-3333-4444-555555555555'
  const { stdout, code } = await doctor(['--role'], { AZURE_SUBSCRIPTION_IDS: id })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    Name: 'Peerwatch',
    Actions: listRoleActions(),
    AssignableScopes: [`/subscriptions/${id}`],
  })
})

it('asks each of several identities by itself, and names what one lacks that another has', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'doctor-identities-'))
  const client = (n: number) => `3f2504e0-4f89-41d3-9a0c-0305e82c330${n}`
  const refused = {
    op: 'api-fault',
    fault: '403',
    operation: 'gateway.learned',
    principal: client(2),
    at: '+0s',
  } as const
  const azure = await startSimulator({
    scenario: parseSimulatorScenario({ ...oneCircuitScenario, happenings: [refused] }),
  })
  try {
    const own = { tenantId: 'contoso.com', authorityHost: azure.url, subscriptions: '*' }
    const identities = [
      { ...own, name: 'first', clientId: client(1), clientSecret: 'secret-of-the-first' },
      { ...own, name: 'second', clientId: client(2), clientSecret: 'secret-of-the-second' },
      { ...own, name: 'third', clientId: client(3), clientSecret: 'wrong-secret-of-the-third' },
    ]
    const file = path.join(folder, 'identities.json')
    writeFileSync(file, JSON.stringify({ identities }), { mode: 0o600 })
    const { stdout } = await doctor(['--json'], {
      AZURE_IDENTITIES_FILE: file,
      AZURE_RESOURCE_MANAGER_URL: azure.url,
      DATABASE_URL: 'postgresql://127.0.0.1:1/none',
    })
    expect(stdout).not.toMatch(/secret-of/)
    const { results } = JSON.parse(stdout)
    const of = (id: string) => results.find((result: { id: string }) => result.id === id)
    expect(of('login')).toMatchObject({ state: 'fail', detail: '1 of 3 identities has no token that Azure takes.' })
    expect(of('login').lines[1]).toBe(
      `second (tenant contoso.com, client ${client(2)}): sees ${oneCircuitScenario.subscriptions[0]?.id}`,
    )
    expect(of('rights').lines).toEqual([
      `identity second, subscription ${oneCircuitScenario.subscriptions[0]?.id}, refused: Learned`,
      '  Microsoft.Network/virtualNetworkGateways/getlearnedroutes/action',
    ])
    expect(of('rights').commands.at(-1)).toContain(`--assignee ${client(2)} `)
    expect(of('found').state).toBe('pass')
    const role = await doctor(['--role'], { AZURE_IDENTITIES_FILE: file, AZURE_RESOURCE_MANAGER_URL: azure.url })
    expect(JSON.parse(role.stdout).AssignableScopes).toEqual([
      `/subscriptions/${oneCircuitScenario.subscriptions[0]?.id}`,
    ])
  } finally {
    rmSync(folder, { recursive: true })
    await azure.close()
  }
})

const PROXIED = { access: 'required', host: '127.0.0.1', port: 3000, publicUrl: null, trustProxy: false } as const
const SEEN = new Date('2026-11-20T03:12:00Z')
it.each([
  [{ access: 'open' }, SEEN, 'skip', /nobody signs in/],
  [{}, null, 'pass', /no request came through one/],
  [{}, SEEN, 'warn', /2026-11-20 03:12 UTC\), and is not trusted/],
  [{ publicUrl: 'https://noc.example' }, null, 'warn', /PUBLIC_URL says so\), and is not trusted/],
  [{ publicUrl: 'https://noc.example', trustProxy: true }, SEEN, 'pass', /on this machine alone/],
  [{ host: '0.0.0.0', trustProxy: true }, null, 'warn', /whoever reaches 0\.0\.0\.0:3000/],
] as const)('a proxy: %j, seen %j: %s', (more, seenAt, state, words) => {
  const result = judgeProxySettings({ ...PROXIED, ...more }, seenAt)
  expect([result.state, result.detail]).toEqual([state, expect.stringMatching(words)])
  expect(result.remedy === null).toBe(state !== 'warn')
})

it('writes a line for each check, with what to do below it, and checks that were not made for one reason together', () => {
  const text = formatDoctorResults([
    createSetupResult('node', 'pass', 'Node 24.'),
    createSetupResult('rights', 'fail', 'One is missing.', {
      lines: ['x/read'],
      remedy: 'Grant it.',
      commands: ['az x'],
    }),
    createSetupResult('metrics', 'skip', 'Not asked.'),
    createSetupResult('intervals', 'skip', 'Not asked.'),
  ])
  expect(text).toBe(
    [
      'ok    Node: Node 24.',
      'FAIL  Rights: One is missing.',
      '        x/read',
      '      > Grant it.',
      '        $ az x',
      '-     Metrics, Intervals: Not asked.',
      '',
      '1 ok, 0 with a warning, 1 failed, 2 not checked',
      '',
    ].join('\n'),
  )
})

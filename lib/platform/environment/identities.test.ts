import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkEnvironment } from '../environment.ts'
import { maskSecretsInLine } from '../secrets.ts'
import { loadSettings } from '../settings.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'identities-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = path.join(folder, 'identities.json')
const id = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'
const SECRET = 'a-secret~of.Contoso'
const good = { name: 'contoso', tenantId: id, clientId: id, clientSecret: SECRET, subscriptions: '*' }

function write(content: unknown, mode = 0o600): Record<string, string> {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  chmodSync(file, mode)
  return { AZURE_IDENTITIES_FILE: 'identities.json' }
}

const check = (environment: Record<string, string>) => checkEnvironment(environment, { root: folder, dotenv: null })
const faultsOf = (content: unknown) => {
  const checked = check(write(content))
  return checked.ok ? [] : checked.faults
}

it('reads an identity by secret, by federated token and by certificate', () => {
  writeFileSync(path.join(folder, 'token'), 'x')
  writeFileSync(path.join(folder, 'key.pem'), 'x')
  const { clientSecret: _, ...bare } = good
  const content = {
    identities: [
      good,
      { ...bare, name: 'fabrikam', federatedTokenFile: 'token', subscriptions: [id.toUpperCase()] },
      { ...bare, name: 'gov', certificateFile: 'key.pem', authorityHost: 'https://login.microsoftonline.us/' },
    ],
  }
  const { ok, settings } = check(write(content))
  expect(ok).toBe(true)
  expect(settings).toMatchObject({ demo: false, warnings: [] })
  expect(settings.azure.identities).toMatchObject([
    { name: 'contoso', tenantId: id, clientId: id, clientSecret: SECRET, subscriptions: 'all', authorityHost: null },
    { name: 'fabrikam', clientSecret: null, federatedTokenFile: path.join(folder, 'token'), subscriptions: [id] },
    { certificateFile: path.join(folder, 'key.pem'), authorityHost: 'https://login.microsoftonline.us' },
  ])
})

it('warns of a file that others can read', () => {
  const { ok, settings } = check(write({ identities: [good] }, 0o644))
  expect(ok).toBe(true)
  expect(settings.warnings).toEqual([
    `AZURE_IDENTITIES_FILE: ${file} is readable by other users of this machine (mode 0644): chmod 600 ${file}`,
  ])
})

describe('a fault names its place, says what to do and shows no secret', () => {
  const { name: _, ...nameless } = good
  const { clientSecret: __, ...proofless } = good
  const cases: [string, unknown, RegExp[]][] = [
    ['broken JSON', `{"identities": [\n{"clientSecret": "${SECRET}",, }]}`, [/is not JSON \(line 2\): write it as/]],
    ['JSON that breaks off', `{"identities": [{"clientSecret": "${SECRET}`, [/is not JSON/]],
    ['no list', { clientSecret: SECRET }, [/has no identities: write it like/]],
    ['an empty list', { identities: [] }, [/has no identities/]],
    ['no object', { identities: [SECRET] }, [/identities\[0\] is no object/, /subscriptions is no list/]],
    ['an unknown field', { identities: [{ ...good, secret: SECRET }] }, [/\[0\] has "secret", which is unknown: use/]],
    ['no name', { identities: [nameless] }, [/\[0\]\.name is missing/]],
    ['the name of the environment’s own', { identities: [{ ...good, name: 'default' }] }, [/choose another/]],
    ['a name twice', { identities: [good, good] }, [/\[1\]\.name "contoso" is there twice/]],
    ['no proof', { identities: [proofless] }, [/\[0\] has no proof: give clientSecret, or federatedTokenFile/]],
    [
      'two proofs',
      { identities: [{ ...good, certificateFile: 'identities.json' }] },
      [/has clientSecret and certificateFile: give one/],
    ],
    ['a proof that is no text', { identities: [{ ...good, clientSecret: 12_345_678 }] }, [/put it into quotes/]],
    ['a short secret', { identities: [{ ...good, clientSecret: 'abc' }] }, [/clientSecret is too short/]],
    ['a file that is not there', { identities: [{ ...proofless, certificateFile: 'no.pem' }] }, [/no\.pem.*ENOENT/]],
    ['a bad tenant', { identities: [{ ...good, tenantId: 'a b' }] }, [/tenantId "a b" is not a tenant/]],
    ['a bad client', { identities: [{ ...good, clientId: 'x' }] }, [/clientId "x" is not an id/]],
    ['plain http', { identities: [{ ...good, authorityHost: 'http://login.example' }] }, [/plain http/]],
    ['no subscriptions', { identities: [{ ...good, subscriptions: [] }] }, [/subscriptions is no list/]],
    ['a bad subscription', { identities: [{ ...good, subscriptions: ['x'] }] }, [/"x" is not a subscription id/]],
  ]
  it.each(cases)('%s', (_case, content, expected) => {
    const faults = faultsOf(content)
    expect(faults).toHaveLength(expected.length)
    for (const [n, pattern] of expected.entries()) {
      expect(faults[n]).toMatch(pattern)
      expect(faults[n]).toMatch(/^AZURE_IDENTITIES_FILE: /)
    }
    for (const fault of faults) expect(fault).not.toMatch(/a-secret|12345678/)
  })

  it('no file', () => {
    const checked = check({ AZURE_IDENTITIES_FILE: 'nowhere.json' })
    expect(checked.ok ? [] : checked.faults).toEqual([
      `AZURE_IDENTITIES_FILE: ${path.join(folder, 'nowhere.json')} can't be read (ENOENT): name a file that this user may read`,
    ])
  })
})

it('secrets are masked from the start on', () => {
  const environment = write({ identities: [good] })
  loadSettings({ ...environment, DATABASE_URL: 'postgresql://u:p@127.0.0.1/d' }, folder)
  expect(maskSecretsInLine(`the secret is ${SECRET}`)).not.toContain(SECRET)
})

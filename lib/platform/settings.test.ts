import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { maskSecretsInLine } from './secrets.ts'
import { loadSettings, readAvailableSettings, SettingsError } from './settings.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'peerwatch-settings-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const url = 'postgresql://u:correct-horse@db.example/peers'
const running = (values: Record<string, string>) => {
  mkdirSync(path.join(root, '.data/run'), { recursive: true })
  writeFileSync(path.join(root, '.data/run/environment.json'), JSON.stringify(values))
}

describe('settings of a process', () => {
  it('complete its environment from .env, for libraries that read it themselves', () => {
    writeFileSync(path.join(root, '.env'), `DATABASE_URL=${url}\nAZURE_TENANT_ID=contoso.com\nPORT=4000\n`)
    const environment: Record<string, string | undefined> = { PORT: '5000' }
    expect(loadSettings(environment, root)).toMatchObject({ databaseUrl: url, port: 5000 })
    expect(environment).toMatchObject({ AZURE_TENANT_ID: 'contoso.com', PORT: '5000' })
  })

  it('mask secrets in logs', () => {
    loadSettings(
      {
        DATABASE_URL: url,
        AZURE_CLIENT_SECRET: 'battery-staple',
        AZURE_TENANT_ID: 'x',
        AZURE_CLIENT_ID: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
      },
      root,
    )
    expect(maskSecretsInLine('a correct-horse and a battery-staple')).toBe('a [redacted] and a [redacted]')
  })

  it.each([
    ['a variable has a fault', { PORT: 'x' }],
    ['no database is set', { DATABASE_URL: '' }],
  ])('mask secrets in logs even if %s', (_, fault) => {
    const secrets = {
      DATABASE_URL: `postgresql://u:password-of-${_.length}@db.example/peers`,
      DATABASE_ADMIN_URL: `postgresql://u:administrator-${_.length}@db.example/peers`,
      OIDC_CLIENT_SECRET: `of-sign-in-${_.length}`,
    }
    const text = ` administrator-${_.length} of-sign-in-${_.length}`
    expect(() => loadSettings({ ...secrets, ...fault }, root)).toThrow(SettingsError)
    expect(maskSecretsInLine(text)).toBe(' [redacted] [redacted]')
  })

  it('mask secrets of checks before the first start even if a variable has a fault', () => {
    const { faults } = readAvailableSettings({ DATABASE_URL: 'postgresql://u:of-a-check@db/peers', PORT: 'x' }, root)
    expect(faults).toHaveLength(1)
    expect(maskSecretsInLine('of-a-check')).toBe('[redacted]')
  })

  it('are those of the running instance if no database is set', () => {
    running({
      DATABASE_URL: url,
      PEERWATCH_ESTATE: 'simulator',
      AZURE_SUBSCRIPTION_IDS: '*',
      IDENTITY_ENDPOINT: 'http://127.0.0.1:1/t',
      IDENTITY_HEADER: 'secret-header',
    })
    const environment: Record<string, string | undefined> = {}
    expect(loadSettings(environment, root)).toMatchObject({
      databaseUrl: url,
      demo: true,
      azure: { subscriptions: 'all' },
    })
    expect(environment.IDENTITY_HEADER).toBe('secret-header')
  })

  it('are not the running instance’s if a database is set', () => {
    running({ DATABASE_URL: 'postgresql://other/db', AZURE_SUBSCRIPTION_IDS: '*' })
    expect(loadSettings({ DATABASE_URL: url }, root)).toMatchObject({ databaseUrl: url, azure: { subscriptions: [] } })
  })

  it('are refused with a line for each fault', () => {
    expect(() => loadSettings({ PORT: 'x', HOST: '!' }, root)).toThrow(SettingsError)
    expect(() => loadSettings({ PORT: 'x', HOST: '!' }, root)).toThrow(/^HOST: .*\nPORT: /)
  })

  it('are refused without any database', () => {
    expect(() => loadSettings({}, root)).toThrow(/^DATABASE_URL: not set, and no embedded database runs here/)
  })
})

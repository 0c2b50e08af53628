import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkEnvironment } from '../environment.ts'
import { findServiceUsers } from './service-users.ts'
import { findFirstUnreadable, findSystemUser } from './system-user.ts'

const isRoot = process.getuid?.() === 0
const id = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'

let folder: string
let root: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-users-'))
  chmodSync(folder, 0o755)
  root = path.join(folder, 'clone')
  for (const name of [
    'bin',
    'lib/platform/generated/prisma',
    'prisma/migrations',
    'node_modules/next',
    'node_modules/pg',
    '.next',
  ]) {
    mkdirSync(path.join(root, name), { recursive: true })
  }
  for (const name of [
    'bin/worker.ts',
    'lib/platform/generated/prisma/client.ts',
    'node_modules/next/package.json',
    'node_modules/pg/package.json',
    '.next/BUILD_ID',
  ]) {
    writeFileSync(path.join(root, name), '')
  }
  mkdirSync(path.join(root, '.data/run'), { recursive: true })
  // substitute for Node.js, because the real binary may be in a folder that only root may read
  writeFileSync(path.join(folder, 'node'), '')
})
afterEach(() => rmSync(folder, { recursive: true }))

function usersOf(environment: Record<string, string> = {}) {
  const values = { HOME: folder, AZURE_CONFIG_DIR: path.join(folder, '.azure'), ...environment }
  const checked = checkEnvironment(values, { root, dotenv: null })
  if (!checked.ok) throw new Error(checked.faults.join('\n'))
  return findServiceUsers({ root, settings: checked.settings, values, node: path.join(folder, 'node') })
}

const azure = { AZURE_SUBSCRIPTION_IDS: '*' }

/** Creates a file that only root may read, and returns its path. */
function closed(name: string): string {
  const file = path.join(folder, name)
  writeFileSync(file, '')
  chmodSync(file, 0o600)
  return file
}

describe.runIf(isRoot)('services that root starts', () => {
  it('run as users without rights, worker and web each as its own', () => {
    const { worker, web, notes } = usersOf()
    expect(notes).toEqual([])
    expect(worker).toEqual(findSystemUser('peerwatch'))
    expect(web).toEqual(findSystemUser('peerwatch-web'))
    const ids = [worker?.uid ?? 0, web?.uid ?? 0]
    expect(Math.min(...ids)).toBeGreaterThan(0)
    expect(ids[0]).not.toBe(ids[1])
  })

  it('keep root’s groups no more than its rights', () => {
    const { web } = usersOf()
    if (!web) throw new Error('it keeps the rights')
    const groups = spawnSync('id', ['-G'], { uid: web.uid, gid: web.gid, encoding: 'utf8' }).stdout.trim()
    expect(groups).toBe(String(web.gid))
  })

  it('keep running as root in a folder that others can’t enter, and say so in one line', () => {
    chmodSync(folder, 0o700)
    expect(usersOf()).toEqual({
      worker: null,
      web: null,
      notes: [`worker and web run as root: another user can't read ${root} (docs/operations.md, System users)`],
    })
  })

  it.each([
    { name: 'node_modules/pg/package.json', folder: 'node_modules/pg' },
    { name: '.data/run', folder: '.data/run' },
  ])('keep running as root where they could not read $name', ({ name, folder: shut }) => {
    chmodSync(path.join(root, shut), 0o700)
    const { worker, web, notes } = usersOf()
    expect([worker, web]).toEqual([null, null])
    expect(notes).toEqual([expect.stringContaining(`another user can't read ${path.join(root, name)} `)])
  })

  it('keep it for the web alone where others could not read the build, or there is none yet', () => {
    chmodSync(path.join(root, '.next'), 0o700)
    const closed = usersOf()
    expect(closed).toEqual({
      worker: findSystemUser('peerwatch'),
      web: null,
      notes: [
        `web runs as root: another user can't read ${path.join(root, '.next/BUILD_ID')} (docs/operations.md, System users)`,
      ],
    })
    rmSync(path.join(root, '.next'), { recursive: true })
    expect(usersOf()).toEqual(closed)
  })

  it('keep it where the database may go by the system’s user', () => {
    const { worker, web, notes } = usersOf({ ...azure, DATABASE_URL: 'postgresql:///peers?host=/run/postgresql' })
    expect([worker, web]).toEqual([null, null])
    expect(notes).toEqual([expect.stringMatching(/^worker and web run as root: DATABASE_URL has no password/)])
    expect(usersOf({ ...azure, DATABASE_URL: 'postgresql://u:p@h/peers' }).notes).toEqual([])
  })

  const worker: { name: string; environment: () => Record<string, string> }[] = [
    { name: 'a token file', environment: () => ({ AZURE_FEDERATED_TOKEN_FILE: closed('token') }) },
    { name: 'a certificate', environment: () => ({ AZURE_CLIENT_CERTIFICATE_PATH: closed('certificate') }) },
    { name: 'a sign-in by az', environment: () => ({ AZURE_CONFIG_DIR: closed('.azure') }) },
  ]
  it.each(worker)('keep it for the worker alone where $name is root’s', ({ environment }) => {
    const values = environment()
    const users = usersOf({ ...azure, ...values })
    expect(users.worker).toBeNull()
    expect(users.web?.uid).toBeGreaterThan(0)
    expect(users.notes).toEqual([
      `worker runs as root: another user can't read ${Object.values(values)[0]} (docs/operations.md, System users)`,
    ])
    // in the demo no process reads it
    expect(usersOf(values).notes).toEqual([])
  })

  it('give it up where a secret is given in place of a sign-in by az', () => {
    closed('.azure')
    const given = { AZURE_TENANT_ID: id, AZURE_CLIENT_ID: id, AZURE_CLIENT_SECRET: 'secret' }
    expect(usersOf({ ...azure, ...given }).notes).toEqual([])
  })

  it('keep it for the web alone where its port needs it', () => {
    const { worker, web, notes } = usersOf({ PORT: '80' })
    // a container may let every user use these ports
    if (web !== null) return expect(notes).toEqual([])
    expect(worker?.uid).toBeGreaterThan(0)
    expect(notes).toEqual([expect.stringMatching(/^web runs as root: PORT 80 needs its rights/)])
  })
})

it.runIf(isRoot)('a file is read as the user whom it is asked for', () => {
  const nobody = findSystemUser('nobody')
  if (!nobody) throw new Error('there is no user "nobody"')
  expect(findFirstUnreadable(nobody, ['/', '/etc/passwd'])).toBeNull()
  expect(findFirstUnreadable(nobody, ['/', '/etc/shadow'])).toBe('/etc/shadow')
})

it.runIf(!isRoot)('services of another user run as that user', () => {
  expect(usersOf()).toEqual({ worker: null, web: null, notes: [] })
})

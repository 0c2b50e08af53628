import { spawnSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'

const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-provenance-'))
const repository = path.join(folder, 'repository')
const archive = path.join(folder, 'peerwatch-9.9.9.tgz')
const statement = `${archive}.intoto.jsonl`
const git = (...args: string[]) =>
  spawnSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], {
    cwd: repository,
    encoding: 'utf8',
  })

function provenance(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/provenance.ts', ...args], {
    cwd: repository,
    encoding: 'utf8',
  })
  return { status, said: `${stdout}${stderr}`.trim() }
}

const keyFile = (name: string, key: string | Buffer) => {
  writeFileSync(path.join(folder, name), key)
  return `--key=${path.join(folder, name)}`
}
const keys = (name: string) => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    own: keyFile(`${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' })),
    published: keyFile(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' })),
  }
}
const ours = keys('ours')
const builder = '--builder=https://builds.example.org/peerwatch'

/** Script that packs the committed files of the repository, like the product's own build. */
const BUILD = `import { execFileSync } from 'node:child_process'
execFileSync('tar', ['--create', '--gzip', '--file=' + process.argv[3], 'bin'])`
const filesOf = (file: string) =>
  spawnSync('tar', ['--list', '--file', file], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean)

beforeAll(() => {
  mkdirSync(path.join(repository, 'bin'), { recursive: true })
  cpSync(path.join(import.meta.dirname, 'provenance.ts'), path.join(repository, 'bin/provenance.ts'))
  writeFileSync(
    path.join(repository, 'package.json'),
    JSON.stringify({ name: 'x', version: '9.9.9', type: 'module', scripts: { build: 'node build.mjs' } }),
  )
  writeFileSync(
    path.join(repository, 'package-lock.json'),
    JSON.stringify({
      name: 'x',
      version: '9.9.9',
      lockfileVersion: 3,
      packages: { '': { name: 'x', version: '9.9.9' } },
    }),
  )
  writeFileSync(path.join(repository, 'build.mjs'), BUILD)
  writeFileSync(path.join(repository, '.gitignore'), '*.secret')
  // a file that is in the checkout but not committed
  writeFileSync(path.join(repository, 'bin/local.secret'), 'x')
  git('init', '-q')
  git('add', '.')
  git('commit', '-qm', 'begin')
})
beforeEach(() => {
  for (const file of [archive, statement]) rmSync(file, { force: true })
})
afterAll(() => rmSync(folder, { recursive: true }))

it('builds an archive from the commit alone, and names both, signed', () => {
  expect(provenance(archive, ours.own, builder)).toMatchObject({ status: 0 })
  expect(filesOf(archive)).toEqual(['bin/', 'bin/provenance.ts'])
  const commit = git('rev-parse', 'HEAD').stdout.trim()
  expect(provenance(archive, '--verify', ours.published)).toStrictEqual({
    status: 0,
    said: `peerwatch-9.9.9.tgz: made from commit ${commit} by https://builds.example.org/peerwatch`,
  })
  expect(provenance(archive, '--verify', keys('theirs').published).said).toContain('not signed by that key')
  const { payload } = JSON.parse(readFileSync(statement, 'utf8')) as { payload: string }
  const { predicate } = JSON.parse(Buffer.from(payload, 'base64').toString())
  expect(predicate.runDetails.builder.id).toBe('https://builds.example.org/peerwatch')
  expect(URL.canParse(predicate.buildDefinition.buildType)).toBe(true)
})

it.each<[string, string | Buffer]>([
  ['1,000 random bytes', randomBytes(1_000)],
  ['an empty file', ''],
])('attests nothing that it did not build: %s', (_, bytes) => {
  writeFileSync(archive, bytes)
  expect(provenance(archive, ours.own, builder)).toMatchObject({
    status: 1,
    said: expect.stringContaining('exists already'),
  })
  expect(existsSync(statement)).toBe(false)
  expect(readFileSync(archive)).toEqual(Buffer.from(bytes))
})

it.each(['--builder=npm pack', '--builder=http://builds.example.org', '--builder='])('refuses %s', (name) => {
  expect(provenance(archive, ours.own, name)).toMatchObject({
    status: 1,
    said: expect.stringContaining('https address'),
  })
  expect(existsSync(archive)).toBe(false)
})

it('attests nothing of a build that fails', () => {
  writeFileSync(path.join(repository, 'build.mjs'), 'process.exit(1)')
  git('commit', '-qam', 'break')
  expect(provenance(archive, ours.own, builder).status).toBe(1)
  expect([existsSync(archive), existsSync(statement)]).toEqual([false, false])
  git('reset', '-q', '--hard', 'HEAD~1')
})

it.each<[string, () => void, string]>([
  ['another archive', () => appendFileSync(archive, '!'), 'about another archive'],
  [
    'a statement that was written again',
    () => {
      const envelope = JSON.parse(readFileSync(statement, 'utf8')) as { payload: string }
      const payload = Buffer.from(Buffer.from(envelope.payload, 'base64').toString().replace('9.9.9', '6.6.6'))
      writeFileSync(statement, JSON.stringify({ ...envelope, payload: payload.toString('base64') }))
    },
    'not signed by that key',
  ],
])('refuses %s', (_, spoil, said) => {
  provenance(archive, ours.own, builder)
  spoil()
  expect(provenance(archive, '--verify', ours.published)).toMatchObject({
    status: 1,
    said: expect.stringContaining(said),
  })
})

it('states nothing of a checkout with changes, nor without a key', () => {
  expect(provenance(archive)).toMatchObject({ status: 1, said: expect.stringContaining('--key=FILE') })
  writeFileSync(path.join(repository, 'package-lock.json'), '{ "changed": true }')
  expect(provenance(archive, ours.own, builder)).toMatchObject({
    status: 1,
    said: expect.stringContaining('commit first'),
  })
})

import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

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

beforeAll(() => {
  mkdirSync(path.join(repository, 'bin'), { recursive: true })
  cpSync(path.join(import.meta.dirname, 'provenance.ts'), path.join(repository, 'bin/provenance.ts'))
  writeFileSync(path.join(repository, 'package.json'), '{ "version": "9.9.9", "type": "module" }')
  writeFileSync(path.join(repository, 'package-lock.json'), '{}')
  git('init', '-q')
  git('add', '.')
  git('commit', '-qm', 'begin')
  writeFileSync(archive, 'what was packed')
})
afterAll(() => rmSync(folder, { recursive: true }))

it('names the commit of an archive, signed', () => {
  expect(provenance(archive, ours.own)).toMatchObject({ status: 0 })
  const commit = git('rev-parse', 'HEAD').stdout.trim()
  expect(provenance(archive, '--verify', ours.published)).toStrictEqual({
    status: 0,
    said: `peerwatch-9.9.9.tgz: made from commit ${commit}`,
  })
  expect(provenance(archive, '--verify', keys('theirs').published).said).toContain('not signed by that key')
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
  provenance(archive, ours.own)
  spoil()
  expect(provenance(archive, '--verify', ours.published)).toMatchObject({
    status: 1,
    said: expect.stringContaining(said),
  })
})

it('states nothing of a checkout with changes, nor without a key', () => {
  expect(provenance(archive)).toMatchObject({ status: 1, said: expect.stringContaining('--key=FILE') })
  writeFileSync(path.join(repository, 'package-lock.json'), '{ "changed": true }')
  expect(provenance(archive, ours.own)).toMatchObject({ status: 1, said: expect.stringContaining('commit first') })
})

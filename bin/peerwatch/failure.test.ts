import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { runPeerwatch } from './run.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-failure-'))
afterAll(() => rmSync(folder, { recursive: true }))
const inFolder = (name: string) => path.join(folder, name)

/** Runs a command against an address that refuses connections. */
async function run(args: readonly string[], signal = new AbortController().signal) {
  let [out, err] = ['', '']
  const code = await runPeerwatch(args, {
    env: { PEERWATCH_URL: 'http://127.0.0.1:2', PEERWATCH_TOKEN: 'pw_x' },
    now: Date.now,
    signal,
    out: (text) => (out += text),
    err: (text) => (err += text),
  })
  return { code, out, err }
}

async function checked(bytes: string | Uint8Array) {
  const [sarif, markdown] = [inFolder('r.sarif'), inFolder('r.md')]
  for (const file of [sarif, markdown]) rmSync(file, { force: true })
  writeFileSync(inFolder('plan.json'), bytes)
  const result = await run(['plan', 'check', inFolder('plan.json'), '--write', sarif, '--write', markdown])
  const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '')
  return { ...result, sarif: read(sarif), markdown: read(markdown) }
}

describe('a plan that can not be checked', () => {
  const deep = `{"status":"Succeeded","changes":[{"resourceId":"/x","changeType":"Modify","delta":[${'{"children":['.repeat(6_000)}${']}'.repeat(6_000)}]}]}`
  const azapi = `{"format_version":"1.2","complete":true,"resource_changes":[{"address":"a","type":"azapi_resource","change":{"actions":["update"],"before":{"body":"{"},"after":{}}}]}`
  it.each<[string, string | Uint8Array]>([
    ['no JSON', '{'],
    ['no plan', '{"a":1}'],
    ['a deep delta', deep],
    ['an attribute that every object inherits', '[{"set":{"resource":"er-ams","weight":100,"__proto__":1}}]'],
    ['a body that is not JSON', azapi],
    ['no server', '[{"delete":{"resource":"er"}}]'],
    ['half a surrogate', '[{"delete":{"resource":"\\ud800"}}]'],
    ['bytes of no encoding', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['an empty file', ''],
  ])('%s: exit code 3, and every report says so', async (_, bytes) => {
    const { code, sarif, markdown } = await checked(bytes)
    expect(code).toBe(3)
    expect(markdown).toMatch(/was not checked|has unknown parts/)
    const [log] = JSON.parse(sarif).runs
    expect(log.results[0]).toMatchObject({ ruleId: 'unknown', message: { text: expect.stringMatching(/./) } })
  })

  it('a missing file and a failure that was not foreseen have a report, too', async () => {
    const markdown = inFolder('missing.md')
    expect((await run(['plan', 'check', inFolder('none'), '--write', markdown])).code).toBe(3)
    expect(readFileSync(markdown, 'utf8')).toMatch(/was not checked: .*ENOENT/)
    const json = await run(['plan', 'check', inFolder('none'), '--json'])
    expect(JSON.parse(json.out)).toMatchObject({ state: 'unknown', failure: expect.stringMatching(/ENOENT/) })
  })

  it('an interrupted check does not pass', async () => {
    writeFileSync(inFolder('plan.json'), '[{"delete":{"resource":"er"}}]')
    for (const args of [['plan', 'check', inFolder('plan.json')], ['status'], ['rehearse', '--lose', 'er']]) {
      expect(await run(args, AbortSignal.abort())).toMatchObject({ code: 3, err: 'peerwatch: interrupted\n' })
    }
  })

  it('whatever a file holds, the code is documented and has a report', async () => {
    const word = fc.constantFrom(
      'set',
      'resource',
      'changes',
      'status',
      'resource_changes',
      '__proto__',
      'constructor',
      'x',
    )
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, 1, true, 'Succeeded', '\ud800', 'constructor'),
        fc.string(),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(word, tie('any'), { maxKeys: 4 }),
      ),
    }))
    const text = fc.oneof(
      any.map((value) => JSON.stringify(value)),
      fc.string({ unit: 'binary' }),
    )
    await fc.assert(
      fc.asyncProperty(text, async (file) => {
        const { code, sarif, markdown } = await checked(file)
        // the server does not answer, so a plan passes only if it needs no query
        expect([0, 3]).toContain(code)
        expect([sarif !== '', markdown !== '']).toEqual([true, true])
      }),
      { numRuns: 200 },
    )
  })
})

it.each([
  ['status'],
  ['sessions'],
  ['lookup', '10.0.0.1'],
  ['diff', '15m', 'now'],
  ['events'],
  ['export', 'sessions'],
  ['rehearse', '--lose', 'er'],
])('%s without an answer is unknown, with one line', async (...args) => {
  const { code, err } = await run(args)
  expect([code, err.match(/\n/g)?.length]).toEqual([3, 1])
})

it.each(['__proto__', 'constructor', 'toString'])('%s is not a command', async (name) => {
  expect(await run([name])).toMatchObject({ code: 3, err: expect.stringMatching(/there is no command/) })
  expect((await run(['help', name])).code).toBe(0)
  expect((await run(['plan', 'check', 'x', '--format', name])).code).toBe(3)
})

it('a reader that closes the pipe makes no check pass', () => {
  const script = 'node bin/peerwatch.mjs plan check none --json | true; exit "${PIPESTATUS[0]}"'
  const env = { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env.PATH}` }
  expect(spawnSync('bash', ['-c', script], { cwd: path.resolve(import.meta.dirname, '../..'), env }).status).toBe(3)
})

/**
 * Tests the launcher with a program in place of Peerwatch's. A module that is loaded first may change Node's behavior.
 */
describe('a program that ends early', () => {
  const root = path.resolve(import.meta.dirname, '../..')
  mkdirSync(inFolder('bin'))
  mkdirSync(inFolder('lib/platform'), { recursive: true })
  for (const file of ['bin/peerwatch.mjs', 'bin/run.mjs', 'lib/platform/bootstrap'])
    cpSync(path.join(root, file), inFolder(file), { recursive: true })
  writeFileSync(inFolder('package.json'), '{"type":"module"}')
  const launched = (program: string | null, args: readonly string[], before = '') => {
    if (program === null) rmSync(inFolder('bin/run.ts'), { force: true })
    else writeFileSync(inFolder('bin/run.ts'), program)
    const first = before === '' ? [] : ['--import', `data:text/javascript,${encodeURIComponent(before)}`]
    const { status, stderr } = spawnSync(process.execPath, [...first, ...args], { cwd: folder, encoding: 'utf8' })
    return { status, stderr }
  }
  const old = `Object.defineProperty(process.versions, 'node', { value: '18.0.0' }); Object.defineProperty(process, 'platform', { value: 'sunos' })`
  it.each<[string, program: string | null, before?: string]>([
    ['throws', 'throw new Error("broken")'],
    ['throws later', 'setTimeout(() => { throw new Error("broken") })'],
    ['leaves a rejection', 'void Promise.reject(new Error("broken"))'],
    ['never settles', 'await new Promise(() => undefined)'],
    ['does not parse', 'const = broken'],
    ['is missing', null],
    ['runs on an old Node', '', old],
  ])('%s: a gate ends with 3, another program with 1 or as Node does', (_, program, before = '') => {
    for (const gate of [
      ['bin/peerwatch.mjs', 'status'],
      ['bin/run.mjs', 'peerwatch'],
      ['bin/run.mjs', 'doctor'],
      ['bin/run.mjs', 'first-contact'],
    ]) {
      const { status, stderr } = launched(program, gate, before)
      expect([gate, status]).toEqual([gate, 3])
      expect(stderr).toMatch(/^reason: |too old/m)
    }
    expect([1, 13]).toContain(launched(program, ['bin/run.mjs', 'worker'], before).status)
  })

  it('a gate without its launcher ends with 3', () => {
    rmSync(inFolder('bin/run.mjs'))
    expect(launched(null, ['bin/peerwatch.mjs', 'status'])).toMatchObject({ status: 3 })
  })
})

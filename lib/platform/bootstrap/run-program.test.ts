import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeEnvironment } from '../testing/node-environment.ts'
import { waitForExit } from './process-identity.ts'
import { planProgramRun } from './run-program.ts'

const CLONE = path.resolve(import.meta.dirname, '../../..')

/** A worker that prints lines that are not part of Peerwatch's log. Its argument selects them. */
const WORKER = `
const [what] = process.argv.slice(2)
process.stdout.write('   ▲ Next.js 16\\n{"level":30,"component":"poller","msg":"polling"}\\n')
if (what === 'warn') process.emitWarning('old', 'DeprecationWarning')
if (what === 'throw') throw new TypeError('no postgresql://u:hidden-value@h/d')
if (what === 'half') process.stdout.write('no end of line')
if (what === 'heap') { const kept = []; for (;;) kept.push(Array.from({ length: 1e5 }, Math.random)) }
if (what === 'stay') {
  process.on('SIGTERM', () => { console.log('stopping'); process.exit(7) })
  setInterval(() => {}, 1e6)
  console.log(JSON.stringify({ pid: process.pid }))
}
`

interface Line {
  level: number
  time: string
  component: string
  msg: string
}

let root: string
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'peerwatch-run-part-'))
  writeFileSync(path.join(root, 'package.json'), '{ "type": "module", "imports": { "#lib/*": "./lib/*" } }')
  symlinkSync(path.join(CLONE, 'lib'), path.join(root, 'lib'))
  mkdirSync(path.join(root, 'bin'))
  for (const name of ['bin/run.mjs', 'bin/run.ts']) copyFileSync(path.join(CLONE, name), path.join(root, name))
  writeFileSync(path.join(root, 'bin/worker.ts'), WORKER)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function start(what: string, environment: Record<string, string>) {
  const child = spawn(process.execPath, ['bin/run.mjs', 'worker', what], {
    cwd: root,
    env: { ...nodeEnvironment(), NODE_ENV: 'test', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  return { child, lines: () => text.split('\n').slice(0, -1) }
}

/** Runs the worker to its end. */
async function run(what: string, environment: Record<string, string> = { LOG_FORMAT: 'json' }) {
  const { child, lines } = start(what, environment)
  const [code] = (await once(child, 'close')) as [number]
  return { code, lines: lines() }
}

describe('a log of JSON', () => {
  it.each([
    { what: 'end', code: 0, has: { level: 30, msg: '▲ Next.js 16' } },
    { what: 'warn', code: 0, has: { level: 40, msg: expect.stringMatching(/DeprecationWarning: old$/) } },
    {
      what: 'throw',
      code: 1,
      has: { level: 50, msg: expect.stringMatching(/^TypeError: no postgresql:\/\/u:\[redacted\]@/) },
    },
    { what: 'half', code: 0, has: { level: 30, msg: 'no end of line' } },
  ])('has nothing else, and the exit code of a worker that is to $what', async ({ what, code, has }) => {
    const ended = await run(what)
    const lines = ended.lines.map((line) => JSON.parse(line) as Line)
    expect(ended.code).toBe(code)
    expect(lines).toContainEqual({ level: 30, component: 'poller', msg: 'polling' })
    expect(lines).toContainEqual({ ...has, time: expect.stringMatching(/^\d{4}-.*Z$/), component: 'worker' })
    expect(ended.lines.join('\n')).not.toContain('hidden-value')
  })

  it('has what V8 prints when it runs out of memory, and ends as shells say', async () => {
    const { code, lines } = await run('heap', { LOG_FORMAT: 'json', NODE_OPTIONS: '--max-old-space-size=24' })
    expect(code).toBe(128 + 6)
    expect(lines.map((line) => (JSON.parse(line) as Line).msg)).toContainEqual(expect.stringMatching(/^FATAL ERROR: /))
  })

  it('is asked for by .env as well, and by an output that is no terminal', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-dotenv-'))
    const of = (environment: Record<string, string>, isTerminal: boolean, args: string[] = []) =>
      planProgramRun('worker', { args, environment, folder, isTerminal })
    const piped = { component: 'worker', json: true, nodeArgs: ['--max-semi-space-size=16', '--v8-pool-size=1'] }
    try {
      expect(of({}, true)).toBeNull()
      expect(of({}, false)).toEqual(piped)
      expect(of({ LOG_FORMAT: 'pretty' }, false)).toBeNull()
      expect(of({}, false, ['--help'])).toBeNull()
      writeFileSync(path.join(folder, '.env'), 'LOG_FORMAT=json\n')
      expect(of({}, true)).toEqual(piped)
      expect(planProgramRun('doctor', { args: [], environment: {}, folder, isTerminal: false })).toBeNull()
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('is not made where people read', async () => {
    const { lines } = await run('end', { LOG_FORMAT: 'pretty' })
    expect(lines).toContain('   ▲ Next.js 16')
  })
})

describe('the child of a part', () => {
  /** Starts a worker that keeps running. @returns its process id, and that of the process that filters its lines */
  async function staying() {
    const { child, lines } = start('stay', { LOG_FORMAT: 'json' })
    let pid: number | undefined
    while (pid === undefined) {
      await once(child.stdout, 'data')
      pid = lines()
        .map((line) => (JSON.parse(line) as { pid?: number }).pid)
        .find((one) => one !== undefined)
    }
    expect(pid).not.toBe(child.pid)
    return { child, lines, pid }
  }

  it('gets the signals, and its last lines and code are those of the part', async () => {
    const { child, lines } = await staying()
    child.kill('SIGTERM')
    expect(await once(child, 'close')).toEqual([7, null])
    expect(JSON.parse(lines().at(-1) ?? '')).toMatchObject({ msg: 'stopping', component: 'worker' })
  })

  it('ends when who filters its lines is killed', async () => {
    const { child, pid } = await staying()
    child.kill('SIGKILL')
    expect(await waitForExit(pid, 10_000)).toBe(true)
  })
})

describe('the web', () => {
  const given = { environment: { LOG_FORMAT: 'pretty' }, folder: '/nonexistent', isTerminal: true }

  it('has the same heap wherever it is started', () => {
    const part = planProgramRun('web', { ...given, args: [] })
    expect(part).toMatchObject({ json: false, nodeArgs: expect.arrayContaining(['--heap-growing-percent=30']) })
  })

  it('in development takes what it wants', () => {
    expect(planProgramRun('web', { ...given, args: ['--dev'] })).toBeNull()
  })
})

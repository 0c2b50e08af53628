import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkEnvironment } from '../environment.ts'
import { hashFileContents, runUnlessUnchanged } from './build-cache.mjs'
import { buildBaseEnvironment, buildChildEnvironments, buildSharedEnvironment } from './child-environment.ts'
import { readChildAnnouncements, createOutputReceiver } from './children.ts'
import { createStartupStepRunner, chooseLogFormat, StepError } from './progress.ts'
import { isAlive, waitForExit } from './process-identity.ts'
import { runCommandAndReturnStdout } from './run-command.ts'
import { limitMallocArenas, buildWebHeapArguments, buildWorkerHeapArguments } from './process-memory.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-bootstrap-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('cached work', () => {
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  const stamp = () => path.join(folder, 'out/stamp')
  const attempt = (work = async () => {}) =>
    runUnlessUnchanged(stamp(), () => hashFileContents(folder, ['in', 'one.json']), work)

  const changes: { name: string; change: () => void; again: boolean }[] = [
    { name: 'nothing', change: () => {}, again: false },
    { name: 'a file’s content', change: () => write('in/a/b.ts', '2'), again: true },
    { name: 'a new file', change: () => write('in/c.ts', ''), again: true },
    { name: 'a file that went', change: () => rmSync(path.join(folder, 'in/a/b.ts')), again: true },
    { name: 'a file that came where none was', change: () => write('one.json', '{}'), again: true },
    { name: 'a file that is no input', change: () => write('elsewhere.ts', '1'), again: false },
  ]
  it.each(changes)('after a change of $name is repeated: $again', async ({ change, again }) => {
    write('in/a/b.ts', '1')
    expect(await attempt()).toBe(true)
    change()
    expect(await attempt()).toBe(again)
  })

  it('is repeated after a failure', async () => {
    write('in/a.ts', '1')
    await attempt()
    write('in/a.ts', '2')
    await expect(attempt(() => Promise.reject(new Error('killed')))).rejects.toThrow('killed')
    write('in/a.ts', '1')
    expect(await attempt()).toBe(true)
  })

  it('that completes its own input is not repeated for that', async () => {
    write('one.json', '{}')
    expect(await attempt(async () => write('one.json', '{"added": true}'))).toBe(true)
    expect(await attempt()).toBe(false)
  })
})

describe('the environments of worker and web', () => {
  const urls = {
    owner: 'postgresql://owner@127.0.0.1:1/peerwatch',
    product: 'postgresql://product@127.0.0.1:1/peerwatch',
    questions: 'postgresql://questions@127.0.0.1:1/peerwatch',
    listen: null,
  }
  function environmentsOf(values: Record<string, string>, simulator: { url: string; identityHeader: string } | null) {
    const checked = checkEnvironment(values, { root: '/srv', dotenv: null })
    if (!checked.ok) throw new Error(checked.faults.join('\n'))
    const { settings } = checked
    return buildChildEnvironments({ values, settings, urls, secretsKey: 'k'.repeat(32), simulator, logFormat: 'json' })
  }
  const simulator = { url: 'http://127.0.0.1:4000', identityHeader: 'header-secret' }
  const credentials = {
    AZURE_TENANT_ID: 'contoso.com',
    AZURE_CLIENT_ID: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    AZURE_CLIENT_SECRET: 'real-secret',
    AZURE_CLIENT_CERTIFICATE_PASSWORD: 'real-password',
    AZURE_FEDERATED_TOKEN_FILE: '/real/token',
    IDENTITY_ENDPOINT: 'http://169.254.1.1/real',
    IDENTITY_HEADER: 'real-header',
    MSI_SECRET: 'real-msi',
    IMDS_ENDPOINT: 'http://169.254.1.2/real',
  }

  it('point the worker at the simulator in the demo, which polls fast', () => {
    expect(environmentsOf({}, simulator).worker).toMatchObject({
      PEERWATCH_ESTATE: 'simulator',
      AZURE_SUBSCRIPTION_IDS: '*',
      AZURE_RESOURCE_MANAGER_URL: 'http://127.0.0.1:4000',
      AZURE_RETAIL_PRICES_URL: 'http://127.0.0.1:4000/api/retail/prices',
      AZURE_MONITOR_METRICS_URL: 'http://127.0.0.1:4000',
      IDENTITY_ENDPOINT: 'http://127.0.0.1:4000/msi/token',
      IDENTITY_HEADER: 'header-secret',
      POLL_SESSIONS_EVERY: '5s',
      POLL_METRICS_EVERY: '60s',
      DATA_DIR: '/srv/.data',
      PROOF_URL: 'http://127.0.0.1:3000',
    })
  })

  it('say to the product where OpenTelemetry’s signals go, and to nobody else', () => {
    const values = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.example', OTEL_EXPORTER_OTLP_HEADERS: 'key=secret' }
    const { worker, web, bmp } = environmentsOf(values, simulator)
    for (const environment of [worker, web, bmp]) expect(environment).toMatchObject(values)
    expect(
      Object.keys(buildBaseEnvironment({ values, logFormat: 'json' })).filter((name) => name.startsWith('OTEL_')),
    ).toEqual([])
  })

  it('keep the user’s intervals in the demo', () => {
    expect(environmentsOf({ POLL_SESSIONS_EVERY: '1s', POLL_ROUTES_EVERY: '' }, simulator).worker).toMatchObject({
      POLL_SESSIONS_EVERY: '1s',
      POLL_ROUTES_EVERY: '5s',
    })
  })

  it('let no credential reach the demo', () => {
    expect(JSON.stringify(environmentsOf(credentials, simulator))).not.toMatch(/contoso|3f2504e0|real/)
    expect(JSON.stringify(buildBaseEnvironment({ values: credentials, logFormat: 'json' }))).not.toMatch(/contoso|real/)
  })

  it('let credentials reach the worker, and not the web', () => {
    const { worker, web } = environmentsOf({ ...credentials, AZURE_SUBSCRIPTION_IDS: '*', SMTP_URL: '' }, null)
    expect(worker).toMatchObject({ ...credentials, PEERWATCH_ESTATE: 'azure' })
    expect(Object.keys(worker).filter((name) => name.startsWith('POLL_'))).toEqual([])
    const inWeb = Object.entries(web).filter(([name]) => /^(AZURE|IDENTITY|MSI|IMDS)_/.test(name))
    // the variables must be empty and not absent, because Next.js reads .env too
    expect(Object.fromEntries(inWeb)).toMatchObject({ AZURE_CLIENT_SECRET: '', IDENTITY_HEADER: '' })
    expect(inWeb.filter(([, value]) => value !== '')).toEqual([])
    expect(checkEnvironment(web, { root: '/srv' })).toMatchObject({ ok: true, settings: { demo: false } })
  })

  it('let neither credentials nor the key of what is sealed reach the station that routers report to', () => {
    const mail = {
      SMTP_URL: 'smtp://noc:real@mail.example',
      SMTP_FROM: 'noc@mail.example',
      HEARTBEAT_URL: 'https://hc.example/real',
    }
    const mailbox = { IMAP_URL: 'imaps://noc:real@mail.example', IMAP_FROM: 'carrier.example' }
    const sealing = { SECRETS_KEY: 'real'.repeat(8) }
    const routers = { BMP_LISTEN: '127.0.0.1:11019', ROUTERS_ALLOW: '127.0.0.1', ...sealing, ...mail }
    const { bmp, web, worker } = environmentsOf(
      { ...credentials, ...routers, ...mailbox, AZURE_SUBSCRIPTION_IDS: '*' },
      null,
    )
    expect(bmp).toMatchObject({ BMP_LISTEN: '127.0.0.1:11019', DATABASE_URL: urls.product })
    expect(JSON.stringify(bmp)).not.toMatch(/contoso|3f2504e0|real/)
    // only the worker reads the mailbox
    expect([worker.IMAP_URL, web.IMAP_URL]).toEqual([mailbox.IMAP_URL, ''])
    expect(environmentsOf(routers, null).web).toMatchObject(mail)
    expect(JSON.stringify(buildBaseEnvironment({ values: { ...mail, ...mailbox }, logFormat: 'json' }))).not.toContain(
      'real',
    )
  })

  it('give each the database as the role that it needs', () => {
    const own = {
      DATABASE_URL: 'postgres://u:p@h/d',
      DATABASE_MIGRATE_URL: 'postgres://o:p@h/d',
      DATABASE_READ_URL: '',
      DATABASE_ADMIN_URL: 'postgres://root:p@h/d',
    }
    const { worker, web } = environmentsOf(own, null)
    const ofDatabase = (environment: Record<string, string>) =>
      Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('DATABASE_')))
    expect(ofDatabase(worker)).toEqual({ DATABASE_URL: urls.product })
    expect(ofDatabase(web)).toEqual({ DATABASE_URL: urls.product, DATABASE_READ_URL: urls.questions })
  })

  it('show the web where the simulator is controlled, and say that access is open', () => {
    expect(environmentsOf({ ACCESS: 'open' }, simulator).web).toMatchObject({
      PEERWATCH_SIMULATOR_CONTROL_URL: 'http://127.0.0.1:4000/_control',
      ACCESS: 'open',
    })
  })

  it('share with processes started by hand only what they need', () => {
    const { worker } = environmentsOf({ AZURE_CLIENT_SECRET: '', PATH: '/bin' }, simulator)
    const shared = buildSharedEnvironment(worker, urls)
    expect(shared).toMatchObject({
      DATABASE_URL: urls.product,
      DATABASE_MIGRATE_URL: urls.owner,
      DATABASE_READ_URL: urls.questions,
      IDENTITY_HEADER: 'header-secret',
    })
    for (const name of ['PATH', 'SECRETS_KEY', 'PEERWATCH_ENVIRONMENT']) expect(Object.keys(shared)).not.toContain(name)
  })
})

describe('a child’s announcement', () => {
  it.each([
    { line: '{"event":"listening","url":"http://127.0.0.1:5/"}', url: 'http://127.0.0.1:5' },
    { line: '{"url": "http://127.0.0.1:5", "event": "listening", "more": 1}', url: 'http://127.0.0.1:5' },
  ])('is $line', async ({ line, url }) => {
    const announced = readChildAnnouncements()
    expect(announced.read('starting ...')).toBe(false)
    expect(announced.read('{"msg":"not \\"listening\\" yet"')).toBe(false)
    expect(announced.read(line)).toBe(true)
    expect(await announced.url).toBe(url)
  })
})

describe('the output of a child', () => {
  it.each([
    '{ code: "ENOENT" }',
    '{',
    '}',
    '{"half": ',
    '   ▲ Next.js 16',
    'TypeError: x at postgresql://u:hidden-value@h/d',
  ])('wraps %s, which is not JSON, on a log that is', (line) => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    createOutputReceiver({ name: 'web', json: true, open: true }).write(line)
    const text = String(written.mock.calls[0]?.[0])
    expect(JSON.parse(text)).toMatchObject({ component: 'web', msg: expect.any(String) })
    expect(text).not.toContain('hidden-value')
  })

  it.each([
    ['   ▲ Next.js 16', 'stdout', 30],
    [' ⚠ Unsupported metadata', 'stdout', 40],
    [' ⨯ Error: no such page', 'stderr', 50],
    ['(node:7) ExperimentalWarning: SQLite is new', 'stderr', 40],
    ['(Use `node --trace-warnings ...` to show where the warning was created)', 'stderr', 40],
    ['Uncaught:', 'stderr', 50],
    ['TypeError [ERR_INVALID_ARG_TYPE]: no', 'stderr', 50],
    ['RangeError: too far', 'stderr', 50],
    ['    at main (file:///srv/bin/web.ts:7:9)', 'stderr', 50],
    ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', 'stderr', 50],
    ['PORT: 99999 is no port', 'stderr', 40],
    ['0 errors at all', 'stdout', 30],
  ] as const)('says of %s on %s how bad it is: %s', (line, stream, level) => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    createOutputReceiver({ name: 'web', json: true, open: true }).write(line, stream)
    expect(JSON.parse(String(written.mock.calls[0]?.[0]))).toMatchObject({ level, msg: line.trim() })
  })

  it('passes lines of the log on as they are', () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const line = '{"level":30,"msg":"polling"}'
    createOutputReceiver({ name: 'worker', json: true, open: true }).write(line)
    expect(written.mock.calls).toEqual([[`${line}\n`]])
  })
})

describe('progress', () => {
  const lines: string[] = []
  const progress = (json = false) => createStartupStepRunner({ total: 2, json, write: (line) => lines.push(line) })
  beforeEach(() => {
    lines.length = 0
  })

  it('reports each step with its number, result and duration', async () => {
    const { step } = progress()
    await step('Packages', async () => 'up to date')
    await step('Web', async () => {})
    expect(lines).toEqual([
      expect.stringMatching(/^\[1\/2\] Packages: up to date, \d+\.\d s$/),
      expect.stringMatching(/^\[2\/2\] Web: done, \d+\.\d s$/),
    ])
  })

  it('announces a long step', async () => {
    vi.useFakeTimers()
    const { promise, resolve } = Promise.withResolvers<void>()
    const running = progress().step('Packages', () => promise)
    await vi.advanceTimersByTimeAsync(301)
    expect(lines).toEqual(['[1/2] Packages ...'])
    resolve()
    await running
    vi.useRealTimers()
  })

  it('reports a failure with its step, reason and fix', async () => {
    const failed = progress().step('Packages', () =>
      Promise.reject(new StepError('npm ci ended', { advice: 'try again', output: 'a\nb\n' })),
    )
    await expect(failed).rejects.toThrow('a step failed')
    expect(lines.slice(1)).toEqual(['  reason: npm ci ended', '  | a', '  | b', '  fix: try again'])
    expect(lines[0]).toMatch(/^\[1\/2\] Packages: FAILED after/)
  })

  it('is JSON where logs are', () => {
    progress(true).say('hello')
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 30, component: 'start', msg: 'hello' })
  })
})

describe('the web’s heap', () => {
  it.each([
    {
      name: 'is bounded',
      ownMb: 4_144,
      options: undefined,
      expected: ['--max-old-space-size=2048', '--max-semi-space-size=16', '--heap-growing-percent=30'],
    },
    {
      name: 'is bounded beside other options',
      ownMb: 4_144,
      options: '--no-warnings',
      expected: ['--max-old-space-size=2048', '--max-semi-space-size=16', '--heap-growing-percent=30'],
    },
    {
      name: 'is not widened on a small machine',
      ownMb: 1_024,
      options: undefined,
      expected: ['--max-semi-space-size=16', '--heap-growing-percent=30'],
    },
    {
      name: 'is as somebody chose',
      ownMb: 4_144,
      options: '--max-old-space-size=8192 --max_semi_space_size=32',
      expected: ['--heap-growing-percent=30'],
    },
  ])('$name', ({ ownMb, options, expected }) => {
    expect(buildWebHeapArguments(ownMb, options)).toEqual(expected)
  })

  it.each([
    { name: 'has two arenas of the C library', given: {}, arenas: '2' },
    { name: 'or as many as somebody chose', given: { MALLOC_ARENA_MAX: '8' }, arenas: '8' },
  ])('$name', ({ given, arenas }) => {
    expect(limitMallocArenas({ PORT: '1', ...given })).toEqual({ PORT: '1', MALLOC_ARENA_MAX: arenas })
  })
})

describe('the worker’s heap', () => {
  it.each([
    {
      name: 'has little room for new objects, and one thread of V8',
      options: undefined,
      expected: ['--max-semi-space-size=16', '--v8-pool-size=1'],
    },
    { name: 'has as much room as somebody chose', options: '--max-semi-space-size=32', expected: ['--v8-pool-size=1'] },
    {
      name: 'has as many threads as somebody chose',
      options: '--v8_pool_size=4',
      expected: ['--max-semi-space-size=16'],
    },
  ])('$name', ({ options, expected }) => {
    expect(buildWorkerHeapArguments(options)).toEqual(expected)
  })
})

describe('a log of JSON', () => {
  it.each([
    [null, false, 'json'],
    [null, undefined, 'json'],
    [null, true, 'pretty'],
    ['pretty', false, 'pretty'],
    ['json', true, 'json'],
  ] as const)('LOG_FORMAT %s with a terminal %s is %s', (chosen, isTerminal, format) => {
    expect(chooseLogFormat(chosen, isTerminal)).toBe(format)
  })
})

describe('a program that fails', () => {
  it('is reported by name, exit code and both ends of its output', async () => {
    const script = `console.log('the cause'); for (let i = 0; i < 2000; i++) console.log('filler'); console.log('the end'); process.exitCode = 7`
    const failed = runCommandAndReturnStdout(process.execPath, ['-e', script], { cwd: folder, what: 'the tool' })
    await expect(failed).rejects.toMatchObject({
      message: 'the tool ended with exit code 7',
      output: expect.stringMatching(/^the cause[\s\S]*\.\.\.[\s\S]*the end\n$/),
    })
  })

  it('is stopped by its signal', async () => {
    const stopping = new AbortController()
    const running = runCommandAndReturnStdout(
      process.execPath,
      ['-e', `console.log('up'); setInterval(() => {}, 1000)`],
      {
        cwd: folder,
        signal: stopping.signal,
        onLine: () => stopping.abort(),
      },
    )
    await expect(running).rejects.toThrow('was ended by SIGTERM')
  })

  it('ends with what it started when its starter is killed', async () => {
    const stay = 'setInterval(() => {}, 1000)'
    const inner = `require('node:child_process').spawn(process.execPath, ['-e', '${stay}'], { stdio: 'ignore' }).once('spawn', function () { console.log(process.pid, this.pid) }); ${stay}`
    const runner = JSON.stringify(path.join(import.meta.dirname, 'run-command.ts'))
    const outer = `import { runCommandAndReturnStdout } from ${runner}
      await runCommandAndReturnStdout(process.execPath, ['-e', ${JSON.stringify(inner)}], { cwd: '/', onLine: console.log })`
    const starter = spawn(process.execPath, ['--input-type=module-typescript', '-e', outer], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(starter.stdout, 'data')
    const pids = String(line).trim().split(' ').map(Number)
    expect(pids.map(isAlive)).toEqual([true, true])
    starter.kill('SIGKILL')
    for (const pid of pids) expect(await waitForExit(pid, 60_000)).toBe(true)
  })

  it('that does not exist is reported', async () => {
    await expect(runCommandAndReturnStdout('/nonexistent', [], { cwd: folder })).rejects.toThrow(/could not be run/)
  })
})

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkEnvironment } from '../environment.ts'
import { findFreePort } from './postgres.ts'
import { findStartObstacles } from './preflight.ts'

let folder: string
let busy: Server
let busyPort: number

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-preflight-'))
  busy = createServer()
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve))
  busyPort = (busy.address() as AddressInfo).port
})
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  await new Promise((resolve) => busy.close(resolve))
})

async function obstacles(environment: Record<string, string>, faults: string[] = []): Promise<string[]> {
  const checked = checkEnvironment(
    { DATA_DIR: path.join(folder, 'data'), PORT: String(await findFreePort()), ...environment },
    { root: folder, dotenv: null },
  )
  return findStartObstacles(checked.settings, faults)
}

describe('before anything is installed', () => {
  it('a good environment has no fault', async () => {
    expect(await obstacles({})).toEqual([])
  })

  it('a port in use is reported', async () => {
    expect(await obstacles({ PORT: String(busyPort) })).toEqual([
      expect.stringMatching(`^PORT: ${busyPort} on 127.0.0.1 is in use by another program`),
    ])
  })

  it('an address of another machine is reported', async () => {
    expect(await obstacles({ HOST: '192.0.2.1' })).toEqual([
      expect.stringMatching(/^HOST: can't listen on 192\.0\.2\.1 \(EADDRNOTAVAIL\): .* such as 127\.0\.0\.1$/),
    ])
  })

  it('a database that does not answer is reported without its password', async () => {
    const [fault, ...others] = await obstacles({
      DATABASE_URL: `postgres://u:hunter22@127.0.0.1:${await findFreePort()}/d`,
    })
    expect(others).toEqual([])
    expect(fault).toMatch(/^DATABASE_URL: no server answers at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/)
    expect(fault).not.toContain('hunter22')
  })

  it.each([
    { name: 'a server without TLS', says: 'N', fault: null },
    { name: 'a server with TLS', says: 'S', fault: null },
    { name: 'another service', says: 'HTTP/1.1 400 Bad Request', fault: 'not a PostgreSQL server' },
    { name: 'one that closes the connection', says: null, fault: 'connection closed' },
  ])('$name: its password is judged later, but not whether it is PostgreSQL', async ({ says, fault }) => {
    busy.on('connection', (socket) => {
      socket.on('error', () => socket.destroy())
      socket.once('data', () => (says === null ? socket.end() : socket.write(says)))
    })
    const found = await obstacles({ DATABASE_URL: `postgres://u@127.0.0.1:${busyPort}/d` })
    expect(found).toEqual(
      fault === null ? [] : [expect.stringContaining(`no server answers at 127.0.0.1:${busyPort} (${fault})`)],
    )
  })

  it('a data folder that is a file is reported', async () => {
    const file = path.join(folder, 'file')
    writeFileSync(file, '')
    expect(await obstacles({ DATA_DIR: file })).toEqual([expect.stringMatching(/^DATA_DIR: .* is not a folder/)])
    expect(await obstacles({ DATA_DIR: path.join(file, 'below') })).toEqual([
      expect.stringMatching(/^DATA_DIR: .* is not a folder/),
    ])
  })

  it('all faults are reported at once, each once', async () => {
    const found = await obstacles(
      { PORT: String(busyPort), DATABASE_URL: `postgres://127.0.0.1:${await findFreePort()}/d` },
      ['LOG_LEVEL: wrong'],
    )
    expect(found.map((fault) => fault.split(':')[0])).toEqual(['PORT', 'DATABASE_URL'])
    expect(await obstacles({ PORT: 'x' }, ['PORT: "x" is wrong'])).toEqual([])
  })
})

describe('npm start that is refused', () => {
  const refusals = (environment: Record<string, string>) => {
    const started = spawnSync(process.execPath, [path.resolve(import.meta.dirname, '../../../bin/start.mjs')], {
      env: { ...process.env, HOST: '127.0.0.1', DATA_DIR: path.join(folder, 'data'), ...environment },
      encoding: 'utf8',
    })
    expect(started).toMatchObject({ status: 1, stdout: '' })
    return started.stderr.trimEnd().split('\n')
  }

  it('says why in the lines of a log of JSON', () => {
    const lines = refusals({ LOG_FORMAT: 'json', PORT: String(busyPort), POLL_SESSIONS_EVERY: 'often' })
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 50, time: expect.any(String), component: 'start', msg: expect.stringMatching(/^POLL_SESSIONS_EVERY: /) },
      { level: 50, time: expect.any(String), component: 'start', msg: expect.stringMatching(/^PORT: .* is in use/) },
    ])
  })

  it('says why in plain lines where people read them', () => {
    const lines = refusals({ LOG_FORMAT: 'pretty', PORT: String(busyPort) })
    expect(lines).toEqual([expect.stringMatching(/^PORT: .* is in use/)])
  })
})

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createOutputReceiver } from './children.ts'
import { findFreePort } from './postgres.ts'
import { startWeb } from './start.ts'
import { createSupervisor } from './supervisor.ts'

/** A web server whose database does not answer. */
const FULL = `
import { createServer } from 'node:http'
createServer((request, response) => {
  response.writeHead(request.url === '/api/health/live' ? 200 : 503).end()
}).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('{"event":"listening","url":"http://127.0.0.1"}'))
`

let root: string
let supervisor: ReturnType<typeof createSupervisor>

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'peerwatch-start-web-'))
  supervisor = createSupervisor({ dataDir: path.join(root, 'data'), say: () => {} })
  mkdirSync(path.join(root, 'bin'))
  writeFileSync(path.join(root, 'package.json'), '{ "type": "module" }')
  writeFileSync(path.join(root, 'bin/web.ts'), FULL)
  mkdirSync(path.join(root, 'lib/platform'), { recursive: true })
  symlinkSync(import.meta.dirname, path.join(root, 'lib/platform/bootstrap'))
})
afterEach(async () => {
  await supervisor.stop({})
  rmSync(root, { recursive: true, force: true })
})

it('a web that answers counts as started although no connection of the database is free', async () => {
  await startOn(await findFreePort())
  expect(supervisor.statuses()).toMatchObject([{ name: 'web', state: 'running', restarts: 0 }])
})

it('a web whose port another one has does not count as started, though that one answers', async () => {
  const other = createServer((_, response) => response.end())
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  try {
    await expect(startOn((other.address() as AddressInfo).port)).rejects.toMatchObject({
      message: 'the web did not start: it exited (code 1)',
      output: expect.stringContaining('EADDRINUSE'),
    })
  } finally {
    other.close()
  }
})

describe('a web that exits at once is reported with how it ended, its last lines and what to do', () => {
  const cases = [
    {
      how: 'by itself',
      program:
        "console.log('a note'); process.stderr.write('postgresql://u:secret@h/d has no table'); process.exitCode = 7",
      message: 'the web did not start: it exited (code 7)',
      output: /^a note\npostgresql:\/\/u:\[redacted\]@h\/d has no table$/,
      advice: /correct what its last lines say/,
    },
    {
      how: 'killed',
      program: "process.kill(process.pid, 'SIGKILL')",
      message: 'the web did not start: it exited (SIGKILL)',
      output: /^$/,
      advice: /memory/,
    },
    {
      how: 'without a word',
      program: 'process.exit(4)',
      message: 'the web did not start: it exited (code 4)',
      output: /^$/,
      advice: /LOG_LEVEL=debug/,
    },
  ]
  it.each(cases)('$how', async ({ program, message, output, advice }) => {
    writeFileSync(path.join(root, 'bin/web.ts'), program)
    const failure: unknown = await startOn(await findFreePort()).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      message,
      output: expect.stringMatching(output),
      advice: expect.stringMatching(advice),
    })
  })
})

function startOn(port: number): Promise<void> {
  return startWeb({
    root,
    settings: { host: '127.0.0.1', port, dataDir: path.join(root, 'data') } as Parameters<
      typeof startWeb
    >[0]['settings'],
    supervisor,
    env: { PORT: String(port) },
    user: null,
    outlet: (name: string) => createOutputReceiver({ name, json: true, open: false }),
  })
}

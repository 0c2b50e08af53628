import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createOutlet } from './children.mjs'
import { freePort } from './postgres.mjs'
import { startWeb } from './start.mjs'
import { createSupervisor } from './supervisor.mjs'

/** A web whose database answers nobody. */
const FULL = `
import { createServer } from 'node:http'
createServer((request, response) => {
  response.writeHead(request.url === '/api/health/live' ? 200 : 503).end()
}).listen(Number(process.env.PORT), '127.0.0.1')
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
  const settings = { host: '127.0.0.1', port: await freePort(), dataDir: path.join(root, 'data') }
  await startWeb({
    root,
    settings: settings as Parameters<typeof startWeb>[0]['settings'],
    supervisor,
    env: { PORT: String(settings.port) },
    user: null,
    outlet: (name: string) => createOutlet({ name, json: true, open: false }),
  })
  expect(supervisor.statuses()).toMatchObject([{ name: 'web', state: 'running', restarts: 0 }])
})

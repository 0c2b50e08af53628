import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
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
  await startOn(await freePort())
  expect(supervisor.statuses()).toMatchObject([{ name: 'web', state: 'running', restarts: 0 }])
})

it('a web whose port another one has does not count as started, though that one answers', async () => {
  const other = createServer((_, response) => response.end())
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  try {
    await expect(startOn((other.address() as AddressInfo).port)).rejects.toThrow('web exited before it was ready')
  } finally {
    other.close()
  }
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
    outlet: (name: string) => createOutlet({ name, json: true, open: false }),
  })
}

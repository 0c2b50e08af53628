import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { waitForResponse } from '../lib/platform/bootstrap/children.ts'
import { waitForStart } from '../lib/platform/bootstrap/wait-for-start.ts'
import { readPid } from '../lib/platform/bootstrap/pid-files.ts'
import { findFreePort } from '../lib/platform/bootstrap/postgres.ts'
import { isAlive, waitForExit } from '../lib/platform/bootstrap/process-identity.ts'
import { listProcessTree } from '../lib/platform/testing/process-tree.ts'

const root = path.resolve(import.meta.dirname, '..')
const ID = '00000000-0000-4000-8000-000000000001'

test('what the archive has starts without a build, and leaves no process when each is killed', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-archive-'))
  chmodSync(folder, 0o755)
  const port = await findFreePort()
  const dataDir = path.join(folder, 'data')
  try {
    execFileSync(process.execPath, ['bin/build.ts', '--archive', path.join(folder, 'it.tgz')], { cwd: root })
    execFileSync('tar', ['--extract', '--file=it.tgz', '--strip-components=1'], { cwd: folder })
    const { components } = JSON.parse(readFileSync(path.join(folder, 'sbom.cdx.json'), 'utf8'))
    expect(components.length).toBeGreaterThan(200)
    // link packages and Node from the checkout, so that no download is needed
    for (const name of ['node_modules', '.runtime'])
      if (existsSync(path.join(root, name))) symlinkSync(path.join(root, name), path.join(folder, name))
    const env = {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: dataDir,
      BMP_LISTEN: `127.0.0.1:${await findFreePort()}`,
      AZURE_SUBSCRIPTION_IDS: ID,
      AZURE_TENANT_ID: ID,
      AZURE_CLIENT_ID: ID,
      AZURE_CLIENT_SECRET: 'none',
      AZURE_RESOURCE_MANAGER_ENDPOINT: 'http://127.0.0.1:9',
      AZURE_RETAIL_PRICES_URL: 'http://127.0.0.1:9',
      OUTBOUND_ALLOW: '127.0.0.1',
    }
    const child = spawn(process.execPath, ['bin/start.mjs'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', (chunk) => {
      said += chunk
    })
    try {
      await waitForStart(child, (given) => waitForResponse(`http://127.0.0.1:${port}/api/health/live`, given))
      expect(said).toMatch(/Packages: up to date/)
      expect(said).toMatch(/Web build: up to date/)
      const page = await fetch(`http://127.0.0.1:${port}/`)
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Peerwatch')])
      await expectNothingLeft(child.pid ?? 0, dataDir)
    } finally {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGTERM')
        await ended
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

/**
 * Kills the processes of `npm start` one after another and expects that each is replaced. Then kills the start itself
 * and expects that all processes end, including those that the killed processes had started.
 */
async function expectNothingLeft(start: number, dataDir: string): Promise<void> {
  const seen = new Set<number>()
  for (const name of ['web', 'bmp', 'worker', 'postgres']) {
    for (const pid of listProcessTree(start)) seen.add(pid)
    const killed = readPid(dataDir, name) ?? 0
    process.kill(killed, 'SIGKILL')
    const isReplaced = () => {
      const pid = readPid(dataDir, name)
      return pid !== null && pid !== killed && isAlive(pid)
    }
    await expect.poll(isReplaced, name).toBe(true)
  }
  for (const pid of listProcessTree(start)) seen.add(pid)
  process.kill(start, 'SIGKILL')
  for (const pid of seen) expect(await waitForExit(pid, 60_000), `process ${pid}`).toBe(true)
}

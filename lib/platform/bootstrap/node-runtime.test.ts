import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { installPinnedPackage } from './node-runtime.mjs'

/** A registry on this machine with one package, whose content a test can replace. */
let folder: string
let registry: Server
let tarball: Buffer

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-runtime-'))
  tarball = packed('the real one')
  registry = createServer((request, response) => {
    if (request.url?.endsWith('.tgz')) return response.end(tarball)
    const { port } = registry.address() as AddressInfo
    const dist = { tarball: `http://127.0.0.1:${port}/tool/-/tool-1.2.3.tgz`, integrity: integrityOf(tarball) }
    const versions = { '1.2.3': { name: 'tool', version: '1.2.3', dist } }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ name: 'tool', 'dist-tags': { latest: '1.2.3' }, versions }))
  })
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve))
  const { port } = registry.address() as AddressInfo
  vi.stubEnv('npm_config_registry', `http://127.0.0.1:${port}/`)
  vi.stubEnv('npm_config_cache', path.join(folder, 'cache'))
  vi.stubEnv('npm_config_fetch_retries', '0')
})
afterEach(async () => {
  rmSync(folder, { recursive: true })
  await new Promise((resolve) => registry.close(resolve))
})

function packed(content: string): Buffer {
  const source = path.join(folder, 'source')
  mkdirSync(path.join(source, 'package'), { recursive: true })
  writeFileSync(
    path.join(source, 'package/package.json'),
    JSON.stringify({ name: 'tool', version: '1.2.3', scripts: { postinstall: 'touch ran' } }),
  )
  writeFileSync(path.join(source, 'package/tool'), content)
  return spawnSync('tar', ['-czf', '-', '-C', source, 'package']).stdout
}

const integrityOf = (data: Buffer) => `sha512-${createHash('sha512').update(data).digest('base64')}`

it('a pinned package is installed if it is the one, without its scripts; another of its name and version is not', async () => {
  const pinned = { name: 'tool', version: '1.2.3', integrity: integrityOf(tarball) }
  const place = path.join(folder, 'runtime')
  const installed = path.join(place, 'node_modules/tool')
  await installPinnedPackage(place, pinned)
  expect(readFileSync(path.join(installed, 'tool'), 'utf8')).toBe('the real one')
  expect(existsSync(path.join(installed, 'ran'))).toBe(false)

  // the integrity that the registry declares matches the replaced file, but not the pinned integrity
  tarball = packed('another one')
  rmSync(place, { recursive: true })
  rmSync(path.join(folder, 'cache'), { recursive: true })
  await expect(installPinnedPackage(place, pinned)).rejects.toMatchObject({
    output: expect.stringContaining('EINTEGRITY'),
  })
  expect(existsSync(path.join(installed, 'tool'))).toBe(false)
})

it('a program that an older Node continues with does not pass the pipe of its parent to its children', () => {
  mkdirSync(path.join(folder, 'bin'))
  const runtime = path.join(import.meta.dirname, 'node-runtime.mjs')
  const launcher = path.join(folder, 'bin/tool.mjs')
  writeFileSync(
    launcher,
    `import { launchProgram } from ${JSON.stringify(runtime)}\nawait launchProgram(import.meta.url)\n`,
  )
  writeFileSync(path.join(folder, 'bin/tool.ts'), "console.log(process.env.PEERWATCH_PARENT_FD ?? 'removed')\n")
  const { stdout, stderr } = spawnSync(process.execPath, [launcher], {
    encoding: 'utf8',
    env: { ...process.env, PEERWATCH_PARENT_FD: '3' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  expect({ stdout, stderr }).toEqual({ stdout: 'removed\n', stderr: '' })
})

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'

import path from 'node:path'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { nodeEnvironment } from '../testing/node-environment.ts'
import { buildAllPrograms } from './bundle.ts'
import { PROGRAMS, hashProgramSources, findRunnableFile, getStampPath } from './programs.mjs'

const PROGRAM = 'bin/worker.ts'
const THREAD = 'lib/routers/bmp/station/listener-thread.ts'

/** A program that prints the paths it finds relative to itself, and whether Node.js loaded its TypeScript compiler. */
const FILES = {
  'package.json': '{ "type": "module", "imports": { "#lib/*": "./lib/*" } }',
  // in the form that Next.js writes
  '.next/package.json': '{ "type": "commonjs" }',
  [PROGRAM]: `import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { thread, text } from '#lib/routers/bmp/station/station.ts'
interface Said { text: string }
new Worker(thread).once('message', (message: string) => {
  const root: string = path.resolve(import.meta.dirname, '..')
  const compiler = process.moduleLoadList.some((name: string) => name.includes('amaro'))
  const said: Said = { text: text() }
  console.log(JSON.stringify({ ...said, root, message, compiler, at: new Error('here').stack.split('\\n')[1] }))
})
`,
  'lib/routers/bmp/station/station.ts': `import { readFileSync } from 'node:fs'
export const thread: URL = new URL('./listener-thread.ts', import.meta.url)
export const text = (): string => readFileSync(new URL('../text.txt', import.meta.url), 'utf8')
`,
  'lib/routers/bmp/text.txt': 'found',
  [THREAD]: `import { parentPort } from 'node:worker_threads'
const message: string = 'from the thread'
parentPort?.postMessage(message)
`,
}

let root: string
const write = (file: string, text: string) => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  writeFileSync(path.join(root, file), text)
}
beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'peerwatch-programs-'))
  for (const [file, text] of Object.entries(FILES)) write(file, text)
  await buildAllPrograms(root, [PROGRAM, THREAD])
  writeFileSync(getStampPath(root), hashProgramSources(root))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function run() {
  // without the compile cache, so that only a bundle can avoid loading the compiler
  const { NODE_COMPILE_CACHE: _, ...environment } = nodeEnvironment()
  const args = ['--enable-source-maps', findRunnableFile(root, PROGRAM)]
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    env: { ...environment, NODE_ENV: 'test' },
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  return JSON.parse(stdout) as unknown
}

it('runs the bundle, which finds what its sources did, and sources that were changed since as they are', () => {
  const same = { text: 'found', root, message: 'from the thread', at: expect.stringMatching(/bin\/worker\.ts:9:/) }
  expect(run()).toEqual({ ...same, compiler: false })
  write(PROGRAM, `${FILES[PROGRAM]}\n`)
  expect(findRunnableFile(root, PROGRAM)).toBe(path.join(root, PROGRAM))
  expect(run()).toEqual({ ...same, compiler: true })
  write(PROGRAM, FILES[PROGRAM])
  expect(run()).toEqual({ ...same, compiler: false })
})

it('runs no program with another one that shares what it alone uses at once', async () => {
  write('lib/shared/first.ts', "export const first = (): string => 'first'\n")
  write('lib/shared/second.ts', "export const second = (): string => 'second'\n")
  write('lib/shared/index.ts', "export * from './first.ts'\nexport * from './second.ts'\n")
  write('bin/alone.ts', "import { second } from '#lib/shared/index.ts'\nconsole.log('alone', second())\n")
  write('bin/later.ts', "const { first } = await import('#lib/shared/index.ts')\nconsole.log('later', first())\n")
  const other = mkdtempSync(path.join(tmpdir(), 'peerwatch-programs-'))
  cpSync(root, other, { recursive: true })
  await buildAllPrograms(other, ['bin/alone.ts', 'bin/later.ts'])
  const { stdout } = spawnSync(process.execPath, [path.join(other, '.next/programs/later.mjs')], { encoding: 'utf8' })
  rmSync(other, { recursive: true })
  expect(stdout).toBe('later first\n')
})

it('runs what is no bundle as it is', () => {
  write('bin/bench.ts', '')
  writeFileSync(getStampPath(root), hashProgramSources(root))
  expect(findRunnableFile(root, 'bin/bench.ts')).toBe(path.join(root, 'bin/bench.ts'))
})

it('knows programs that are there, each by a name of its own', () => {
  const clone = path.resolve(import.meta.dirname, '../../..')
  expect(new Set(PROGRAMS.map((program) => path.basename(program))).size).toBe(PROGRAMS.length)
  expect(PROGRAMS.filter((program) => !existsSync(path.join(clone, program)))).toEqual([])
})

it('starts without a package, since the start installs them', async () => {
  const clone = path.resolve(import.meta.dirname, '../../..')
  const bundled = await rolldown({
    cwd: clone,
    input: 'bin/start.ts',
    platform: 'node',
    external: (id) => !/^[.#/]/.test(id),
  })
  const { output } = await bundled.generate()
  const imported = new Set<string>()
  const read = (name: string) => {
    if (imported.has(name)) return
    imported.add(name)
    const chunk = output.find(({ fileName }) => fileName === name)
    if (chunk?.type === 'chunk') for (const one of chunk.imports) read(one)
  }
  read('start.js')
  expect([...imported].filter((name) => !name.endsWith('.js') && !isBuiltin(name))).toEqual([])
  expect(imported.size).toBeGreaterThan(10)
})

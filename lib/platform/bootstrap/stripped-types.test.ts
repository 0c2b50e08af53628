import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { nodeEnvironment } from '../testing/node-environment.ts'
import { preloadedOf } from './preloaded.mjs'

const BOOTSTRAP = 'lib/platform/bootstrap'

let root: string
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'peerwatch-stripped-'))
  writeFileSync(path.join(root, 'package.json'), '{ "type": "module" }')
  for (const folder of [BOOTSTRAP, 'bin']) mkdirSync(path.join(root, folder), { recursive: true })
  for (const name of ['parent-watch.mjs', 'strip-types.mjs', 'stripped-types.mjs'])
    copyFileSync(path.join(import.meta.dirname, name), path.join(root, BOOTSTRAP, name))
  write('first')
  run('--no-warnings', `${BOOTSTRAP}/strip-types.mjs`)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A program that says whether Node loaded its compiler of TypeScript, and on which line of it that is. */
const write = (text: string) =>
  writeFileSync(
    path.join(root, 'bin/program.ts'),
    `interface Said {
  text: string
}
const said: Said = { text: '${text}' }
const compiler = process.moduleLoadList.some((name: string) => name.includes('amaro'))
const line = /:(\\d+):\\d+\\)?$/.exec(new Error('here').stack!.split('\\n')[1]!)![1]
console.log(JSON.stringify({ ...said, compiler, line }))
`,
  )

function run(...args: string[]): string {
  // without what Node compiled before, so that only what was stripped can spare it
  const { NODE_COMPILE_CACHE: _, ...environment } = nodeEnvironment()
  const env = { ...environment, NODE_ENV: 'test' as const }
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

const program = () => JSON.parse(run(...preloadedOf(root), 'bin/program.ts')) as unknown

it('loads what was stripped without a compiler, and what was changed since as it is', () => {
  expect(program()).toEqual({ text: 'first', compiler: false, line: '6' })
  write('changed')
  expect(program()).toEqual({ text: 'changed', compiler: true, line: '6' })
  write('first')
  expect(program()).toEqual({ text: 'first', compiler: false, line: '6' })
})

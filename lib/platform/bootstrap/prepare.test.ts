import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { compileAhead } from './prepare.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-hints-'))
const read = (name: string) => readFileSync(path.join(folder, name), 'utf8')

beforeAll(() => {
  mkdirSync(path.join(folder, 'chunks'))
  writeFileSync(path.join(folder, 'chunks/0abc.js'), 'push(1)\n')
  writeFileSync(path.join(folder, 'chunks/0abc.css'), 'a { color: red }')
})
afterAll(() => rmSync(folder, { recursive: true }))

it('begins each script with the hint, and nothing else', async () => {
  expect(await compileAhead(folder)).toBe(1)
  expect(read('chunks/0abc.js')).toBe('//# allFunctionsCalledOnLoad\npush(1)\n')
  expect(read('chunks/0abc.css')).toBe('a { color: red }')
})

it('does it once', async () => {
  expect(await compileAhead(folder)).toBe(0)
  expect(read('chunks/0abc.js')).toBe('//# allFunctionsCalledOnLoad\npush(1)\n')
})

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WEB_BUILD_INPUTS, compressStaticFiles } from './prepare.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-hints-'))
const read = (name: string) => readFileSync(path.join(folder, name), 'utf8')

beforeAll(() => {
  mkdirSync(path.join(folder, 'chunks'))
  writeFileSync(path.join(folder, 'chunks/0abc.js'), 'push(1)\n')
  writeFileSync(path.join(folder, 'chunks/0abc.css'), 'a { color: red }')
})
afterAll(() => rmSync(folder, { recursive: true }))

// run twice: a script that already has the hint must not change
it.each(['first', 'second'])('begins each script with the hint, and nothing else, the %s time', async () => {
  await compressStaticFiles(folder)
  expect(read('chunks/0abc.js')).toBe('//# allFunctionsCalledOnLoad\npush(1)\n')
  expect(read('chunks/0abc.css')).toBe('a { color: red }')
  for (const name of ['chunks/0abc.js', 'chunks/0abc.css'])
    expect(String(brotliDecompressSync(readFileSync(path.join(folder, `${name}.br`))))).toBe(read(name))
})

it("knows each of the build's inputs by its name", () => {
  expect(WEB_BUILD_INPUTS.filter((name) => !existsSync(name))).toEqual([])
})

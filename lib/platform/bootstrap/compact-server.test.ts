import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { compactServer } from './compact-server.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-compact-'))
afterAll(() => rmSync(folder, { recursive: true }))

const words = 'module.exports=[1,()=>["– ≥ 👍",`${1}→`,/[–—]/u.test("—")]]'
const files = {
  'a.js': `${words};\n\n//# sourceMappingURL=a.js.map`,
  'b.js': `${words};\n\n//# sourceMappingURL=b.js.map`,
  'plain.js': 'module.exports=[2,()=>"é"]',
  'escaped.js': String.raw`module.exports=[3,()=>"\–"]`,
  'runtime.js': `const words=${words}`,
}

it('loads copies of a file once, keeps its letters in one byte each, and what it says', async () => {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
  const read = (name: keyof typeof files) => readFileSync(path.join(folder, name), 'utf8')
  const load = createRequire(path.join(folder, 'entry.js'))

  expect(await compactServer(folder)).toEqual({ copies: 1, escaped: 1 })
  expect(load('./b.js')).toBe(load('./a.js'))
  expect(read('a.js')).not.toMatch(/[\u0100-\uffff]/)
  expect(load('./a.js')[1]()).toEqual(['– ≥ 👍', '1→', true])
  for (const name of ['plain.js', 'escaped.js', 'runtime.js'] as const) expect(read(name)).toBe(files[name])
  // a second run changes nothing
  expect(await compactServer(folder)).toEqual({ copies: 0, escaped: 0 })
})

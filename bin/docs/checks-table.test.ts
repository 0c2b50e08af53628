import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { checkKinds, checkRecords } from '#lib/contract/index.ts'
import { withChecks } from './checks-table.ts'

const PAGE = 'docs/rules/checks.md'

it('docs/rules/checks.md describes the checks as their records do: run `npm run docs` where this fails', () => {
  const page = readFileSync(PAGE, 'utf8')
  expect(withChecks(page)).toBe(page)
})

it('a page without a place for them is refused', () => {
  expect(() => withChecks('# Checks\n')).toThrow(/holds no/)
})

it.each(checkKinds)('%s rests on documentation of Microsoft', (kind) => {
  expect(checkRecords[kind].source).toMatch(/^https:\/\/learn\.microsoft\.com\/azure\//)
})

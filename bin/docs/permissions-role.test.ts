import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { replaceRoleDefinition } from './permissions-role.ts'

const PAGE = 'docs/azure-permissions.md'

it('docs/azure-permissions.md grants what the polls need: run `npm run docs` where this fails', () => {
  const page = readFileSync(PAGE, 'utf8')
  expect(replaceRoleDefinition(page)).toBe(page)
})

it('a page without a place for the role is refused', () => {
  expect(() => replaceRoleDefinition('# Permissions\n')).toThrow(/no block/)
})

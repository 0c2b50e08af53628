import { expect, it } from 'vitest'
import { hasOnlyTagChanges } from './tag-changes.ts'

it.each([
  [['/tags/owner'], true],
  [['/Tags', '/tags/owner'], true],
  [['/tags/owner', '/sku/name'], false],
  [['/tagsOfOurs'], false],
  [[], false],
])('%j', (paths, expected) => expect(hasOnlyTagChanges(paths.map((path) => ({ path })))).toBe(expected))

import { describe, expect, it } from 'vitest'
import { findExclusion, isExclusionText } from './exclusion.ts'

const group = '/subscriptions/0-1/resourceGroups/Lab'
const resourceId = `${group}/providers/Microsoft.Network/virtualNetworkGateways/gw`
const resource = { resourceId, config: { tags: { Env: 'test', owner: 'noc' } } }

describe('a resource', () => {
  it.each<[string, string, boolean]>([
    ['by its id', resourceId.toUpperCase(), true],
    ['by its group', group.toLowerCase(), true],
    ['by a group whose name goes on', `${group}-2`, false],
    ['by another whose name it begins with', resourceId.slice(0, -1), false],
    ['by a tag of any value', 'tag:env', true],
    ['by a tag and its value', 'tag:Env=test', true],
    ['by a tag of another value', 'tag:Env=TEST', false],
    ['by a tag that it lacks', 'tag:site', false],
    ['by the empty value of a tag', 'tag:Env=', false],
  ])('is left out %s: %s', (_, match, is) => {
    const exclusion = { match, why: 'a lab' }
    expect(findExclusion(resource, [{ match: 'tag:none', why: 'x' }, exclusion])).toBe(is ? exclusion : null)
  })

  it.each([null, {}, { tags: null }, { tags: 'Env' }])('without tags (%j) has none', (config) => {
    expect(findExclusion({ resourceId, config }, [{ match: 'tag:Env', why: 'a lab' }])).toBeNull()
  })
})

it.each<[string, boolean]>([
  [resourceId, true],
  [group, true],
  ['tag:Env=test', true],
  ['tag:Env', true],
  ['tag:', false],
  ['/subscriptions/0-1', false],
  ['gw', false],
])('%s can be declared: %s', (text, can) => expect(isExclusionText(text)).toBe(can))

import { describe, expect, it } from 'vitest'
import { parseStoredViews, extractSavedViewSearch } from './saved-views.ts'

describe('what a browser has kept is read', () => {
  it.each([
    ['as it was written', '[{"name":"a","search":"?kind=failover"}]', [{ name: 'a', search: '?kind=failover' }]],
    ['as nothing when there is nothing', null, []],
    ['as nothing when it is no JSON', '{', []],
    ['as nothing when it is something else', '{"name":"a"}', []],
    ['without what is no view', '[1, {"name":"a"}, {"name":"b","search":""}]', [{ name: 'b', search: '' }]],
  ])('%s', (_, text, expected) => {
    expect(parseStoredViews(text)).toEqual(expected)
  })
})

it.each([
  ['', ''],
  ['?cursor=abc', ''],
  ['?range=7d&customer=Tailspin&sessions.group=where', '?sessions.group=where'],
  ['?kind=failover%2Cno_path&cursor=abc&scope=x', '?kind=failover%2Cno_path&scope=x'],
])('of %s is kept %s', (search, kept) => {
  expect(extractSavedViewSearch(search)).toBe(kept)
})

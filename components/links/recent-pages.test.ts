import { expect, it } from 'vitest'
import { parseRecentPages, addRecentPage } from './recent-pages.ts'

const item = (href: string) => ({ href, name: href, detail: '' })

it('a place that is visited again stands once, in front', () => {
  const recent = ['/a', '/b'].map(item)
  expect(addRecentPage(recent, item('/b')).map(({ href }) => href)).toEqual(['/b', '/a'])
})

it('the oldest is forgotten', () => {
  const many = Array.from({ length: 8 }, (_, index) => item(`/${index}`))
  const kept = addRecentPage(many, item('/new'))
  expect(kept).toHaveLength(8)
  expect(kept.at(-1)?.href).toBe('/6')
})

it.each([
  ['nothing kept', null],
  ['no JSON', '{'],
  ['no list', '{}'],
  ['another site', '[{"href":"//evil.example","name":"a","detail":""}]'],
  ['a script', '[{"href":"javascript:alert(1)","name":"a","detail":""}]'],
  ['half an item', '[{"href":"/a"},null]'],
])('%s reads as nothing', (_, text) => {
  expect(parseRecentPages(text)).toEqual([])
})

import { expect, it } from 'vitest'
import { withoutReferences } from './testing/openapi.ts'
import { pickEvenlySpacedItems } from './testing/questions.ts'
import { findDigestDifferences, ProductAnswerRecording } from './testing/recording.ts'

const answer = { scope: 'whole', status: 200, type: 'application/json', body: '{"a":1}' }

const digestsOf = (...answers: Partial<typeof answer & { name: string }>[]): string => {
  const recording = new ProductAnswerRecording()
  for (const own of answers) recording.add({ name: '/a', ...answer, ...own })
  return recording.digests()
}

it('each answer that differs is named, with what differs', () => {
  const former = digestsOf({}, { name: '/b' }, { name: '/c' }, { name: '/d' })
  const now = digestsOf(
    { status: 404 },
    { name: '/b', body: '{"a":2}' },
    { name: '/c', body: '{"a":10}' },
    { name: '/e' },
  )
  expect(findDigestDifferences(former, now)).toEqual([
    '/a, asked by whole: status 200 became 404',
    '/b, asked by whole: other 7 bytes',
    '/c, asked by whole: 7 bytes became 8',
    '/d, asked by whole: is not answered any more',
    '/e, asked by whole: is answered, and was not',
  ])
  expect(findDigestDifferences(former, former)).toEqual([])
  // the same bytes with another content type
  expect(findDigestDifferences(digestsOf({}), digestsOf({ type: 'text/plain' }))).toHaveLength(1)
})

it('no two answers have one name', () => {
  expect(() => digestsOf({}, {})).toThrow('the referee asked twice: whole /a')
})

it('schemas by name and schemas in place are one document', () => {
  const row = { type: 'object', properties: { at: { type: 'string' } } }
  const named = {
    paths: { '/a': { get: { schema: { $ref: '#/components/schemas/Row' } } } },
    components: { schemas: { Row: row }, securitySchemes: { token: {} } },
  }
  const inPlace = {
    paths: { '/a': { get: { schema: row } } },
    components: { schemas: {}, securitySchemes: { token: {} } },
  }
  expect(withoutReferences(named)).toEqual(withoutReferences(inPlace))
  const tree = { components: { schemas: { Tree: { items: { $ref: '#/components/schemas/Tree' } } } } }
  expect(withoutReferences({ ...tree, of: { $ref: '#/components/schemas/Tree' } })).toMatchObject({
    of: { items: { 'as above': 1 } },
  })
})

it.each([
  [1, [0]],
  [2, [0, 9]],
  [4, [0, 3, 6, 9]],
  [20, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
])('%i of ten are chosen from the whole list', (most, chosen) => {
  expect(pickEvenlySpacedItems([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], most)).toEqual(chosen)
  expect(pickEvenlySpacedItems(['one'], most)).toEqual(['one'])
  expect(pickEvenlySpacedItems([], most)).toEqual([])
})

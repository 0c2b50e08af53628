import { expect, it } from 'vitest'
import { parseFormerRoots } from './readable-event.ts'

const root = { root: 'e1', until: '2026-11-20T03:00:00.000Z' }

it.each<[string, unknown, string[]]>([
  ['as they were stored', [root, { ...root, root: 'e2' }], ['e1', 'e2']],
  ['in no list', {}, []],
  ['beside damaged ones', [null, 7, { root: 'e3' }, { root: 'e4', until: 'then' }, root], ['e1']],
])('former roots %s are read as far as they can be', (_, stored, ids) => {
  expect(parseFormerRoots(stored).map(({ eventId }) => eventId)).toEqual(ids)
})

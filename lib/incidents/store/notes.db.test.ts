import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { addNote, updateNote, findNote, listNotes, removeNote } from './index.ts'

const db = withTestDatabase()
const at = Date.parse('2030-03-04T12:00:00.000Z')
const [three, four, five] = ['03', '04', '05'].map((hour) => `2030-03-04T${hour}:00:00.000Z`) as [
  string,
  string,
  string,
]

it('a note is found by its scope and by a time that it touches, changes, and goes', async () => {
  const written = { subject: null, text: 'rerouted', by: 'Ada', at }
  const moment = await addNote(db.pool, { ...written, scope: 'estate', from: three, to: null })
  const range = await addNote(db.pool, { ...written, scope: 'cktlon', from: three, to: five })
  const ids = async (asked: Parameters<typeof listNotes>[1]) => (await listNotes(db.pool, asked)).map(({ id }) => id)
  expect((await ids({})).toSorted()).toEqual([moment, range].toSorted())
  expect(await ids({ scopes: ['cktlon'] })).toEqual([range])
  expect(await ids({ from: Date.parse(four) })).toEqual([range])
  expect(await ids({ to: Date.parse(three) - 1 })).toEqual([])

  await updateNote(db.pool, moment, { from: four, to: null, text: 'back', by: 'Bob', at: at + 1_000 })
  expect(await findNote(db.pool, moment)).toMatchObject({
    from: four,
    text: 'back',
    writtenBy: 'Ada',
    writtenAt: '2030-03-04T12:00:00.000Z',
    changedBy: 'Bob',
    changedAt: '2030-03-04T12:00:01.000Z',
  })
  await removeNote(db.pool, moment)
  expect(await findNote(db.pool, moment)).toBeNull()
})

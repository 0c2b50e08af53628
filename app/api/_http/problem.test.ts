import { expect, it } from 'vitest'
import { problemOf } from './problem.ts'

const request = new Request('http://127.0.0.1/api/v1/x')
const databaseError = (code: string) => Object.assign(new Error('date/time field value out of range: "x"'), { code })

it.each(['22007', '22008', '22003', '22P02', '22021'])(
  'a value that the database refuses (%s) is the client’s fault, without the database’s words',
  async (code) => {
    const response = problemOf(databaseError(code), request)
    expect(response.status).toBe(400)
    expect(await response.text()).not.toMatch(/date\/time/)
  },
)

it('a statement that the database refuses is ours', () => {
  expect(problemOf(databaseError('42601'), request).status).toBe(500)
})

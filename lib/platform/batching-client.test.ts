import { expect, it } from 'vitest'
import { createBatchingClient } from './batching-client.ts'

it('sends what is asked at the same time as one statement, and what is asked after its answers as another', async () => {
  const sent: { text: string; values: unknown[] }[] = []
  const query = async (statement: { text: string; values: unknown[] }) => {
    sent.push(statement)
    return { rows: [{ q0: [{ n: 1 }, { n: 1 }], q1: [{ id: 7 }] }] }
  }
  const asked = createBatchingClient({ query } as never)
  const [{ rowCount }, { rows }] = await Promise.all([
    asked.query('UPDATE a SET x = $1', [1]),
    asked.query({ text: 'SELECT id FROM b WHERE y = $1 AND z = $2', values: [2, 3] }),
  ])
  expect([rowCount, rows]).toEqual([2, [{ id: 7 }]])
  await asked.query('INSERT INTO c VALUES ($1) RETURNING id', [4])
  expect(sent.map(({ text, values }) => [text.split(' SELECT (')[0], values])).toEqual([
    ['WITH q0 AS (UPDATE a SET x = $1 RETURNING 1 AS n), q1 AS (SELECT id FROM b WHERE y = $2 AND z = $3)', [1, 2, 3]],
    ['WITH q0 AS (INSERT INTO c VALUES ($1) RETURNING id)', [4]],
  ])
})

it('fails for all that asked', async () => {
  const asked = createBatchingClient({
    query: () => {
      throw new Error('gone')
    },
  } as never)
  const ended = await Promise.allSettled([asked.query('UPDATE a SET x = 1'), asked.query('UPDATE b SET x = 1')])
  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

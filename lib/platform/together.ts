import { hash } from 'node:crypto'
import type { PreparedStatement, Queryable } from './queryable.ts'

type Answer = { rows: unknown[]; rowCount: number | null }
type Waiting = { statement: PreparedStatement; resolve: (answer: Promise<Answer>) => void }

/** By text, so that each connection plans every combination once. */
const names = new Map<string, string>()

/**
 * Sends statements that are asked at the same time as one. Its parts see nothing of each other: each writes a table of its own, and
 * returns at most what JSON can hold.
 */
export function together(client: Queryable): Queryable {
  let waiting: Waiting[] = []
  const send = () => {
    const all = waiting
    waiting = []
    const statement = joined(all.map(({ statement }) => statement))
    // a client that throws rejects those that ask, too
    const answers = (async () => client.query<Record<string, unknown[]>>(statement))()
    const answerOf = async (i: number) => {
      const rows = (await answers).rows[0]?.[`q${i}`] ?? []
      return { rows, rowCount: rows.length }
    }
    for (const [i, { resolve }] of all.entries()) resolve(answerOf(i))
  }
  const query = (given: string | PreparedStatement, values: unknown[] = []) =>
    new Promise<Answer>((resolve) => {
      waiting.push({ statement: typeof given === 'string' ? { text: given, values } : given, resolve })
      // after all that goes on without an answer has asked as well
      if (waiting.length === 1) process.nextTick(send)
    })
  return { query } as Queryable
}

function joined(statements: readonly PreparedStatement[]): PreparedStatement {
  let before = 0
  const parts = statements.map(({ text, values }, i) => {
    const own = text.replace(/\$(\d+)/g, (_, n: string) => `$${before + Number(n)}`)
    before += values.length
    return `q${i} AS (${own}${/^SELECT| RETURNING /.test(own) ? '' : ' RETURNING 1 AS n'})`
  })
  const answers = parts.map((_, i) => `(SELECT coalesce(json_agg(q${i}), '[]') FROM q${i}) AS q${i}`)
  const text = `WITH ${parts.join(', ')} SELECT ${answers.join(', ')}`
  const name = names.get(text) ?? `together_${hash('sha1', text)}`
  names.set(text, name)
  return { name, text, values: statements.flatMap(({ values }) => values) }
}

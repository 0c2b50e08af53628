import { hash } from 'node:crypto'
import type { PreparedStatement, SqlExecutor } from './queryable.ts'

type Answer = { rows: unknown[]; rowCount: number | null }
type Waiting = { statement: PreparedStatement; resolve: (answer: Promise<Answer>) => void }

/**
 * Node of a tree in which each step from a node to a child represents the text of one statement. The path from the root
 * to a node is therefore a sequence of statements. The node caches the combined statement of its sequence, so that each
 * database connection plans every combination only once.
 */
interface Combination {
  followedBy: Map<string, Combination>
  made?: Required<Pick<PreparedStatement, 'name' | 'text'>>
}
const combinations: Combination = { followedBy: new Map() }

/**
 * Returns a client that sends all statements of one tick of the event loop as a single statement. Within the combined
 * statement, no part sees the changes of another part. Therefore each statement must write a different table, and may
 * return only values that JSON can represent.
 */
export function createBatchingClient(client: SqlExecutor): SqlExecutor {
  let waiting: Waiting[] = []
  const send = () => {
    const all = waiting
    waiting = []
    const statement = joined(all.map(({ statement }) => statement))
    // the async function turns a synchronous error of the client into a rejection, so that it reaches the callers
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
      // process.nextTick runs after the synchronous code that adds statements
      if (waiting.length === 1) process.nextTick(send)
    })
  return { query } as SqlExecutor
}

function joined(statements: readonly PreparedStatement[]): PreparedStatement {
  let known = combinations
  for (const { text } of statements) {
    const next = known.followedBy.get(text) ?? { followedBy: new Map() }
    known.followedBy.set(text, next)
    known = next
  }
  known.made ??= combined(statements)
  return { ...known.made, values: statements.flatMap(({ values }) => values) }
}

function combined(statements: readonly PreparedStatement[]): Required<Pick<PreparedStatement, 'name' | 'text'>> {
  let before = 0
  const parts = statements.map(({ text, values }, i) => {
    const own = text.replace(/\$(\d+)/g, (_, n: string) => `$${before + Number(n)}`)
    before += values.length
    return `q${i} AS (${own}${/^SELECT| RETURNING /.test(own) ? '' : ' RETURNING 1 AS n'})`
  })
  const answers = parts.map((_, i) => `(SELECT coalesce(json_agg(q${i}), '[]') FROM q${i}) AS q${i}`)
  const text = `WITH ${parts.join(', ')} SELECT ${answers.join(', ')}`
  return { name: `together_${hash('sha1', text)}`, text }
}

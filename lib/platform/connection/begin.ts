import pg from 'pg'

/**
 * Members of the query class of pg (the PostgreSQL driver) that its types lack. `submit` sends the query, and `prepare`
 * sends a statement with parameters in one write.
 */
interface Sent {
  text: string
  name?: string
  callback?: (error: Error | undefined, result: pg.QueryResult) => void
  requiresPreparation(): boolean
  hasBeenParsed(connection: Connection): boolean
  prepare(connection: Connection): void
  handleCommandComplete(message: unknown, connection: Connection): void
}
type Connection = Record<'parse' | 'bind' | 'execute', (message: object) => void>
type BeginRequest = ConstructorParameters<typeof pg.Query>

/** Transaction that begins together with its first statement. */
interface Begun {
  isBegun: boolean
  /** true = a named statement failed in a way that leaves unknown whether the server has stored its name */
  isUnsure: boolean
  /** Restores the client, so that no later statement begins the transaction. */
  end(): void
}

/**
 * Makes the next statement of a client begin its transaction. BEGIN and the statement are sent in one write with one
 * Sync, so that the server skips the statement if BEGIN fails (protocol 3, "Extended Query"; ADR 0259).
 * @param begin statements without parameters: BEGIN, and the settings of the transaction
 */
export function beginWithNext(client: pg.PoolClient, begin: readonly string[]): Begun {
  const own = Object.getOwnPropertyDescriptor(client, 'query')
  const end = () => {
    if (own) Object.defineProperty(client, 'query', own)
    else Reflect.deleteProperty(client, 'query')
  }
  const begun = { isBegun: false, isUnsure: false, end }
  const value = (...asked: BeginRequest) => {
    end()
    begun.isBegun = true
    const statement = new pg.Query(...asked)
    const sent = statement as unknown as Sent
    sendAfter(begin, sent, begun)
    if (sent.callback) return void client.query(statement)
    return new Promise((resolve, reject) => {
      sent.callback = (error, result) => (error ? reject(error) : resolve(result))
      client.query(statement)
    }).catch((error: Error) => {
      // the error gets the stack of the caller, as in pg, instead of the stack of the code that read the response
      Error.captureStackTrace(error)
      throw error
    })
  }
  Object.defineProperty(client, 'query', { value, configurable: true, writable: true })
  return begun
}

function sendAfter(begin: readonly string[], sent: Sent, begun: Begun): void {
  // several statements without parameters can be one message of the simple protocol
  if (!sent.requiresPreparation()) sent.text = [...begin, sent.text].join('; ')
  const { prepare, handleCommandComplete } = sent
  sent.prepare = (connection) => {
    begun.isUnsure = sent.name !== undefined && !sent.hasBeenParsed(connection)
    for (const text of begin) {
      connection.parse({ text })
      connection.bind({})
      connection.execute({})
    }
    prepare.call(sent, connection)
  }
  let left = begin.length
  sent.handleCommandComplete = (message, connection) => {
    if (left-- > 0) return
    begun.isUnsure = false
    handleCommandComplete.call(sent, message, connection)
  }
}

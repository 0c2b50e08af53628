import pg from 'pg'

/**
 * Members of a query object of pg (the PostgreSQL driver) that are missing in pg's types. `submit` sends the query, and
 * `prepare` sends a statement with parameters in one write.
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

/** State of a transaction whose BEGIN is sent together with its first statement. */
interface Begun {
  isBegun: boolean
  /** true = a named statement failed, and it is unknown whether the server has stored the name */
  isUnsure: boolean
  /** Restores the client, so that the next statement does not begin a transaction. */
  end(): void
}

/**
 * Changes a client so that its next statement begins a transaction. BEGIN and the statement are sent in one write with
 * a single Sync message, so that the server skips the statement if BEGIN fails (protocol 3, "Extended Query";
 * ADR 0259).
 * @param begin statements without parameters that begin the transaction: BEGIN, and settings of the transaction
 */
export function beginWithNextStatement(client: pg.PoolClient, begin: readonly string[]): Begun {
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
      // the error gets the stack of the caller. Otherwise it would have the stack of pg's code that reads the response
      Error.captureStackTrace(error)
      throw error
    })
  }
  Object.defineProperty(client, 'query', { value, configurable: true, writable: true })
  return begun
}

function sendAfter(begin: readonly string[], sent: Sent, begun: Begun): void {
  // without parameters, BEGIN and the statement are sent as one message of the simple protocol
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

import pg from 'pg'

/** What pg's query has beside its types: it is sent by `submit`, and a statement with parameters by `prepare`, in one write. */
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

/** A transaction that begins with its first statement. */
interface Begun {
  isBegun: boolean
  /** the statement failed, and its name may be known to one side alone */
  isUnsure: boolean
  /** from now on no statement begins it */
  end(): void
}

/**
 * Lets the next statement of a client begin its transaction: both are sent in one write and end with one Sync, so that where the first fails the
 * server skips the second (protocol 3, "Extended Query"; ADR 0259).
 * @param begin statements without parameters: BEGIN, and what is set for the transaction
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
      // as pg does: who asked, and not what read the answer
      Error.captureStackTrace(error)
      throw error
    })
  }
  Object.defineProperty(client, 'query', { value, configurable: true, writable: true })
  return begun
}

function sendAfter(begin: readonly string[], sent: Sent, begun: Begun): void {
  // several statements without parameters are one message of the simple protocol
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

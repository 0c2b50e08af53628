/**
 * Client of BIRD's control socket. Each line of a reply begins with a four-digit code. After the code, the last line of
 * a reply has a space.
 */
import { createConnection } from 'node:net'

/** Error if the daemon is not running or does not answer in time. */
export class RouterSilent extends Error {}

const CODED = /^(\d{4})([- ])(.*)$/
/** First code that means that a command failed. */
const FAILED = '8000'

/**
 * Sends commands one after the other.
 * @returns the answers without their codes, in order
 * @throws RouterSilent if the daemon is not running or does not answer in time
 */
export function sendToBird(socketFile: string, commands: readonly string[], timeoutMs = 1_000): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const connection = createConnection(socketFile)
    const replies: string[] = []
    let current: string[] = []
    let rest = ''
    const end = (settle: () => void): void => {
      connection.destroy()
      settle()
    }
    const silent = (why: string): void => end(() => reject(new RouterSilent(`${socketFile}: ${why}`)))
    const finished = (): void => {
      replies.push(current.join('\n'))
      current = []
      // BIRD first sends a greeting, which counts as the first reply
      const next = commands[replies.length - 1]
      if (next === undefined) end(() => resolve(replies.slice(1)))
      else connection.write(`${next}\n`)
    }
    connection.setEncoding('utf8').setTimeout(timeoutMs, () => silent('no answer'))
    connection.on('error', (error) => silent(error.message))
    connection.on('close', () => silent('closed'))
    connection.on('data', (chunk) => {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const [, code, mark, text] = CODED.exec(line) ?? []
        current.push(text ?? line.slice(1))
        if (code !== undefined && code >= FAILED) {
          end(() => reject(new Error(`${commands[replies.length - 1] ?? ''}: ${text ?? ''}`)))
          return
        }
        if (mark === ' ') finished()
      }
    })
  })
}

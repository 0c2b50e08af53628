import { Agent, get, type IncomingMessage } from 'node:http'
import { createParser } from 'eventsource-parser'

/** Maximum time for the server to open a stream. */
const OPEN_WITHIN_MS = 30_000

export interface OpenChangeStreams {
  /** number of changes sent to all streams */
  changes: () => number
  stillOpen: () => number
  close: () => void
}

/** Opens change streams like those of walls, and discards their content. */
export async function openStreams(url: string, count: number): Promise<OpenChangeStreams> {
  const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY })
  let changes = 0
  const answers = await Promise.all(Array.from({ length: count }, () => openStream(`${url}/api/v1/stream`, agent)))
  for (const answer of answers) {
    const parser = createParser({
      onEvent: ({ event }) => {
        if (event === 'change') changes += 1
      },
    })
    answer.setEncoding('utf8').on('data', (text: string) => parser.feed(text))
    // closing the streams causes this error
    answer.on('error', () => {})
  }
  return {
    changes: () => changes,
    stillOpen: () => answers.filter(({ complete, destroyed }) => !complete && !destroyed).length,
    close: () => agent.destroy(),
  }
}

const openStream = (address: string, agent: Agent): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(address, { agent, timeout: OPEN_WITHIN_MS }, (answer) => {
      answer.setTimeout(0)
      if (answer.statusCode === 200) resolve(answer)
      else reject(new Error(`${address} answered ${answer.statusCode}`))
    })
      .once('timeout', () => reject(new Error(`${address} was not opened within ${OPEN_WITHIN_MS / 1000} s`)))
      .once('error', reject)
  })

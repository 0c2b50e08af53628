import type { Worker } from 'node:worker_threads'

/**
 * Error about a port that cannot be opened, because the address is in use, does not belong to this machine, or needs
 * rights. The message has the system's error code.
 */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

/** Result of the start of a listening thread. */
export type Begin = { type: 'listening'; port: number } | { type: 'failed'; code: string }

/** Request to a listening thread to close its sockets and end. */
export interface StationStop {
  type: 'stop'
}

/**
 * Controls a listening thread from its start to its end. `Arrived` is the type of the messages that the thread posts,
 * except the result of its start. `Asked` is the type of the messages sent to it, except the stop request.
 */
export class ListeningThread<Arrived extends { type: string }, Asked extends { type: string }> {
  port = 0
  isStopping = false
  /** rejects with ListenError if the thread cannot listen */
  readonly listening: Promise<void>
  /** rejects if the thread ends without a stop request */
  readonly ended: Promise<void>
  private readonly thread: Worker

  /** @param what name of the service in error messages */
  constructor(thread: Worker, what: string, take: (message: Arrived) => void) {
    this.thread = thread
    this.ended = new Promise((resolve, reject) => {
      thread.once('error', reject)
      thread.once('exit', () =>
        this.isStopping ? resolve() : reject(new Error(`the thread that listens for ${what} ended`)),
      )
    })
    // prevents an unhandled rejection if no caller waits for `ended`
    this.ended.catch(() => undefined)
    this.listening = new Promise((resolve, reject) => {
      thread.on('message', (message: Begin | Arrived) => {
        if (isBegin(message)) {
          if (message.type === 'listening') {
            this.port = message.port
            resolve()
          } else {
            this.isStopping = true
            reject(new ListenError(`can't listen for ${what}: ${message.code}`))
          }
        } else take(message)
      })
      thread.once('error', reject)
    })
  }

  send(message: Asked | StationStop): void {
    this.thread.postMessage(message)
  }

  /** Stops the thread. Resolves when all received data were posted. */
  async stop(): Promise<void> {
    this.isStopping = true
    this.send({ type: 'stop' })
    await this.ended
  }
}

const isBegin = (message: { type: string }): message is Begin =>
  message.type === 'listening' || message.type === 'failed'

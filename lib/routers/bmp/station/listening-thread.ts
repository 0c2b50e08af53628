import type { Worker } from 'node:worker_threads'

/**
 * Error if a port cannot be opened, for example because it is in use or needs privileges. The message contains the
 * error code of the system.
 */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

/** First message of a listening thread: it is listening, or it could not begin. */
export type ListeningStartResult = { type: 'listening'; port: number } | { type: 'failed'; code: string }

/** Request that a listening thread closes its sockets and ends. */
export interface StationStop {
  type: 'stop'
}

/**
 * Starts and stops a listening thread and receives its messages. `Arrived` is the type of the messages from the thread;
 * `Asked` is the type of the messages to it. The messages for start and stop are not included.
 */
export class ListeningThread<Arrived extends { type: string }, Asked extends { type: string }> {
  port = 0
  isStopping = false
  /** Resolves when the thread is listening; rejects with ListenError if it cannot. */
  readonly listening: Promise<void>
  /** Resolves when the thread has ended; rejects if it ended without a request. */
  readonly ended: Promise<void>
  private readonly thread: Worker

  /** @param what name of the service, for error messages */
  constructor(thread: Worker, what: string, take: (message: Arrived) => void) {
    this.thread = thread
    this.ended = new Promise((resolve, reject) => {
      thread.once('error', reject)
      thread.once('exit', () =>
        this.isStopping ? resolve() : reject(new Error(`the thread that listens for ${what} ended`)),
      )
    })
    // avoid an unhandled rejection if the caller does not use `ended`
    this.ended.catch(() => undefined)
    this.listening = new Promise((resolve, reject) => {
      thread.on('message', (message: ListeningStartResult | Arrived) => {
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

  /** Stops the thread. Resolves after the thread has sent all data that it received. */
  async stop(): Promise<void> {
    this.isStopping = true
    this.send({ type: 'stop' })
    await this.ended
  }
}

const isBegin = (message: { type: string }): message is ListeningStartResult =>
  message.type === 'listening' || message.type === 'failed'

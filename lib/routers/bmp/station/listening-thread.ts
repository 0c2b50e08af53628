import type { Worker } from 'node:worker_threads'

/** What can't listen: the address is in use, not this machine's, or needs rights. `message` names the system's code. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

/** How the beginning of a thread that listens went. */
export type Begin = { type: 'listening'; port: number } | { type: 'failed'; code: string }

/** Asks such a thread to close what it listens on, and to end. */
export interface StationStop {
  type: 'stop'
}

/** A thread that listens, from its start to its end. `Arrived` is what it posts beside how its beginning went, `Asked` what it is asked beside to stop. */
export class ListeningThread<Arrived extends { type: string }, Asked extends { type: string }> {
  port = 0
  isStopping = false
  /** rejects with ListenError where it can't listen */
  readonly listening: Promise<void>
  /** rejects when the thread ends unasked */
  readonly ended: Promise<void>
  private readonly thread: Worker

  /** @param what it listens for, as errors say it */
  constructor(thread: Worker, what: string, take: (message: Arrived) => void) {
    this.thread = thread
    this.ended = new Promise((resolve, reject) => {
      thread.once('error', reject)
      thread.once('exit', () =>
        this.isStopping ? resolve() : reject(new Error(`the thread that listens for ${what} ended`)),
      )
    })
    // whoever does not wait for the end is not to be ended by it
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

  /** Resolves when all that had arrived was posted. */
  async stop(): Promise<void> {
    this.isStopping = true
    this.send({ type: 'stop' })
    await this.ended
  }
}

const isBegin = (message: { type: string }): message is Begin =>
  message.type === 'listening' || message.type === 'failed'

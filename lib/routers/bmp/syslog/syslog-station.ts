import { Worker } from 'node:worker_threads'
import type { EpochMs } from '#lib/contract/index.ts'
import { computeDatabaseTime } from '#lib/platform/database-clock.ts'
import { ListeningThread } from '../station/listening-thread.ts'
import type { AllowedBlock } from '../station/thread-messages.ts'
import { LineSplitter, type SyslogLineOrFault, decodeSyslogLine } from './line-splitter.ts'
import { MAX_LINE_BYTES } from './syslog-message.ts'
import {
  estimateWaitingBytes,
  type SyslogListenerMessage,
  type SyslogLimits,
  type SyslogListenerOptions,
  type MessageToSyslogListener,
} from './thread-messages.ts'

const SYSLOG_LIMITS: SyslogLimits = {
  connections: 200,
  connectionsOfAddress: 8,
  waitingBytes: 2 ** 20,
  allWaitingBytes: 32 * 2 ** 20,
  silentMs: 24 * 60 * 60_000,
}

export interface ArrivedLine {
  /** Time at which the line was read from the socket, by the database's clock. */
  at: EpochMs
  text: string
}

/**
 * Reason why a line is not recorded: it is longer than {@link MAX_LINE_BYTES}, it is not syslog, or its sender sent
 * more than can be recorded.
 */
export type ReasonOfSkippedSyslogLine = 'oversized' | 'malformed' | 'dropped'

/** Receiver of the lines of all senders. It is called for one sender only after the previous call for it has ended. */
export interface SyslogReceiver {
  /** Processes lines. The next lines of the sender wait for the promise. If it rejects, only these lines are lost. */
  lines(address: string, lines: readonly ArrivedLine[]): Promise<void>
  skipped(address: string, why: ReasonOfSkippedSyslogLine, count: number): void
  refused(address: string, why: 'not_listed' | 'too_many', count: number): void
}

export interface SyslogStation {
  port: number
  /** Rejects if the listening thread ends without a request. */
  ended: Promise<void>
  /** Stops listening. Resolves when all received lines were given to the receiver. */
  stop(): Promise<void>
}

interface Sender {
  lines: ArrivedLine[]
  /** Memory of the data that contained the waiting lines, in bytes, see {@link estimateWaitingBytes}. */
  cost: number
  pumping: Promise<void> | null
}

/**
 * Starts to receive syslog (RFC 5424, RFC 3164) by UDP (RFC 5426) and TCP (RFC 6587) on the same port number.
 * @throws ListenError if the port cannot be opened
 */
export async function startSyslogStation(
  options: Omit<SyslogListenerOptions, 'limits' | 'allow'> & {
    allow: readonly AllowedBlock[]
    limits?: Partial<SyslogLimits>
  },
  receiver: SyslogReceiver,
): Promise<SyslogStation> {
  const workerData: SyslogListenerOptions = { ...options, limits: { ...SYSLOG_LIMITS, ...options.limits } }
  const thread = new Worker(new URL('./syslog-thread.ts', import.meta.url), { workerData, name: 'syslog-listener' })
  const station = new SyslogStationOf(thread, receiver)
  const { thread: listener } = station
  await listener.listening
  return { port: listener.port, ended: listener.ended, stop: () => station.stop() }
}

class SyslogStationOf {
  readonly thread: ListeningThread<SyslogListenerMessage, MessageToSyslogListener>
  private readonly receiver: SyslogReceiver
  private readonly senders = new Map<string, Sender>()
  private readonly streams = new Map<number, LineSplitter>()

  constructor(thread: Worker, receiver: SyslogReceiver) {
    this.receiver = receiver
    this.thread = new ListeningThread(thread, 'syslog', (message) => this.take(message))
  }

  async stop(): Promise<void> {
    await this.thread.stop()
    await Promise.all([...this.senders.values()].map(({ pumping }) => pumping))
  }

  private take(message: SyslogListenerMessage): void {
    switch (message.type) {
      case 'notHandedOn':
        for (const { address, why, count } of message.counts) {
          if (why === 'dropped') this.receiver.skipped(address, why, count)
          else this.receiver.refused(address, why, count)
        }
        return
      case 'datagram': {
        const { address, bytes } = message
        const frame: SyslogLineOrFault =
          bytes.length > MAX_LINE_BYTES ? { fault: 'oversized' } : { line: decodeSyslogLine(bytes) }
        return this.add(address, computeDatabaseTime(message.at), estimateWaitingBytes(bytes.length), [frame])
      }
      case 'chunk': {
        const stream = this.streams.get(message.id) ?? new LineSplitter()
        this.streams.set(message.id, stream)
        return this.add(message.address, computeDatabaseTime(message.at), estimateWaitingBytes(message.bytes.length), [
          ...stream.push(message.bytes),
        ])
      }
      case 'closed': {
        const rest = this.streams.get(message.id)?.rest()
        this.streams.delete(message.id)
        if (rest) this.add(message.address, computeDatabaseTime(message.at), 0, [rest])
      }
    }
  }

  private add(address: string, at: EpochMs, cost: number, frames: readonly SyslogLineOrFault[]): void {
    const sender = this.senders.get(address) ?? { lines: [], cost: 0, pumping: null }
    this.senders.set(address, sender)
    sender.cost += cost
    for (const frame of frames) {
      if ('fault' in frame) this.receiver.skipped(address, frame.fault, 1)
      else sender.lines.push({ at, text: frame.line })
    }
    sender.pumping ??= this.drain(address, sender)
  }

  private async drain(address: string, sender: Sender): Promise<void> {
    // wait, so that lines that arrive together are processed together
    await Promise.resolve()
    while (sender.lines.length > 0 || sender.cost > 0) {
      const { lines, cost } = sender
      sender.lines = []
      sender.cost = 0
      // ignore the rejection, because the receiver has already logged it
      if (lines.length > 0) await this.receiver.lines(address, lines).catch(() => undefined)
      this.thread.send({ type: 'done', address, cost })
    }
    sender.pumping = null
    this.senders.delete(address)
  }
}

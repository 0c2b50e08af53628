import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { findProgramPath } from '../noc-stack/management.ts'

/** A line of pmbmpd's log, with the fields that are used. */
interface Message {
  bmp_msg_type?: 'peer_up' | 'peer_down' | 'route_monitor'
  log_type?: 'update' | 'withdraw'
  peer_ip?: string
  ip_prefix?: string
  /** seconds since 1970 */
  timestamp_arrival?: string
}

/**
 * pmacct's BMP collector (Debian package `pmacct`), which writes each message as a line of JSON. It writes to files,
 * AMQP and Kafka, but not to a database: http://wiki.pmacct.net/OfficialConfigKeys, `bmp_daemon_msglog_file`.
 */
export class PmacctBmpCollector {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-pmbmpd-'))
  readonly log = path.join(this.#folder, 'messages.json')
  readonly #process: ChildProcess
  readonly #falls = new Map<string, number>()
  #read = 0
  #rest = ''
  /** number of messages about routes so far */
  routes = 0

  static readonly isInstalled = findProgramPath('pmbmpd') !== null

  constructor(port: number) {
    const configuration = path.join(this.#folder, 'pmbmpd.conf')
    const lines = [
      'daemonize: false',
      'bmp_daemon_ip: 127.0.0.1',
      `bmp_daemon_port: ${port}`,
      `bmp_daemon_msglog_file: ${this.log}`,
      'bmp_daemon_msglog_output: json',
      'timestamps_since_epoch: true',
    ]
    writeFileSync(configuration, `${lines.join('\n')}\n`)
    this.#process = spawn(findProgramPath('pmbmpd') ?? 'pmbmpd', ['-f', configuration], { stdio: 'ignore' })
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** Reads the lines written since the last call. */
  follow(): void {
    // the log is created with the first connection
    if (!existsSync(this.log)) return
    const file = openSync(this.log, 'r')
    const buffer = Buffer.allocUnsafe(2 ** 20)
    try {
      for (let got = 1; got > 0; this.#read += got) {
        got = readSync(file, buffer, 0, buffer.length, this.#read)
        const lines = (this.#rest + buffer.toString('latin1', 0, got)).split('\n')
        this.#rest = lines.pop() ?? ''
        for (const line of lines) {
          if (line.includes('"route_monitor"')) this.routes += 1
          else if (line.includes('"peer_down"')) {
            const { peer_ip: peer = '', timestamp_arrival: at } = JSON.parse(line) as Message
            this.#falls.set(peer, Number(at) * 1_000)
          }
        }
      }
    } finally {
      closeSync(file)
    }
  }

  /** Returns the arrival time of a session's newest Peer Down, in ms since 1970. */
  fellAt(neighbor: string): number | undefined {
    return this.#falls.get(neighbor)
  }

  /**
   * Returns the prefixes of a session's table at a time. Searches the log for the lines of the session with grep, and
   * applies them in order up to that time.
   */
  async tableAt(neighbor: string, at: number): Promise<Set<string>> {
    const found = await promisify(execFile)('grep', ['-F', `"peer_ip": "${neighbor}"`, this.log], {
      maxBuffer: 2 ** 28,
    })
    const table = new Set<string>()
    for (const line of found.stdout.split('\n')) {
      const message = JSON.parse(line || '{}') as Message
      if (Number(message.timestamp_arrival) * 1_000 > at) break
      if (message.bmp_msg_type === 'peer_down') table.clear()
      else if (message.log_type === 'withdraw') table.delete(message.ip_prefix ?? '')
      else if (message.log_type === 'update') table.add(message.ip_prefix ?? '')
    }
    return table
  }

  /** Kills the process, because it may ignore SIGTERM. */
  async stop(): Promise<void> {
    this.#process.kill('SIGKILL')
    await once(this.#process, 'exit')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

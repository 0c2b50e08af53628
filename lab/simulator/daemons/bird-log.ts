/**
 * Parses a router's own log: when each session was established and fell, and the messages since its last establishment.
 */
import type { EffectInterval } from '../effect.ts'
import { birdTime } from './bird-output.ts'

const LINE = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d+) <\w+> (\S+): (.*)$/

/** An interval in which a session was not up. */
export interface SessionDownInterval extends EffectInterval {
  /** time of the last message before the fall; null = no message ever arrived */
  readonly lastMessageAt: number | null
}

export interface LoggedSessionState {
  readonly up: boolean
  readonly downs: readonly SessionDownInterval[]
  /** Time at which the session was established for the first time; null until then. */
  readonly first: number | null
  readonly sent: number
  readonly received: number
}

interface Life {
  up: boolean
  first: number | null
  fell: number | null
  lastMessageAt: number | null
  ended: SessionDownInterval[]
  sent: number
  received: number
}

export class BirdSessionLog {
  private readonly lives = new Map<string, Life>()
  private rest = ''

  /** Parses the text that was appended to the log. */
  read(text: string): void {
    const lines = (this.rest + text).split('\n')
    this.rest = lines.pop() ?? ''
    for (const line of lines) {
      const [, date = '', time = '', session, said = ''] = LINE.exec(line) ?? []
      if (session) this.take(session, birdTime(date, time), said)
    }
  }

  /** Records that the daemon was killed, which it could not log itself. */
  killed(at: number): void {
    for (const life of this.lives.values()) fall(life, at)
  }

  session(name: string): LoggedSessionState {
    const { up, first, fell, lastMessageAt, ended, sent, received } = this.lives.get(name) ?? fresh()
    const downs = fell === null ? ended : [...ended, { from: fell, until: Infinity, lastMessageAt }]
    return { up, first, downs, sent, received }
  }

  private take(session: string, at: number, said: string): void {
    const life = this.lives.get(session) ?? fresh()
    this.lives.set(session, life)
    if (said === 'BGP session established') rise(life, at)
    else if (said === 'BGP session closed') fall(life, at)
    else if (/^Sending (KEEPALIVE|UPDATE|NOTIFICATION)/.test(said)) life.sent++
    else if (/^Got (KEEPALIVE|UPDATE|NOTIFICATION)/.test(said)) receive(life, at)
  }
}

const fresh = (): Life => ({ up: false, first: null, fell: null, lastMessageAt: null, ended: [], sent: 0, received: 0 })

function rise(life: Life, at: number): void {
  Object.assign(life, { up: true, sent: 0, received: 0 })
  life.first ??= at
  if (life.fell !== null) life.ended.push({ from: life.fell, until: at, lastMessageAt: life.lastMessageAt })
  life.fell = null
}

function fall(life: Life, at: number): void {
  if (life.up) life.fell = at
  life.up = false
}

function receive(life: Life, at: number): void {
  life.received++
  if (life.up) life.lastMessageAt = at
}

/**
 * Route tables and changes in the form that route collectors store them: MRT (RFC 6396), a table every two hours and
 * updates in files of 15 minutes, like RouteViews.
 */
import { execFile } from 'node:child_process'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { EpochMs, RouteRow } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { PollFeedTick } from './feed.ts'
import type { RouteInSystemAnswer } from './look-ups.ts'

const TABLE_EVERY = 2 * MS_PER_HOUR
const FILE_EVERY = 15 * MS_PER_MINUTE
/** MRT types and subtypes: RFC 6396 sections 4.3 and 4.4. */
const TABLE_DUMP_V2 = 13
const PEER_INDEX_TABLE = 1
const RIB_IPV4_UNICAST = 2
const BGP4MP = 16
const MESSAGE_AS4 = 4
const AFI_IPV4 = 1
const LOCAL_ASN = 65_515

type Session = Pick<RouteRow, 'instance' | 'peer'>
type Route = Pick<RouteRow, 'instance' | 'peer' | 'prefix' | 'asPath' | 'nextHop'>

const u8 = (...values: number[]) => Buffer.from(values)
const u16 = (value: number) => u8(value >> 8, value & 255)
const u32 = (value: number) => Buffer.from([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255])
const ipv4 = (text: string) => Buffer.from(text.split('.').map(Number))
const seconds = (at: EpochMs) => u32(Math.floor(at / 1_000))

function record(at: EpochMs, type: number, subtype: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([seconds(at), u16(type), u16(subtype), u32(body.length), body])
}

/** Encodes a prefix (RFC 4271 section 4.3). */
function nlri(prefix: string): Buffer {
  const [address = '', length = '32'] = prefix.split('/')
  return Buffer.concat([u8(Number(length)), ipv4(address).subarray(0, Math.ceil(Number(length) / 8))])
}

/** Encodes ORIGIN, AS_PATH with four-octet ASNs, and NEXT_HOP. */
function attributesOf({ asPath, nextHop }: Route): Buffer {
  const segment = asPath.length === 0 ? u8() : Buffer.concat([u8(2, asPath.length), ...asPath.map(u32)])
  return Buffer.concat([
    u8(0x40, 1, 1, 0),
    u8(0x40, 2, segment.length),
    segment,
    u8(0x40, 3, 4),
    ipv4(nextHop ?? '0.0.0.0'),
  ])
}

/** Returns a unique peer address for each session, because MRT has no field for gateway instances. */
const addressOf = (session: number) => `198.18.0.${session + 1}`

/** MRT files of a collector, in a folder that is removed at the end. */
export class MrtFileArchive {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-mrt-'))
  readonly #sessions: Session[] = []
  #table = new Map<string, Route>()

  add({ at, polls }: PollFeedTick): void {
    for (const poll of polls) {
      if (poll.kind !== 'learned' || poll.outcome !== 'ok') continue
      const before = this.#table
      this.#table = new Map(poll.rows.map((row) => [`${this.#sessionOf(row)} ${row.prefix}`, row]))
      if (at % TABLE_EVERY === 0) {
        writeFileSync(this.tableOf(at), this.#dump(at))
        continue
      }
      const messages: Buffer[] = []
      for (const [key, route] of this.#table) {
        const old = before.get(key)
        if (old && old.asPath.join() === route.asPath.join() && old.nextHop === route.nextHop) continue
        messages.push(this.#update(at, route, u8(), attributesOf(route), nlri(route.prefix)))
      }
      for (const [key, route] of before)
        if (!this.#table.has(key)) messages.push(this.#update(at, route, nlri(route.prefix), u8(), u8()))
      appendFileSync(this.#path('updates', at, FILE_EVERY), Buffer.concat(messages))
    }
  }

  /** Returns the total size of the files in bytes, plain and with each file gzipped. */
  sizes(): { plain: number; gzipped: number } {
    const files = readdirSync(this.folder).map((name) => readFileSync(path.join(this.folder, name)))
    const sum = (of: (file: Buffer) => number) => files.reduce((all, file) => all + of(file), 0)
    return { plain: sum(({ length }) => length), gzipped: sum((file) => gzipSync(file).length) }
  }

  /** Returns the path of the newest table file at or before a time. */
  tableOf(at: EpochMs): string {
    return this.#path('rib', at, TABLE_EVERY)
  }

  /** Returns the routes at a time from the newest table and the updates since, read with bgpdump. */
  async routesAt(at: EpochMs): Promise<Map<string, RouteInSystemAnswer>> {
    const files = [this.tableOf(at)]
    for (let begin = at - (at % TABLE_EVERY); begin <= at; begin += FILE_EVERY)
      files.push(this.#path('updates', begin, FILE_EVERY))
    const { stdout } = await promisify(execFile)(
      'sh',
      ['-c', 'cat "$@" 2>/dev/null | bgpdump -m - 2>/dev/null', 'sh', ...files],
      {
        maxBuffer: 2 ** 28,
      },
    )
    const routes = new Map<string, RouteInSystemAnswer>()
    for (const line of stdout.split('\n')) {
      const [, second, what, peer = '', , prefix = '', asPath = ''] = line.split('|')
      if (what === undefined || Number(second) * 1_000 > at) continue
      if (what === 'W') routes.delete(`${peer} ${prefix}`)
      else routes.set(`${peer} ${prefix}`, this.routeOf(peer, prefix, asPath))
    }
    return routes
  }

  /**
   * Returns a route with the real addresses of its session.
   * @param peer address of the session in the MRT files
   */
  routeOf(peer: string, prefix: string, asPath: string): RouteInSystemAnswer {
    const { instance = null, peer: neighbor = null } = this.#sessions[Number(peer.split('.')[3]) - 1] ?? {}
    return { instance, peer: neighbor, prefix, asPath: asPath.split(' ').filter(Boolean).map(Number) }
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #path(kind: 'rib' | 'updates', at: EpochMs, every: number): string {
    return path.join(this.folder, `${kind}.${at - (at % every)}`)
  }

  #sessionOf({ instance, peer }: Session): number {
    const known = this.#sessions.findIndex((one) => one.instance === instance && one.peer === peer)
    return known >= 0 ? known : this.#sessions.push({ instance, peer }) - 1
  }

  #dump(at: EpochMs): Buffer {
    const peers = this.#sessions.map((_, n) =>
      Buffer.concat([u8(2), ipv4(addressOf(n)), ipv4(addressOf(n)), u32(LOCAL_ASN)]),
    )
    const byPrefix = Map.groupBy(this.#table.values(), ({ prefix }) => prefix)
    const entries = [...byPrefix].map(([prefix, routes], n) =>
      record(
        at,
        TABLE_DUMP_V2,
        RIB_IPV4_UNICAST,
        u32(n),
        nlri(prefix),
        u16(routes.length),
        ...routes.flatMap((route) => {
          const attributes = attributesOf(route)
          return [u16(this.#sessionOf(route)), seconds(at), u16(attributes.length), attributes]
        }),
      ),
    )
    const index = record(at, TABLE_DUMP_V2, PEER_INDEX_TABLE, ipv4('198.18.0.0'), u16(0), u16(peers.length), ...peers)
    return Buffer.concat([index, ...entries])
  }

  #update(at: EpochMs, route: Route, withdrawn: Buffer, attributes: Buffer, announced: Buffer): Buffer {
    const body = Buffer.concat([u16(withdrawn.length), withdrawn, u16(attributes.length), attributes, announced])
    const message = Buffer.concat([Buffer.alloc(16, 255), u16(19 + body.length), u8(2), body])
    const [own, neighbor] = [ipv4('198.18.0.0'), ipv4(addressOf(this.#sessionOf(route)))]
    const ends = [u32(LOCAL_ASN), u32(LOCAL_ASN), u16(0), u16(AFI_IPV4), neighbor, own]
    return record(at, BGP4MP, MESSAGE_AS4, ...ends, message)
  }
}

/** Parses the output of a BIRD 2 daemon for `show protocols all` and `show route all`, with times in `iso long us`. */

export interface BirdSession {
  readonly name: string
  readonly up: boolean
  /** BIRD's state: `Established`, `Active`, `Idle`, ... */
  readonly state: string
  /**
   * Time at which the session came up. While the session is down, the time of its last state change. Epoch
   * milliseconds.
   */
  readonly since: number
}

export interface BirdRoute {
  readonly network: string
  /** The session or static protocol from which it comes. */
  readonly from: string
  /** Whether the router chose this route as the best one. */
  readonly best: boolean
  readonly nextHop: string | null
  readonly asPath: readonly number[]
  readonly localPref: number | null
  readonly origin: string | null
}

const MOMENT = String.raw`(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d+)`
const PROTOCOL = new RegExp(String.raw`^(\S+)\s+BGP\s+\S+\s+\S+\s+${MOMENT}`)
const ROUTE = new RegExp(String.raw`^(\S*)\s+\w+ \[(\S+) ${MOMENT}[^\]]*\]( \*)?`)
const ATTRIBUTE = /^\s+BGP\.(\w+): (.*)$/
const VIA = /^\s+via (\S+) on /

/** Parses a time that the daemons print in UTC. Microseconds are cut off. */
export const birdTime = (date: string, time: string): number => Date.parse(`${date}T${time.slice(0, 12)}Z`)

export function readSessions(text: string): BirdSession[] {
  const sessions: BirdSession[] = []
  for (const line of text.split('\n')) {
    const [, name, date = '', time = ''] = PROTOCOL.exec(line) ?? []
    if (name) sessions.push({ name, up: false, state: 'Idle', since: birdTime(date, time) })
    const state = /^\s+BGP state:\s+(\S+)/.exec(line)?.[1]
    const last = sessions.at(-1)
    if (state && last) sessions[sessions.length - 1] = { ...last, state, up: state === 'Established' }
  }
  return sessions
}

/** Returns every route of the table, chosen or not. */
export function readRoutes(text: string): BirdRoute[] {
  const routes: { -readonly [K in keyof BirdRoute]: BirdRoute[K] }[] = []
  let network = ''
  for (const line of text.split('\n')) {
    const [, printed, from, , , best] = ROUTE.exec(line) ?? []
    if (from) {
      network = printed || network
      routes.push({ network, from, best: best !== undefined, nextHop: null, asPath: [], localPref: null, origin: null })
      continue
    }
    const route = routes.at(-1)
    if (!route) continue
    const [, name, value = ''] = ATTRIBUTE.exec(line) ?? []
    route.nextHop ??= VIA.exec(line)?.[1] ?? null
    if (name === 'as_path') route.asPath = value.split(' ').filter(Boolean).map(Number)
    if (name === 'local_pref') route.localPref = Number(value)
    if (name === 'origin') route.origin = value
  }
  return routes
}

/** The states in which screens are drawn. */
export const galleryScreenStates = [
  'rest',
  'loading',
  'empty',
  'late',
  'unknown',
  'offline',
  'one',
  'two-hundred',
] as const
export type GalleryScreenState = (typeof galleryScreenStates)[number]

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
type Row = { [name: string]: Json }

const SESSION_STATES = ['up', 'down', 'degraded', 'established', 'idle', 'connect', 'active', 'openSent', 'openConfirm']
const MANY = 200

const isRow = (value: Json | undefined): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Returns an answer of the API altered for a state. It is unchanged for states that do not depend on answers (rest,
 * loading, offline).
 */
export function alterResponseForScreenState(state: GalleryScreenState, answer: Row): Row {
  switch (state) {
    case 'empty':
      return withLists(answer, () => [])
    case 'one':
      return withLists(answer, (rows) => rows.slice(0, 1))
    case 'two-hundred':
      return withLists(answer, repeated)
    case 'late':
      return { ...answer, freshness: freshness('late', 150_000) }
    case 'unknown':
      return { ...(withoutState(answer) as Row), freshness: freshness('stale', 3_600_000) }
    default:
      return answer
  }
}

/** Changes the lists of rows with an ID or a name, either the answer's own list or each list in a group of lists. */
function withLists(answer: Row, change: (rows: Row[]) => Row[]): Row {
  const changed = (value: Json): Json => {
    if (!Array.isArray(value) || !value.every(isRow)) return value
    return value.every((row) => 'id' in row || 'name' in row) ? change(value) : value
  }
  const { data = null } = answer
  if (Array.isArray(data)) return { ...answer, data: changed(data), nextCursor: null }
  if (!isRow(data)) return answer
  return { ...answer, data: Object.fromEntries(Object.entries(data).map(([name, value]) => [name, changed(value)])) }
}

function repeated(rows: Row[]): Row[] {
  if (rows.length === 0) return rows
  return Array.from({ length: Math.max(MANY, rows.length) }, (_, n) => {
    const row = rows[n % rows.length] ?? {}
    if (n < rows.length) return row
    const numbered = (name: string) => (typeof row[name] === 'string' ? { [name]: `${row[name]}-${n}` } : {})
    return { ...row, ...numbered('id'), ...numbered('name') }
  })
}

/** Replaces states of paths, circuits and sessions by unknown, as after a long time without a poll. */
function withoutState(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutState)
  if (!isRow(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]): [string, Json] => {
      if (name === 'state' && typeof part === 'string' && SESSION_STATES.includes(part)) return [name, 'unknown']
      if (name === 'verdict' || name === 'redundancy') return [name, 'unknown']
      if (name === 'layers' && isRow(part))
        return [name, { ...part, arp: 'unknown', bgp: 'unknown', traffic: 'unknown' }]
      if (name === 'known' && part === 'observed') return [name, 'stale']
      return [name, withoutState(part)]
    }),
  )
}

const freshness = (state: string, ageMs: number): Row => {
  const at = new Date(Date.now() - ageMs).toISOString()
  return { state, oldestPollAt: at, latePollAt: at }
}

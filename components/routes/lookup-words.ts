import type { LookupCandidate, RouteLookup } from '#lib/contract/index.ts'

const causes: Record<string, string> = {
  longest_prefix: 'of the longest prefix',
  own_space: 'the network’s own space comes first',
  transport: 'of the kind of link',
  connection_weight: 'of the connection’s weight',
  weight: 'of the weight',
  local_preference: 'of the local preference',
  as_path: 'of the shorter AS path',
  origin: 'of the origin',
  ebgp: 'of who told it',
  row_weight: 'of the route’s weight',
}

export interface LookupNames {
  /** name of a circuit by its id */
  circuit: (id: string) => string
  /** the moment in words with its zone, such as `03:12:00 UTC` */
  moment: string
  /** the moment is not now */
  past: boolean
}

/** Where an address goes, in one sentence that can be read out at three in the morning. */
export function lookupSentence(lookup: RouteLookup, { circuit, moment, past }: LookupNames): string {
  const { ip, known, candidates } = lookup
  const went = past ? 'went' : 'goes'
  const used = candidates.filter(({ rank }) => rank === 1)
  if (known === 'unknown') {
    return `Where ${ip} ${went} at ${moment} is not known: no route table ${past ? 'was' : 'is'} seen at that moment.`
  }
  if (used.length === 0) {
    return known === 'observed'
      ? `At ${moment} ${ip} ${past ? 'had' : 'has'} no way: no table ${past ? 'held' : 'holds'} a route that covers it.`
      : `At ${moment} no route to ${ip} ${past ? 'was' : 'is'} seen, but a table that may hold one was not seen.`
  }
  const ways = routesOf(used, circuit)
  return `At ${moment} ${ip} ${went} by ${ways.join(', and by ')}${sharing(used)}, because ${because(used)}.`
}

/** Why a sentence is not certain; null where it is. */
export function lookupDoubt({ known, candidates }: RouteLookup): string | null {
  if (known !== 'indeterminate') return null
  if (candidates.some((candidate) => candidate.known === 'indeterminate')) {
    return 'Not certain: a route to it changed between two polls around this moment.'
  }
  return 'Not certain: a table, or an instance of one, that may hold a better route was not seen at this moment.'
}

/** One way for each table and each set of next hops in it: `ergw-hub 10.0.4.12 → 10.0.4.4 (erc-london, primary path)`. */
function routesOf(used: readonly LookupCandidate[], circuit: LookupNames['circuit']): string[] {
  const hopsOf = new Map<string, { place: string; from: string; hops: Set<string> }>()
  for (const candidate of used) {
    const { scope, scopeName, instance, table, path } = candidate
    const key = `${scope}/${instance ?? path}`
    const entry = hopsOf.get(key) ?? {
      place: scopeName,
      from: table === 'tables' ? `${path} path` : (instance ?? ''),
      hops: new Set<string>(),
    }
    entry.hops.add(hopWords(candidate, circuit))
    hopsOf.set(key, entry)
  }
  const merged = new Map<string, { place: string; from: string[]; hops: string[] }>()
  for (const { place, from, hops } of hopsOf.values()) {
    const sorted = [...hops].sort()
    const entry = merged.get(`${place}/${sorted}`) ?? { place, from: [], hops: sorted }
    if (from) entry.from.push(from)
    merged.set(`${place}/${sorted}`, entry)
  }
  return [...merged.values()].map(({ place, from, hops }) =>
    [place, list(from), '→', list(hops)].filter(Boolean).join(' '),
  )
}

function hopWords({ nextHop, peer, circuitId, path, table }: LookupCandidate, circuit: LookupNames['circuit']): string {
  const hop = nextHop ?? peer ?? 'its own network'
  if (table === 'tables' || circuitId === null) return hop
  return `${hop} (${circuit(circuitId)}${path ? `, ${path} path` : ''})`
}

const sharing = (used: readonly LookupCandidate[]) =>
  used.some(({ reason }) => reason.includes('shared by ECMP')) ? ', shared by ECMP' : ''

function because([first]: readonly LookupCandidate[]): string {
  if (!first || first.rule === 'only') return 'no other route leads there'
  if (first.rule === 'equal') return 'no rule tells these routes apart'
  const [decided = ''] = first.reason.split('; ')
  const cause = causes[first.rule]
  return cause ? `${cause} (${decided})` : decided
}

const list = (words: readonly string[]) =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

/** Segment types in the order of their codes (RFC 4271 section 4.3, RFC 5065 section 3). */
export const asPathSegmentTypes = ['set', 'sequence', 'confedSequence', 'confedSet'] as const

/** Consecutive ASNs of an AS path that have the same segment type. */
export interface AsPathSegment {
  type: (typeof asPathSegmentTypes)[number]
  asns: number[]
}

/** Complete AS path of a route, including sets and confederation segments. */
export interface AsPath {
  /** all ASNs, nearest first, including the members of sets and confederations */
  asPath: readonly number[]
  /**
   * text of the whole path: sets as `{65010,65011}`, confederation sequences as `(65001 65002)`, confederation sets as
   * `[65001,65002]`, members of sets in ascending order; absent if the path is a plain sequence
   */
  asPathText?: string | undefined
}

const OPENS = { '{': 'set', '(': 'confedSequence', '[': 'confedSet' } as const
const CLOSES = { '{': '}', '(': ')', '[': ']' } as const
type Opening = keyof typeof OPENS
const isOpening = (token: string): token is Opening => token in OPENS
const isClosing = (token: string) => token === '}' || token === ')' || token === ']'

/**
 * Parses an AS path as printed by Azure and routers: ASNs joined by dashes or blanks, sometimes with an empty segment,
 * a best-path `*`, or a trailing origin letter (`I`, `E`, `?`). ASNs may be in asdot notation (RFC 5396). AS_SETs are
 * in braces, confederation sequences in parentheses. Confederation sets are in brackets (Cisco, FRR), in `([65001
 * 65002])` (Junos) or in `({65001 65002})` (BIRD).
 * @returns an empty path for a locally originated route; null if a part is not an ASN, or a bracket is unmatched
 */
export function parseAsPath(text: string): { asPath: number[]; asPathText?: string } | null {
  const segments = readSegments(text)
  return segments && joinAsPathSegments(segments)
}

/** Returns the AS path of a list of segments. Empty segments are left out. */
export function joinAsPathSegments(segments: readonly AsPathSegment[]): { asPath: number[]; asPathText?: string } {
  const canonical = segments.filter(({ asns }) => asns.length > 0).map(canonicalSegment)
  const asPath = canonical.flatMap(({ asns }) => asns)
  const isPlain = canonical.every(({ type }) => type === 'sequence')
  return isPlain ? { asPath } : { asPath, asPathText: canonical.map(segmentText).join(' ') }
}

/**
 * Formats an AS path as text such as `12076 65001 {65010,65011}`. Equal paths have equal text. The text of a locally
 * originated route is empty.
 */
export const formatAsPath = ({ asPath, asPathText }: AsPath): string => asPathText ?? asPath.join(' ')

/**
 * Returns the length of an AS path as best-path selection counts it: every ASN counts 1, including prepends; an AS_SET
 * counts 1 (RFC 4271 section 9.1.2.2 a); the segments of a confederation count 0 (RFC 5065 section 5.3).
 */
export function computeAsPathLength({ asPath, asPathText }: AsPath): number {
  return asPathText === undefined ? asPath.length : countSegmentsLength(readSegments(asPathText) ?? [])
}

/** Returns the length of a list of segments, counted as in `computeAsPathLength`. */
export function countSegmentsLength(segments: readonly AsPathSegment[]): number {
  let length = 0
  for (const { type, asns } of segments) length += type === 'sequence' ? asns.length : type === 'set' ? 1 : 0
  return length
}

/**
 * Returns a path without the leading ASNs for which `isDropped` is true. Members of a set or a confederation are never
 * removed.
 */
export function removeLeadingAsns(
  path: AsPath,
  isDropped: (asn: number, index: number) => boolean,
): { asPath: number[]; asPathText?: string } {
  if (path.asPathText === undefined) {
    const kept = path.asPath.findIndex((asn, index) => !isDropped(asn, index))
    return { asPath: kept < 0 ? [] : path.asPath.slice(kept) }
  }
  const [first, ...rest] = segmentsOf(path)
  if (first?.type !== 'sequence') return joinAsPathSegments(first ? [first, ...rest] : [])
  const kept = first.asns.findIndex((asn, index) => !isDropped(asn, index))
  return joinAsPathSegments(kept < 0 ? rest : [{ ...first, asns: first.asns.slice(kept) }, ...rest])
}

/**
 * Returns the ASN that originated a route, which is the last ASN.
 * @returns null for a local route, and if the path ends in a set or a confederation, because its origin is then
 *   ambiguous (RFC 6811 section 2)
 */
export function findOriginAsn(path: AsPath): number | null {
  const last = segmentsOf(path).at(-1)
  return last?.type === 'sequence' ? (last.asns.at(-1) ?? null) : null
}

interface AsRun {
  /** ASN of this run; null if the run is an AS set or a confederation segment */
  asn: number | null
  text: string
  /** number of times that the ASN occurs in a row; more than 1 means that the ASN is prepended */
  times: number
}

/**
 * Splits an AS path into runs of equal adjacent ASNs, so that prepends can be shown as a count. Each set and each
 * confederation segment is a separate run.
 */
export function groupPrepends(path: AsPath): AsRun[] {
  const runs: AsRun[] = []
  for (const segment of segmentsOf(path)) {
    if (segment.type !== 'sequence') runs.push({ asn: null, text: segmentText(segment), times: 1 })
    else for (const asn of segment.asns) addTo(runs, asn)
  }
  return runs
}

function addTo(runs: AsRun[], asn: number): void {
  const last = runs.at(-1)
  if (last?.asn === asn) last.times++
  else runs.push({ asn, text: String(asn), times: 1 })
}

const segmentsOf = ({ asPath, asPathText }: AsPath): AsPathSegment[] =>
  (asPathText === undefined ? null : readSegments(asPathText)) ?? [{ type: 'sequence', asns: [...asPath] }]

/**
 * Segment that is being parsed: its closing bracket was not read yet. `closes` contains the closing brackets that must
 * follow.
 */
interface Open extends AsPathSegment {
  closes: string[]
}

function readSegments(text: string): AsPathSegment[] | null {
  const segments: AsPathSegment[] = []
  let open: Open | null = null
  for (const [token] of text.matchAll(/[{}()[\]]|[^\s\-,*{}()[\]]+/g)) {
    if (isOpening(token)) {
      open = opened(open, token)
      if (!open) return null
    } else if (isClosing(token)) {
      if (open?.closes.shift() !== token) return null
      if (open.closes.length > 0) continue
      segments.push({ type: open.type, asns: open.asns })
      open = null
    } else if (!/^[ie?]$/i.test(token)) {
      const asn = readAsn(token.replace(/[ie?]$/i, ''))
      if (asn === null) return null
      const sequence: AsPathSegment = open ?? lastSequence(segments)
      sequence.asns.push(asn)
    }
  }
  return open ? null : segments
}

/**
 * Returns the segment that begins with an opening bracket; null if the bracket is not allowed here. Only a
 * confederation set may begin with two opening brackets, for example `([65001 65002])`.
 */
function opened(open: Open | null, token: Opening): Open | null {
  if (!open) return { type: OPENS[token], asns: [], closes: [CLOSES[token]] }
  const isSetOfConfederation = open.type === 'confedSequence' && open.asns.length === 0 && token !== '('
  return isSetOfConfederation ? { type: 'confedSet', asns: [], closes: [CLOSES[token], ...open.closes] } : null
}

function lastSequence(segments: AsPathSegment[]): AsPathSegment {
  const last = segments.at(-1)
  if (last?.type === 'sequence') return last
  const sequence: AsPathSegment = { type: 'sequence', asns: [] }
  segments.push(sequence)
  return sequence
}

/**
 * Parses an ASN as a decimal number or as two 16-bit halves with a dot. Decimal numbers may exceed 32 bits, because
 * anonymized tables contain such numbers.
 */
function readAsn(text: string): number | null {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  const [, high, low] = /^(\d{1,5})\.(\d{1,5})$/.exec(text) ?? []
  const halves = [Number(high), Number(low)]
  return halves.every((half) => half <= 0xffff) ? Number(high) * 0x10000 + Number(low) : null
}

function canonicalSegment({ type, asns }: AsPathSegment): AsPathSegment {
  const isSet = type === 'set' || type === 'confedSet'
  return { type, asns: isSet ? [...new Set(asns)].toSorted((a, b) => a - b) : asns }
}

function segmentText({ type, asns }: AsPathSegment): string {
  switch (type) {
    case 'set':
      return `{${asns.join(',')}}`
    case 'confedSet':
      return `[${asns.join(',')}]`
    case 'confedSequence':
      return `(${asns.join(' ')})`
    case 'sequence':
      return asns.join(' ')
  }
}

import { isIP } from 'node:net'
import { convertCliFormToArmForm } from '#lib/azure/identity/cli-form.ts'
import { isJsonObject, type ExactJson, type JsonObject, parseExactJson } from '#lib/azure/decode/json.ts'
import { getArmMember } from '#lib/azure/decode/members.ts'
import { armTypes, parseArmId } from '#lib/contract/index.ts'
import { measureJsonDepth } from '#lib/contract/json-depth.ts'

/** Error if a file cannot be imported. Its message contains the name of the file, the reason, and what to do. */
export class ImportError extends Error {
  override name = 'ImportError'
}

/**
 * Kinds of saved tables: results of diagnostic operations, and counters (`stats`). Such a table does not contain the id
 * of its resource.
 */
type TableKind = 'peers' | 'learned' | 'advertised' | 'arp' | 'tables' | 'summary' | 'stats'

export interface SavedCommandOutputFile {
  /** Name of the file, for messages. It may also show what the file contains. */
  name: string
  text: string
}

/** Content of a file: resources, or the table of one resource. */
type SavedOutput =
  | { file: string; resources: (JsonObject & { id: string })[] }
  | { file: string; kind: TableKind; body: JsonObject }

/**
 * Fields that occur only in rows of one kind of table. They show the kind of a table. Learned and advertised routes
 * have the same fields.
 */
const SIGNS: [string, TableKind][] = [
  ['macAddress', 'arp'],
  ['statePfxRcd', 'summary'],
  ['locPrf', 'tables'],
  ['messagesSent', 'peers'],
  ['connectedDuration', 'peers'],
  ['sourcePeer', 'learned'],
  ['primaryBytesIn', 'stats'],
]

/**
 * Words in the name of a file. They show the kind of a table that has no rows, and whether a table with rows contains
 * advertised or learned routes.
 */
const NAMES: [RegExp, TableKind][] = [
  [/advertised/i, 'advertised'],
  [/learned/i, 'learned'],
  [/bgp-?peer|peer-?status/i, 'peers'],
  [/summary/i, 'summary'],
  [/route-?table/i, 'tables'],
  [/arp/i, 'arp'],
  [/stats/i, 'stats'],
]

/** Maximum nesting depth of a saved output. Azure's deepest responses have about 15 levels. */
const MAX_DEPTH = 200

/**
 * Parses a file with the saved output of a command.
 * @throws ImportError if the content is not a known output
 */
export function parseSavedOutput({ name, text }: SavedCommandOutputFile): SavedOutput {
  if (measureJsonDepth(text) > MAX_DEPTH) throw new ImportError(`${name}: is nested more than ${MAX_DEPTH} levels deep`)
  let printed: ExactJson
  try {
    printed = parseExactJson(text.replace(/^\uFEFF/, ''))
  } catch {
    throw new ImportError(`${name}: is no JSON: save the command's output with -o json`)
  }
  const wire = convertCliFormToArmForm(printed) as ExactJson
  const value = isJsonObject(wire) && Array.isArray(wire.value) ? wire.value : wire
  const rows = (Array.isArray(value) ? value : [value]).filter(isJsonObject)
  if (rows.length > 0 && rows.every((row) => typeof row.id === 'string' && parseArmId(row.id))) {
    return { file: name, resources: rows.flatMap((row) => (typeof row.id === 'string' ? { ...row, id: row.id } : [])) }
  }
  const kind = kindOf(name, rows)
  const [first] = rows
  if (kind === 'stats' && first) return { file: name, kind, body: first }
  return { file: name, kind, body: { value: rows } }
}

function kindOf(name: string, rows: readonly JsonObject[]): TableKind {
  const [first = {}] = rows
  const [, sign] = SIGNS.find(([name]) => getArmMember(first, name) !== undefined) ?? []
  const [, named] = NAMES.find(([words]) => words.test(name)) ?? []
  // rows of learned and advertised routes have the same fields, so the name of the file determines the kind of the
  // table
  if (sign === 'learned') return named === 'advertised' ? 'advertised' : 'learned'
  const kind = sign ?? (rows.length === 0 ? named : undefined)
  if (kind) return kind
  throw new ImportError(
    `${name}: is no output that Peerwatch reads: resources (show, list), list-bgp-peer-status, list-learned-routes, list-advertised-routes, list-arp-tables, list-route-tables, list-route-tables-summary or get-stats`,
  )
}

const ofGateways = new Set<TableKind>(['peers', 'learned', 'advertised'])

/**
 * Returns the resource that a table belongs to. It must be in one of the other files. If several resources are
 * possible, the name of the table's file must contain the name of one of them.
 * @throws ImportError if it is not clear which resource is meant
 */
export function findSavedTableTarget(
  { file, kind }: { file: string; kind: TableKind },
  resources: readonly { id: string }[],
): { resourceId: string; subresource: string } {
  const type = ofGateways.has(kind) ? armTypes.virtualNetworkGateway : armTypes.circuit
  const word = ofGateways.has(kind) ? 'gateway' : 'circuit'
  const all = resources.filter(({ id }) => parseArmId(id)?.type === type)
  const named = all.filter(({ id }) => file.toLowerCase().includes((parseArmId(id)?.name ?? '').toLowerCase()))
  const [owner, other] = named.length > 0 ? named : all
  if (!owner) {
    const show = word === 'gateway' ? 'az network vnet-gateway show' : 'az network express-route show'
    throw new ImportError(
      `${file}: rows (${kind}) of a ${word} that no file describes: import the output of ${show} -o json, too`,
    )
  }
  if (other)
    throw new ImportError(`${file}: rows (${kind}) of one of ${all.length} ${word}s: put its name into the file's name`)
  return { resourceId: owner.id, subresource: subresourceOf(file, kind) }
}

function subresourceOf(file: string, kind: TableKind): string {
  if (kind === 'advertised') {
    const neighbor = (file.match(/(?<!\d)\d+(?:\.\d+){3}|(?<![0-9a-f:])[0-9a-f]*(?::[0-9a-f]*){2,}/gi) ?? []).find(
      (text) => isIP(text) > 0,
    )
    if (!neighbor)
      throw new ImportError(`${file}: routes advertised to one peer: put the peer's address into the file's name`)
    return neighbor
  }
  if (kind !== 'arp' && kind !== 'tables' && kind !== 'summary') return ''
  const [path] = /primary|secondary/i.exec(file) ?? []
  if (!path) throw new ImportError(`${file}: a table of one path: put primary or secondary into the file's name`)
  const peering = /microsoft/i.test(file) ? 'MicrosoftPeering' : 'AzurePrivatePeering'
  return `${peering}/${path.toLowerCase()}`
}

import { parsePrefix } from '#lib/bgp/index.ts'
import { type DeclaredPrefixCircuits, type IntentDeclarations, createIntentFinder } from '#lib/contract/index.ts'
import { type RoutingIntent, type CircuitsCarryingPrefix, type IntentState, intentStates } from '../api/index.ts'
import type { CircuitsUsedBySiteTowardsAzure } from './return-paths.ts'

/**
 * The circuits that carry a prefix at a gateway or hub, and the circuits that would carry it if all of these failed.
 */
export interface PrefixWithCircuits {
  prefix: string
  scope: string
  site: string | null
  primary: CircuitsCarryingPrefix
  /** Circuits that would carry the prefix if its current circuits failed; null = unknown. */
  backup: CircuitsCarryingPrefix | null
  /** the route table, if a user created it in a hub; absent = a gateway, or the default table of a hub */
  hubTable?: NonNullable<RoutingIntent['hubTable']>
  /** true if it is unknown which circuits carry the prefix in this table of a hub; absent = known */
  isUnknown?: true
}

/**
 * Compares the circuits that carry prefixes with the circuits that operators declared. Prefixes with the same result
 * are grouped, and the worst result is first. A prefix is left out if no circuit carries it and no operator declared
 * it. A prefix that other circuits carry in a custom table of a hub has a further result for this table if operators
 * declared the prefix.
 * @param returns circuits that the customer's routers use towards Azure, by site
 */
export function compareIntents(
  carried: readonly PrefixWithCircuits[],
  declarations: IntentDeclarations,
  returns: ReadonlyMap<string, CircuitsUsedBySiteTowardsAzure> = new Map(),
): RoutingIntent[] {
  const find = createIntentFinder(declarations)
  const declaredOf = (text: string): DeclaredPrefixCircuits | null => {
    const prefix = parsePrefix(text)
    const named = prefix ? find(prefix) : []
    // A policy without prefixes applies to all prefixes of its circuits. It does not state which circuit should carry
    // this prefix, so it is ignored.
    return named.find(({ namesPrefixes }) => namesPrefixes) ?? null
  }
  const ofGateways = carried.filter(({ hubTable }) => hubTable === undefined)
  const prefixes = [...Map.groupBy(ofGateways, ({ prefix }) => prefix)].map(([prefix, own]) => together(prefix, own))
  const inTables = listRowsOfHubTables(carried, [...prefixes, ...ofGateways])
  const known = new Set([...prefixes, ...inTables].map(({ prefix }) => prefix))
  const rows = [...prefixes, ...inTables, ...notCarried(declarations, known)].flatMap((row) => {
    const declared = declaredOf(row.prefix)
    if (row.hubTable && !declared) return []
    const isCircuits = row.primary.circuits.length > 0 || (row.backup?.circuits.length ?? 0) > 0
    return declared || isCircuits ? [{ row, declared, state: stateOf(row, declared) }] : []
  })
  const groups = Map.groupBy(rows, ({ row, declared }) => idOf(row, declared))
  return [...groups]
    .map(([id, group]) => intentOf(id, group, returns))
    .toSorted((a, b) => intentStates.indexOf(a.state) - intentStates.indexOf(b.state) || (a.id < b.id ? -1 : 1))
}

type Row = Omit<PrefixWithCircuits, 'scope'> & { byGateway: boolean }

/**
 * Returns the prefixes of custom tables of hubs that other circuits carry than outside these tables, or for which this is
 * unknown. A network that is routed by such a table does not have the paths of the default table.
 * @param others rows outside these tables, of all gateways together and of each gateway or hub
 */
function listRowsOfHubTables(
  carried: readonly PrefixWithCircuits[],
  others: readonly Pick<Row, 'prefix' | 'primary' | 'backup'>[],
): Row[] {
  const pathsOf = ({ primary, backup }: Pick<Row, 'primary' | 'backup'>) =>
    `${textOf(primary)} > ${backup ? textOf(backup) : 'unknown'}`
  const elsewhere = new Set(others.map((row) => `${row.prefix} ${pathsOf(row)}`))
  return carried.flatMap(({ scope: _, ...row }) =>
    row.hubTable && (row.isUnknown || !elsewhere.has(`${row.prefix} ${pathsOf(row)}`))
      ? [{ ...row, byGateway: false }]
      : [],
  )
}

const NOTHING: CircuitsCarryingPrefix = { circuits: [], hasOther: false }

/**
 * Combines the rows of a prefix at all gateways. If the gateways use different circuits for it, the result contains all
 * these circuits.
 */
function together(prefix: string, own: readonly PrefixWithCircuits[]): Row {
  const site = own[0]?.site ?? null
  const isKnown = own.every(({ backup }) => backup !== null)
  return {
    prefix,
    site,
    primary: union(own.map(({ primary }) => primary)),
    backup: isKnown ? union(own.map(({ backup }) => backup ?? NOTHING)) : null,
    byGateway: new Set(own.map(({ primary }) => textOf(primary))).size > 1,
  }
}

const union = (all: readonly CircuitsCarryingPrefix[]): CircuitsCarryingPrefix => ({
  circuits: [...new Set(all.flatMap(({ circuits }) => circuits))].toSorted(),
  hasOther: all.some(({ hasOther }) => hasOther),
})

const textOf = ({ circuits, hasOther }: CircuitsCarryingPrefix) =>
  [...circuits, ...(hasOther ? ['other'] : [])].join('+')

/** Returns the prefixes in policies for which no route table contains the prefix itself or a more specific prefix. */
const notCarried = ({ policies }: IntentDeclarations, known: ReadonlySet<string>): Row[] =>
  [...new Set(policies.filter(({ kind }) => kind !== 'symmetric').flatMap(({ prefixes }) => prefixes))]
    .filter((prefix) => !known.has(prefix) && !hasInside(prefix, known))
    .map((prefix) => ({ prefix, site: null, primary: NOTHING, backup: NOTHING, byGateway: false }))

/**
 * Reports whether a declared prefix contains a prefix that is in a route table. The declared prefix then counts as
 * carried.
 */
function hasInside(text: string, known: ReadonlySet<string>): boolean {
  const outer = parsePrefix(text)
  return (
    outer !== null &&
    [...known].some((one) => {
      const inner = parsePrefix(one)
      if (!inner || inner.family !== outer.family || inner.length < outer.length) return false
      const shift = BigInt((outer.family === 4 ? 32 : 128) - outer.length)
      return inner.bits >> shift === outer.bits >> shift
    })
  )
}

function stateOf({ primary, backup, isUnknown }: Row, declared: DeclaredPrefixCircuits | null): IntentState {
  if (!declared) return 'undeclared'
  if (isUnknown) return 'unknown'
  const { circuits, hasOther } = primary
  if (circuits.length === 0 && !hasOther) return 'no_route'
  if (circuits.length === 0) return 'deviates'
  if (!circuits.some((circuit) => declared.primary.includes(circuit))) return 'deviates'
  const [expected] = declared.backup ?? []
  if (expected === undefined || circuits.includes(expected)) return 'as_declared'
  if (backup === null) return 'unknown'
  return backup.circuits.includes(expected) ? 'as_declared' : 'backup_differs'
}

const idOf = ({ site, primary, backup, hubTable, isUnknown }: Row, declared: DeclaredPrefixCircuits | null) =>
  [
    ...(hubTable ? [`${hubTable.id}${isUnknown ? ' unknown' : ''}`] : []),
    site ?? '',
    textOf(primary),
    backup ? textOf(backup) : 'unknown',
    declared ? `${declared.declaredBy} ${declared.primary.join('+')} ${declared.backup?.join('+') ?? 'any'}` : '',
  ].join(' > ')

interface Judged {
  row: Row
  declared: DeclaredPrefixCircuits | null
  state: IntentState
}

function intentOf(
  id: string,
  group: readonly Judged[],
  returns: ReadonlyMap<string, CircuitsUsedBySiteTowardsAzure>,
): RoutingIntent {
  const [first] = group
  if (!first) throw new RangeError('a group without rows')
  const { row, declared, state } = first
  const unpinnable = whyUnpinnable(row)
  const wanted = unpinnable === null ? pinOf(row) : null
  const isPinned =
    wanted !== null &&
    declared?.declaredBy === 'policy' &&
    [...declared.primary, ...(declared.backup ?? [])].join() === wanted.circuits.join() &&
    declared.primary.length > 1 === (wanted.kind === 'active_active')
  return {
    id,
    site: row.site,
    hubTable: row.hubTable ?? null,
    prefixes: group.map((one) => one.row.prefix),
    primary: row.primary,
    backup: row.backup,
    byGateway: group.some((one) => one.row.byGateway),
    declared: declared && {
      declaredBy: declared.declaredBy,
      primary: [...declared.primary],
      backup: declared.backup && [...declared.backup],
    },
    state,
    pin: isPinned ? null : wanted,
    unpinnable,
    towardsAzure: towardsAzure(row, declared, returns.get(row.site ?? '')),
  }
}

/**
 * Compares the circuits that are used towards Azure with the intended circuits. These are the declared circuits. If
 * none are declared, they are the circuits that carry the prefixes in the direction from Azure.
 */
function towardsAzure(
  { primary }: Row,
  declared: DeclaredPrefixCircuits | null,
  paths: CircuitsUsedBySiteTowardsAzure | undefined,
): RoutingIntent['towardsAzure'] {
  if (!paths) return null
  const { prefixes, assumed, routers, parted } = paths
  const expected = declared?.primary ?? primary.circuits
  return {
    circuits: [...new Set(prefixes.flatMap(({ circuits }) => circuits))].toSorted(),
    agrees:
      expected.length === 0
        ? null
        : prefixes.every(({ circuits }) => circuits.some((circuit) => expected.includes(circuit))),
    prefixes: prefixes.length,
    assumed,
    routers: [...routers],
    parted: [...parted],
  }
}

function whyUnpinnable({ primary, byGateway, hubTable }: Row): string | null {
  if (hubTable)
    return `Policies apply to all route tables. To change its circuits, change the connections that propagate to ${hubTable.name}.`
  if (byGateway) return 'Different circuits carry it at different gateways.'
  if (primary.hasOther) return 'Its carrier is not a circuit, or is not mapped to a circuit.'
  if (primary.circuits.length === 0) return 'Nothing carries it.'
  return null
}

const pinOf = ({ primary, backup }: Row): RoutingIntent['pin'] =>
  primary.circuits.length > 1
    ? { kind: 'active_active', circuits: primary.circuits }
    : { kind: 'active_standby', circuits: [...primary.circuits, ...(backup?.circuits ?? [])] }

import { wordTable } from '#lib/bgp/word-table.ts'
import { planTerm } from '../../api/index.ts'
import {
  valueAt,
  type AttributeChange,
  differencesOf,
  type Fields,
  fieldsOf,
  isFields,
  itemsOf,
  PlanFileError,
  type PlanResource,
  type PlanFile,
  readResources,
  stringOf,
  stringsOf,
} from './plan.ts'
import { typeRules } from './type-rules.ts'

/**
 * Reads a plan: of Terraform (`terraform show -json`), a what-if of ARM or Bicep, or Peerwatch's own terms.
 * @param text of the file
 * @throws PlanFileError
 */
export function readPlan(text: string): PlanFile {
  const value = parsePlanJson(text)
  if (Array.isArray(value)) return readTerms(value)
  const file = fieldsOf(value)
  if (Array.isArray(file['resource_changes']) || typeof file['terraform_version'] === 'string')
    return readTerraform(file)
  const changes = file['changes'] ?? valueAt(file, 'properties.changes')
  if (Array.isArray(changes)) return isOwn(changes) ? readTerms(changes) : readArm(changes)
  throw new PlanFileError(
    'it is no plan: give the output of terraform show -json, of az deployment group what-if --no-pretty-print, or a list of changes',
  )
}

/** @throws PlanFileError */
export function parsePlanJson(text: string): unknown {
  try {
    // a byte order mark is what PowerShell puts before it
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown
  } catch (error) {
    throw new PlanFileError(`it is no JSON (${(error as Error).message})`)
  }
}

const ACTIONS: Readonly<Record<string, PlanResource['op'] | 'none'>> = wordTable({
  create: 'create',
  update: 'update',
  delete: 'delete',
  'delete,create': 'replace',
  'create,delete': 'replace',
  'no-op': 'none',
  read: 'none',
  forget: 'none',
})

/** @source developer.hashicorp.com/terraform/internals/json-format, format 1.x */
function readTerraform(file: Fields): PlanFile {
  const version = String(file['format_version'] ?? '')
  if (!/^(0|1)\./.test(version))
    throw new PlanFileError(
      `format_version ${JSON.stringify(version)} is none that is read: use Terraform 1.x, terraform show -json PLAN`,
    )
  if (file['errored'] === true) throw new PlanFileError('terraform could not finish this plan: mend it and plan again')
  const space = new Map<string, readonly string[]>()
  const planned: (PlanResource & { type: string })[] = []
  for (const change of itemsOf(file['resource_changes'])) {
    const op = ACTIONS[stringsOf(valueAt(change, 'change.actions')).join()]
    const type = String(valueAt(change, 'type'))
    if (valueAt(change, 'mode') === 'data' || op === 'none') continue
    const before = fieldsOf(valueAt(change, 'change.before'))
    const after = fieldsOf(valueAt(change, 'change.after'))
    if (type === 'azurerm_virtual_network')
      space.set(String(after['name'] ?? before['name']).toLowerCase(), stringsOf(after['address_space']))
    const known = differencesOf(before, after)
    const differences = [...known, ...unknownAfter(valueAt(change, 'change.after_unknown'), before, known)]
    const address = String(valueAt(change, 'address'))
    // a provider that is not known acts in a manner that is not known
    planned.push({
      where: address,
      type,
      op: op ?? 'update',
      id: stringOf(before['id']),
      before,
      after,
      differences,
    })
  }
  const rules = typeRules((network) => space.get(network) ?? [])
  const isAzapi = (type: string) => type === 'azapi_resource' || type === 'azapi_update_resource'
  const typeOf = new Map<PlanResource, string>(planned.map((one) => [one, one.type]))
  const resources = planned.map((one) => {
    if (!isAzapi(one.type)) return one
    const resource = azapi(one)
    typeOf.set(resource, armTypeOf(one))
    return resource
  })
  return {
    format: 'terraform',
    ...readResources(resources, (one) => rules.get(typeOf.get(one) ?? '') ?? null),
  }
}

/** Attributes whose value is known after apply only, of those that exist before. */
function unknownAfter(unknown: unknown, before: Fields, known: readonly AttributeChange[]): AttributeChange[] {
  return Object.entries(fieldsOf(unknown)).flatMap(([path, value]) =>
    value === true && path !== 'id' && before[path] != null && !known.some((one) => one.path === path)
      ? [{ path, before: before[path], after: null }]
      : [],
  )
}

/** `Microsoft.Network/expressRouteCircuits@2024-05-01` */
const armTypeOf = ({ before, after }: PlanResource): string =>
  (String(after['type'] ?? before['type']).split('@')[0] ?? '').toLowerCase()

function azapi<Planned extends PlanResource>(resource: Planned): Planned {
  const bodyOf = (fields: Fields): Fields => {
    const { body } = fields
    const parsed = typeof body === 'string' ? (JSON.parse(body) as unknown) : body
    return { ...fieldsOf(parsed), tags: fields['tags'] }
  }
  const [before, after] = [bodyOf(resource.before), bodyOf(resource.after)]
  const id = resource.id ?? stringOf(resource.before['resource_id'])
  return { ...resource, id, before, after, differences: differencesOf(before, after) }
}

const CHANGES: Readonly<Record<string, PlanResource['op'] | 'none'>> = wordTable({
  create: 'create',
  modify: 'update',
  delete: 'delete',
  nochange: 'none',
  noeffect: 'none',
  ignore: 'none',
})

/** @source Azure REST, Deployments - What If: WhatIfChange and WhatIfPropertyChange */
function readArm(changes: readonly unknown[]): PlanFile {
  const space = new Map<string, readonly string[]>()
  const planned: PlanResource[] = []
  const unknown: PlanFile['unknown'] = []
  for (const change of changes) {
    const id = stringOf(valueAt(change, 'resourceId'))
    const changeType = String(valueAt(change, 'changeType'))
    const op = CHANGES[changeType.toLowerCase()]
    if (op === 'none') continue
    if (id === null || op === undefined) {
      const why =
        stringOf(valueAt(change, 'unsupportedReason')) ??
        `Azure's what-if says ${changeType} and no more: run it with --result-format FullResourcePayloads`
      unknown.push({ at: id ?? 'a change without an id', attribute: null, why })
      continue
    }
    const before = fieldsOf(valueAt(change, 'before'))
    const after = fieldsOf(valueAt(change, 'after'))
    if (armType(id) === 'microsoft.network/virtualnetworks')
      space.set(
        id.split('/').at(-1)?.toLowerCase() ?? '',
        stringsOf(valueAt(after, 'properties.addressSpace.addressPrefixes')),
      )
    const hasBoth = isFields(valueAt(change, 'before')) && isFields(valueAt(change, 'after'))
    const idle = leavesOf(valueAt(change, 'delta')).filter(({ type }) => type === 'noeffect')
    const differences = hasBoth
      ? differencesOf(before, after).filter(({ path }) => !idle.some((one) => one.path === path))
      : leavesOf(valueAt(change, 'delta')).filter(({ type }) => type !== 'noeffect')
    planned.push({ where: id, op, id, before, after, differences })
  }
  const rules = typeRules((network) => space.get(network) ?? [])
  const read = readResources(planned, ({ id }) => rules.get(armType(id ?? '')) ?? null)
  return { format: 'arm', ...read, unknown: [...unknown, ...read.unknown] }
}

/** The property changes of `delta`, each with the whole of its path; of a list the places are left out. */
function leavesOf(delta: unknown, under = ''): (AttributeChange & { type: string })[] {
  return itemsOf(delta).flatMap((one) => {
    const own = String(valueAt(one, 'path') ?? '')
    const path = /^\d+$/.test(own) ? under : under === '' ? own : `${under}.${own}`
    const children = itemsOf(valueAt(one, 'children'))
    if (children.length > 0) return leavesOf(children, path)
    const type = String(valueAt(one, 'propertyChangeType')).toLowerCase()
    return [{ path, before: valueAt(one, 'before') ?? null, after: valueAt(one, 'after') ?? null, type }]
  })
}

/** `microsoft.network/expressroutecircuits/peerings` of an ARM id */
function armType(id: string): string {
  const [, ...providers] = id.toLowerCase().split('/providers/')
  const parts = (providers.at(-1) ?? '').split('/')
  return [parts[0], ...parts.filter((_, n) => n % 2 === 1)].join('/')
}

const isOwn = (changes: readonly unknown[]) => changes.some((one) => OWN_KEYS.some((key) => key in fieldsOf(one)))
const OWN_KEYS = ['set', 'withdraw', 'delete', 'add'] as const

/** Own terms: `[{"set": {"resource": "er-ams-to-hub", "weight": 100}}]`. */
function readTerms(entries: readonly unknown[]): PlanFile {
  const terms: PlanFile['terms'] = []
  const unknown: PlanFile['unknown'] = []
  for (const [n, entry] of entries.entries()) {
    const place = `entry ${n + 1}`
    const [[verb = '', value] = [], ...more] = Object.entries(fieldsOf(entry))
    const made = more.length > 0 || !isFields(value) ? [] : termsOf(verb, value)
    if (made.length === 0) {
      const why = 'it is none of set, withdraw, delete and add: see docs/plan.md'
      unknown.push({ at: place, attribute: verb || null, why })
    }
    for (const { attribute, term } of made) {
      const read = planTerm.safeParse(term)
      if (read.success) terms.push({ at: place, term: read.data })
      else unknown.push({ at: place, attribute, why: wordsOf(read.error.issues) })
    }
  }
  return { format: 'terms', terms, unknown, without: 0 }
}

const wordsOf = (issues: readonly { path: readonly PropertyKey[]; message: string }[]) =>
  issues
    .slice(0, 3)
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
    .join('; ')

const SETS: Readonly<Record<string, (value: unknown) => object>> = wordTable({
  weight: (weight) => ({ kind: 'weight', weight }),
  prepend: (count) => ({ kind: 'prepend', count }),
  bandwidthMbps: (mbps) => ({ kind: 'bandwidth', mbps }),
  plan: (plan) => ({ kind: 'billing', plan }),
  tier: (tier) => ({ kind: 'tier', tier }),
  sku: (sku) => ({ kind: 'resize', sku }),
  communities: (communities) => ({ kind: 'filter', communities }),
})

function termsOf(verb: string, { resource, ...value }: Fields): { attribute: string; term: unknown }[] {
  switch (verb) {
    case 'set':
      // a name of none is refused by the schema of terms, and named
      return Object.entries(value).map(([attribute, one]) => ({
        attribute,
        term: { resource, ...(SETS[attribute]?.(one) ?? { kind: attribute, [attribute]: one }) },
      }))
    case 'withdraw':
      return [{ attribute: 'prefix', term: { kind: 'withdraw', resource, ...value } }]
    case 'delete':
      return [
        { attribute: 'peering', term: { kind: 'peering' in value ? 'peering_off' : 'delete', resource, ...value } },
      ]
    case 'add':
      return [{ attribute: 'prefixes', term: { kind: 'spoke', resource, ...value } }]
    default:
      return []
  }
}

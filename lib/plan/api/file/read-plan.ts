import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { measureJsonDepth } from '#lib/contract/json-depth.ts'
import { plannedChangeSchema } from '../terms.ts'
import {
  isEqualIgnoringOrder,
  hasSameJsonText,
  getValueAtPath,
  type AttributeChange,
  findAttributeChanges,
  type PlanAttributes,
  toAttributesOrEmpty,
  isFieldsObject,
  toArrayOrEmpty,
  MAX_PATH_CHARACTERS,
  PlanFileError,
  type PlanResource,
  type PlanFile,
  convertResourceChanges,
  toNonEmptyString,
  toStringList,
} from './plan-file.ts'
import { createTypeRules } from './type-rules.ts'

/**
 * Reads a plan file in one of three formats: Terraform (`terraform show -json`), a what-if of ARM or Bicep, or
 * Peerwatch's own list of changes. If the file states that it failed, its changes are not read.
 * @param text content of the file
 * @throws PlanFileError if the file is not a plan, or states that the plan failed
 */
export function readPlan(text: string): PlanFile {
  const value = parsePlanJson(text)
  if (Array.isArray(value)) return readTerms(value)
  const file = toAttributesOrEmpty(value)
  const kind = kindOf(file)
  const parts = [file, toAttributesOrEmpty(file['properties'])]
  refuseFailed(parts)
  const own =
    kind === 'terraform' ? readTerraform(file) : kind === 'arm' ? readArm(changesOf(file)) : readTerms(changesOf(file))
  return { ...own, unknown: [...statementsOf(parts, kind), ...own.unknown] }
}

const changesOf = (file: PlanAttributes): readonly unknown[] =>
  toArrayOrEmpty(file['changes'] ?? getValueAtPath(file, 'properties.changes'))

/**
 * Determines the format of a plan file.
 * @throws PlanFileError if the file is not a plan, or mixes Terraform and ARM
 */
function kindOf(file: PlanAttributes): PlanFile['format'] {
  const has = (...names: string[]) => names.some((name) => Object.hasOwn(file, name))
  const isList = Array.isArray(file['changes'] ?? getValueAtPath(file, 'properties.changes'))
  const isTerraform =
    has('resource_changes', 'planned_values', 'deferred_changes', 'applyable') ||
    (has('format_version') && has('complete', 'errored'))
  if (isTerraform && isList)
    throw new PlanFileError('it has changes of Terraform and of ARM: give the output of one command')
  if (isTerraform) return 'terraform'
  if (isList) return isOwn(changesOf(file)) ? 'terms' : 'arm'
  if (has('values') || (has('format_version') && has('terraform_version')))
    throw new PlanFileError(
      'it is a state of Terraform, not a plan: terraform show -json needs the file of terraform plan -out',
    )
  throw new PlanFileError(
    'it is no plan: give the output of terraform show -json, of az deployment group what-if --no-pretty-print, or a list of changes',
  )
}

const isGiven = (value: unknown) => value !== undefined && value !== null

/**
 * Rejects a file that states that its plan failed or is not finished.
 * @throws PlanFileError if the file states this
 */
function refuseFailed(parts: readonly PlanAttributes[]): void {
  for (const { errored, error, status } of parts) {
    if (isGiven(errored) && errored !== false)
      throw new PlanFileError('terraform could not finish this plan: mend it and plan again')
    if (isGiven(error)) {
      const words = [getValueAtPath(error, 'code'), getValueAtPath(error, 'message')].filter(
        (one) => typeof one === 'string',
      )
      throw new PlanFileError(
        `the what-if failed (${words.join(': ') || 'without a reason'}): mend it and run it again`,
      )
    }
    if (isGiven(status) && !isSucceeded(status))
      throw new PlanFileError(`its status is ${JSON.stringify(status)}: run it again until it is Succeeded`)
  }
}

const isSucceeded = (status: unknown) => typeof status === 'string' && status.toLowerCase() === 'succeeded'

/**
 * Returns the reasons why a file may not contain all changes, or cannot be applied. For example, the file may state
 * that a part was left out, or may lack the statement that it is complete (ADR 0292).
 */
function statementsOf(parts: readonly PlanAttributes[], kind: PlanFile['format']): PlanFile['unknown'] {
  const found: PlanFile['unknown'] = []
  const add = (attribute: string, why: string, at = 'the plan') => found.push({ at, attribute, why })
  const stated = (name: string) => parts.map((part) => part[name]).find(isGiven)
  const complete = stated('complete')
  if (isGiven(complete) && complete !== true) add('complete', 'it declares that it does not hold all changes')
  if (kind === 'terraform' && !isGiven(complete))
    add('complete', 'it does not declare that it holds all changes: plan with Terraform 1.8 or later')
  if (kind === 'arm' && !isGiven(stated('status'))) add('status', 'it does not declare that the what-if succeeded')
  const hasResources = ['resources', 'child_modules'].some(
    (name) => listed(getValueAtPath(stated('planned_values'), `root_module.${name}`)).length > 0,
  )
  if (kind === 'terraform' && !isGiven(stated('resource_changes')) && hasResources)
    add('resource_changes', 'it has resources and no list of their changes')
  if (stated('applyable') === false && toArrayOrEmpty(stated('resource_changes')).some(isChanging))
    add('applyable', 'it declares that it can not be applied')
  for (const part of parts) {
    for (const name of ['deferred_changes', 'deferred_action_invocations', 'action_invocations']) {
      for (const one of listed(part[name])) {
        const address =
          toNonEmptyString(getValueAtPath(one, 'resource_change.address')) ??
          toNonEmptyString(getValueAtPath(one, 'address'))
        const reason = toNonEmptyString(getValueAtPath(one, 'reason'))
        add(
          name,
          `left for later${reason === null ? '' : ` (${reason})`}: plan again after this is applied`,
          address ?? undefined,
        )
      }
    }
    for (const one of listed(part['potentialChanges'])) {
      if (opOfArm(one) === 'none') continue
      const at = toNonEmptyString(getValueAtPath(one, 'resourceId')) ?? undefined
      add('potentialChanges', 'whether it changes is decided while it is deployed', at)
    }
    for (const one of listed(part['diagnostics'])) found.push(...diagnosed(one, 'the plan'))
  }
  return found
}

/**
 * Returns the entries of a list. A value that is not a list is returned as the only entry, so that it is not
 * overlooked. If the value is missing, the result is empty.
 */
const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : isGiven(value) ? [value] : [])

/**
 * Converts a diagnostic message of an ARM what-if to an unknown part of the plan. Messages of the level "info" are
 * ignored, except messages about nested or skipped parts that Azure did not evaluate.
 */
function diagnosed(diagnostic: unknown, where: string): PlanFile['unknown'] {
  const code = toNonEmptyString(getValueAtPath(diagnostic, 'code')) ?? 'diagnostics'
  const level = String(getValueAtPath(diagnostic, 'level') ?? getValueAtPath(diagnostic, 'severity')).toLowerCase()
  if (level.startsWith('info') && !/nested|short|skip/i.test(code)) return []
  const words =
    toNonEmptyString(getValueAtPath(diagnostic, 'message')) ??
    toNonEmptyString(getValueAtPath(diagnostic, 'summary')) ??
    'without a message'
  return [{ at: toNonEmptyString(getValueAtPath(diagnostic, 'target')) ?? where, attribute: code, why: words }]
}

/** Maximum depth of nested objects and lists in a file. A Terraform plan with ten levels of modules needs about 40. */
const MAX_DEPTH = 200

/**
 * Parses the JSON text of a plan file.
 * @throws PlanFileError if the text is not JSON, or is nested too deeply
 */
export function parsePlanJson(text: string): unknown {
  // PowerShell writes a byte order mark at the start of the file
  const own = text.replace(/^\uFEFF/, '')
  if (measureJsonDepth(own) > MAX_DEPTH) throw new PlanFileError(`it is nested more than ${MAX_DEPTH} levels deep`)
  try {
    return JSON.parse(own) as unknown
  } catch (error) {
    throw new PlanFileError(`it is no JSON (${(error as Error).message})`)
  }
}

/**
 * Decodes a file from UTF-8 or UTF-16 (which PowerShell writes), with or without a byte order mark. The first two bytes
 * show which of them it is, because JSON begins with an ASCII character (RFC 4627, section 3).
 * @throws PlanFileError if the file has another encoding
 */
export function decodePlan(bytes: Uint8Array): string {
  const [first, second] = bytes
  const isLittle = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0)
  const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0)
  const encoding = isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    throw new PlanFileError(`it is not text in UTF-8 or UTF-16 (read as ${encoding})`)
  }
}

/**
 * Operation for each list of Terraform actions, for example `delete,create`. The effect of a list that is not in this
 * table is unknown.
 */
const ACTIONS = createSafeLookupTable<PlanResource['op'] | 'none'>({
  create: 'create',
  update: 'update',
  delete: 'delete',
  'delete,create': 'replace',
  'create,delete': 'replace',
  'no-op': 'none',
  read: 'none',
  forget: 'none',
})

/**
 * Returns the operation of a changed resource in a Terraform plan. Undefined if its combination of actions is unknown.
 */
function opOfTerraform(change: unknown): PlanResource['op'] | 'none' | undefined {
  const actions = toArrayOrEmpty(getValueAtPath(change, 'change.actions'))
  return actions.every((one) => typeof one === 'string') ? ACTIONS[actions.join()] : undefined
}

const isChanging = (change: unknown): boolean => opOfTerraform(change) !== 'none'

/**
 * Reads a Terraform plan. Unknown combinations of actions are returned as unknown parts.
 * @source developer.hashicorp.com/terraform/internals/json-format, format 1.x
 */
function readTerraform(file: PlanAttributes): PlanFile {
  const version = String(file['format_version'] ?? '')
  if (!/^(0|1)\./.test(version))
    throw new PlanFileError(
      `format_version ${JSON.stringify(version)} is none that is read: use Terraform 1.x, terraform show -json PLAN`,
    )
  const space = new Map<string, readonly string[]>()
  const planned: (PlanResource & { type: string })[] = []
  const unknown: PlanFile['unknown'] = []
  for (const change of listed(file['resource_changes'])) {
    const op = opOfTerraform(change)
    const type = String(getValueAtPath(change, 'type'))
    if (op === 'none') continue
    const where = toNonEmptyString(getValueAtPath(change, 'address')) ?? 'a change without an address'
    if (op === undefined) {
      const actions = JSON.stringify(getValueAtPath(change, 'change.actions') ?? null)
      unknown.push({ at: where, attribute: null, why: `what the actions ${actions} do together is not known` })
      continue
    }
    const before = toAttributesOrEmpty(getValueAtPath(change, 'change.before'))
    const after = toAttributesOrEmpty(getValueAtPath(change, 'change.after'))
    const later = unknownPaths(getValueAtPath(change, 'change.after_unknown'))
    const known = findAttributeChanges(before, after)
    const hidden = unknownPaths(getValueAtPath(change, 'change.after_sensitive')).filter(
      ({ keys }) => at(after, keys) === undefined,
    )
    const knownPaths = new Set(known.map(({ path }) => path))
    const isKnown = (path: string) =>
      [...path.matchAll(/\.|$/g)].some(({ index }) => knownPaths.has(path.slice(0, index)))
    const unseen = [...later, ...hidden].filter(({ path }) => path !== 'id' && !isKnown(path))
    const differences = [
      ...known,
      ...unseen.map(({ path, keys }) => ({ path, before: at(before, keys) ?? null, after: null })),
    ]
    const unknownAfter = new Set(later.map(({ path }) => path))
    if (type === 'azurerm_virtual_network' && !unknownAfter.has('address_space'))
      space.set(String(after['name'] ?? before['name']).toLowerCase(), toStringList(after['address_space']))
    const isShown = later.length > 0 || !hasSameJsonText(before, after)
    planned.push({
      where,
      type,
      op,
      id: toNonEmptyString(before['id']),
      before,
      after,
      unknownAfter,
      differences,
      isShown,
    })
  }
  const rules = createTypeRules((network) => space.get(network) ?? [])
  const isAzapi = (type: string) => type === 'azapi_resource' || type === 'azapi_update_resource'
  const typeOf = new Map<PlanResource, string>(planned.map((one) => [one, one.type]))
  const resources = planned.flatMap((one) => {
    if (!isAzapi(one.type)) return [one]
    const resource = azapi(one)
    if (resource === null) {
      unknown.push({ at: one.where, attribute: 'body', why: 'it is not JSON' })
      return []
    }
    typeOf.set(resource, armTypeOf(one))
    return [resource]
  })
  const read = convertResourceChanges(resources, (one) => rules.get(typeOf.get(one) ?? '') ?? null)
  return { format: 'terraform', ...read, unknown: [...unknown, ...read.unknown] }
}

/** Returns the value at a path of nested objects and lists; undefined if there is none. */
const at = (value: unknown, keys: readonly (string | number)[]): unknown =>
  keys.reduce<unknown>(
    (inner, key) =>
      (Array.isArray(inner) || isFieldsObject(inner)) && Object.hasOwn(inner, key)
        ? (inner as Readonly<Record<string | number, unknown>>)[key]
        : undefined,
    value,
  )

/**
 * Returns the positions that are `true` in `after_unknown` or `after_sensitive` of a Terraform plan. Each position is
 * returned as a list of keys, and as a path without list indexes.
 * @throws PlanFileError if a path is too long
 */
function unknownPaths(
  marks: unknown,
  keys: readonly (string | number)[] = [],
): { path: string; keys: readonly (string | number)[] }[] {
  if (marks === true) {
    const path = keys.filter((key) => typeof key === 'string').join('.')
    if (path.length > MAX_PATH_CHARACTERS)
      throw new PlanFileError(`a path of a change is longer than ${MAX_PATH_CHARACTERS} characters`)
    return [{ path, keys }]
  }
  if (Array.isArray(marks)) return marks.flatMap((one, n) => unknownPaths(one, [...keys, n]))
  return Object.entries(toAttributesOrEmpty(marks)).flatMap(([key, one]) => unknownPaths(one, [...keys, key]))
}

/**
 * Returns the ARM type of a Terraform `azapi` resource in lower case and without the API version, for example
 * `microsoft.network/expressroutecircuits`.
 */
const armTypeOf = ({ before, after }: PlanResource): string =>
  (String(after['type'] ?? before['type']).split('@')[0] ?? '').toLowerCase()

/**
 * Attributes of a Terraform `azapi` resource that only the Terraform provider uses. A change of them does not change
 * the Azure resource.
 */
const AZAPI_OWN =
  /^(?:tags|output|locks|retry|timeouts|schema_validation_enabled|response_export_values|ignore_\w+|\w+_headers|\w+_query_parameters)(?:\.|$)/

/**
 * Converts a Terraform `azapi` resource to the Azure resource that is described in its attribute `body`. Null if the
 * body is not valid JSON.
 */
function azapi<Planned extends PlanResource>(resource: Planned): Planned | null {
  const bodyOf = (fields: PlanAttributes): PlanAttributes => {
    const { body } = fields
    const parsed = typeof body === 'string' ? parsePlanJson(body) : body
    return { ...toAttributesOrEmpty(parsed), tags: fields['tags'] }
  }
  try {
    const [before, after] = [bodyOf(resource.before), bodyOf(resource.after)]
    const id = resource.id ?? toNonEmptyString(resource.before['resource_id'])
    const inBody = ({ path }: AttributeChange) => path === 'body' || path.startsWith('body.')
    const isSameType = armTypeOf(resource) === armTypeOf({ ...resource, after: {} })
    const isOwn = (path: string) => AZAPI_OWN.test(path) || (path === 'type' && isSameType)
    // `other`: changed attributes outside of the body. `later`: values of the body that are known only after the plan
    // is applied.
    const other = resource.differences.filter((one) => !inBody(one) && !isOwn(one.path))
    const later = resource.differences.flatMap((one) =>
      inBody(one) && one.after === null && one.path !== 'body'
        ? [{ ...one, path: one.path.slice('body.'.length) }]
        : [],
    )
    const seen = findAttributeChanges(before, after)
    const seenPaths = new Set(seen.map(({ path }) => path))
    const isLater = resource.unknownAfter.has('body')
    const differences = [
      ...(isLater ? [{ path: 'body', before, after: null }] : seen),
      ...later.filter(({ path }) => !seenPaths.has(path)),
      ...other,
    ]
    return { ...resource, id, before, after, differences }
  } catch (error) {
    if (error instanceof PlanFileError) return null
    throw error
  }
}

const CHANGES = createSafeLookupTable<PlanResource['op'] | 'none'>({
  create: 'create',
  modify: 'update',
  delete: 'delete',
  nochange: 'none',
  noeffect: 'none',
  ignore: 'none',
})
const opOfArm = (change: unknown) => CHANGES[String(getValueAtPath(change, 'changeType')).toLowerCase()]

/**
 * Reads a what-if of ARM or Bicep.
 * @source Azure REST, Deployments - What If: WhatIfChange and WhatIfPropertyChange
 */
function readArm(changes: readonly unknown[]): PlanFile {
  const space = new Map<string, readonly string[]>()
  const planned: PlanResource[] = []
  const unknown: PlanFile['unknown'] = []
  for (const change of changes) {
    const id = toNonEmptyString(getValueAtPath(change, 'resourceId'))
    const op = opOfArm(change)
    const where = id ?? 'a change without an id'
    for (const one of listed(getValueAtPath(change, 'diagnostics'))) unknown.push(...diagnosed(one, where))
    const unsupported = toNonEmptyString(getValueAtPath(change, 'unsupportedReason'))
    if (op === 'none' && unsupported === null) continue
    const [before, after, delta] = ['before', 'after', 'delta'].map((name) => getValueAtPath(change, name))
    const hasPayload =
      op !== 'update' || (isFieldsObject(before) && isFieldsObject(after)) || (Array.isArray(delta) && delta.length > 0)
    if (id === null || op === undefined || op === 'none' || unsupported !== null || !hasPayload) {
      const why =
        unsupported ??
        `Azure's what-if says ${String(getValueAtPath(change, 'changeType'))} and no more: run it with --result-format FullResourcePayloads`
      unknown.push({ at: where, attribute: null, why })
      continue
    }
    if (armType(id) === 'microsoft.network/virtualnetworks')
      space.set(
        id.split('/').at(-1)?.toLowerCase() ?? '',
        toStringList(getValueAtPath(after, 'properties.addressSpace.addressPrefixes')),
      )
    const leaves = leavesOf(delta)
    const changed = leaves.filter(
      ({ type, before: was, after: is }) => type !== 'noeffect' && !isEqualIgnoringOrder(was, is),
    )
    const idle = new Set(leaves.flatMap(({ type, path }) => (type === 'noeffect' ? [path] : [])))
    const seen = isFieldsObject(before) && isFieldsObject(after) ? findAttributeChanges(before, after) : []
    const differences = (seen.length > 0 ? seen : changed).filter(({ path }) => !idle.has(path))
    planned.push({
      where: id,
      op,
      id,
      before: toAttributesOrEmpty(before),
      after: toAttributesOrEmpty(after),
      unknownAfter: new Set(),
      differences,
      isShown: leaves.length > 0 || !hasSameJsonText(before, after),
    })
  }
  const rules = createTypeRules((network) => space.get(network) ?? [])
  const read = convertResourceChanges(planned, ({ id }) => rules.get(armType(id ?? '')) ?? null)
  return { format: 'arm', ...read, unknown: [...unknown, ...read.unknown] }
}

/** A changed property in the `delta` of a what-if, with its full path. The path has no list indexes. */
interface Leaf extends AttributeChange {
  type: string
}

/**
 * Converts the nested `delta` of a what-if to a flat list of changed properties. If several entries of a list change,
 * the result contains one change of the whole list.
 */
function leavesOf(delta: unknown, under = ''): Leaf[] {
  const entries: Leaf[] = []
  const leaves = toArrayOrEmpty(delta).flatMap((one): Leaf[] => {
    const own = String(getValueAtPath(one, 'path') ?? '')
    const isEntry = /^\d+$/.test(own)
    const path = isEntry ? under : under === '' ? own : `${under}.${own}`
    if (path.length > MAX_PATH_CHARACTERS)
      throw new PlanFileError(`a path of a change is longer than ${MAX_PATH_CHARACTERS} characters`)
    const children = toArrayOrEmpty(getValueAtPath(one, 'children'))
    if (children.length > 0) return leavesOf(children, path)
    const type = String(getValueAtPath(one, 'propertyChangeType')).toLowerCase()
    const leaf = {
      path,
      before: getValueAtPath(one, 'before') ?? null,
      after: getValueAtPath(one, 'after') ?? null,
      type,
    }
    if (!isEntry || type === 'noeffect') return [leaf]
    entries.push(leaf)
    return []
  })
  if (entries.length === 0) return leaves
  const valuesOf = (side: 'before' | 'after') => entries.flatMap((one) => (one[side] === null ? [] : [one[side]]))
  return [...leaves, { path: under, before: valuesOf('before'), after: valuesOf('after'), type: 'array' }]
}

/**
 * Returns the resource type in an ARM ID in lower case, for example `microsoft.network/expressroutecircuits/peerings`.
 */
function armType(id: string): string {
  const [, ...providers] = id.toLowerCase().split('/providers/')
  const parts = (providers.at(-1) ?? '').split('/')
  return [parts[0], ...parts.filter((_, n) => n % 2 === 1)].join('/')
}

const isOwn = (changes: readonly unknown[]) =>
  changes.some((one) => OWN_KEYS.some((key) => Object.hasOwn(toAttributesOrEmpty(one), key)))
const OWN_KEYS = ['set', 'withdraw', 'delete', 'add'] as const

/** Reads Peerwatch's own list of changes, for example `[{"set": {"resource": "er-ams-to-hub", "weight": 100}}]`. */
function readTerms(entries: readonly unknown[]): PlanFile {
  if (entries.length === 0) throw new PlanFileError('its list of changes is empty: see docs/plan.md')
  const terms: PlanFile['terms'] = []
  const unknown: PlanFile['unknown'] = []
  for (const [n, entry] of entries.entries()) {
    const place = `entry ${n + 1}`
    const [[verb = '', value] = [], ...more] = Object.entries(toAttributesOrEmpty(entry))
    const made = more.length > 0 || !isFieldsObject(value) ? [] : termsOf(verb, value)
    if (made.length === 0) {
      const why = 'it is none of set, withdraw, delete and add: see docs/plan.md'
      unknown.push({ at: place, attribute: verb || null, why })
    }
    for (const { attribute, term } of made) {
      const read = plannedChangeSchema.safeParse(term)
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

const SETS: Readonly<Record<string, (value: unknown) => object>> = createSafeLookupTable({
  weight: (weight) => ({ kind: 'weight', weight }),
  prepend: (count) => ({ kind: 'prepend', count }),
  bandwidthMbps: (mbps) => ({ kind: 'bandwidth', mbps }),
  plan: (plan) => ({ kind: 'billing', plan }),
  tier: (tier) => ({ kind: 'tier', tier }),
  sku: (sku) => ({ kind: 'resize', sku }),
  communities: (communities) => ({ kind: 'filter', communities }),
})

function termsOf(verb: string, { resource, ...value }: PlanAttributes): { attribute: string; term: unknown }[] {
  switch (verb) {
    case 'set':
      // The schema rejects an unknown attribute with a message that contains its name.
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
      return 'routeMap' in value
        ? [{ attribute: 'routeMap', term: { kind: 'route_map', resource, name: value['routeMap'] } }]
        : [{ attribute: 'prefixes', term: { kind: 'spoke', resource, ...value } }]
    default:
      return []
  }
}

import type { PlanTerm } from '../../api/index.ts'

/** An error in a plan file. Its message tells the user how to correct the file. */
export class PlanFileError extends Error {
  override name = 'PlanFileError'
}

/** A change in a plan file, with its place in the file: a Terraform address, a resource ID, or an entry. */
interface FileTerm {
  at: string
  term: PlanTerm
}

/** A part of a plan file whose effect the model does not know. */
interface FileUnknown {
  at: string
  /** name of the attribute; null = the whole resource */
  attribute: string | null
  why: string
}

export interface PlanFile {
  format: 'terraform' | 'arm' | 'terms'
  terms: FileTerm[]
  unknown: FileUnknown[]
  /** number of changes in the file that do not affect routes, such as tags */
  without: number
}

export type Fields = Readonly<Record<string, unknown>>

/** One changed attribute, for example `sku.family`. Indexes of lists are left out. */
export interface AttributeChange {
  path: string
  before: unknown
  after: unknown
}

/** A change of one resource, from a file of any format. */
export interface PlanResource {
  where: string
  op: 'create' | 'update' | 'delete' | 'replace'
  /** ARM ID; null = the resource does not exist yet, or the file does not contain its ID */
  id: string | null
  before: Fields
  after: Fields
  /** paths in `after` whose value is known only after apply */
  unknownAfter: ReadonlySet<string>
  differences: readonly AttributeChange[]
  /** true if the file contains the difference, even a difference without effect, such as another order of a list */
  isShown: boolean
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})
export const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
export const stringsOf = (value: unknown): string[] =>
  itemsOf(value).filter((one): one is string => typeof one === 'string')
export const stringOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** Returns a nested value by its path, for example `properties.sku.name`. */
export const valueAt = (fields: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => fieldsOf(Array.isArray(value) ? value[0] : value)[key], fields)

/**
 * Maximum number of characters in the full name of an attribute. The limit is needed because the name is repeated for
 * each attribute below it.
 */
export const MAX_PATH = 500

/**
 * Returns every attribute in which two values differ. `null`, a missing value and an empty value are equal, and the
 * order of list entries is ignored. A masked value counts as different, because the file hides whether it changes.
 */
export function differencesOf(before: unknown, after: unknown, path = ''): AttributeChange[] {
  if (isFields(before) && isFields(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    const of = (fields: Fields, key: string) => (Object.hasOwn(fields, key) ? fields[key] : undefined)
    return keys.flatMap((key) => differencesOf(of(before, key), of(after, key), path === '' ? key : `${path}.${key}`))
  }
  if (path.length > MAX_PATH) throw new PlanFileError(`the name of an attribute is longer than ${MAX_PATH} characters`)
  const lists = Array.isArray(before) && Array.isArray(after)
  // Terraform writes a block as a list with one entry
  if (lists && before.length === 1 && after.length === 1 && isFields(before[0]) && isFields(after[0]))
    return differencesOf(before[0], after[0], path)
  const isSame = sameText(before) === sameText(after) && !isMasked(after)
  return isSame ? [] : [{ path, before: before ?? null, after: after ?? null }]
}

/** Reports whether two values have the same JSON text, including the order of lists. */
export const isWrittenSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Reports whether two values of a plan are equal, ignoring the order of lists and members. */
export const isSameValue = (a: unknown, b: unknown): boolean => sameText(a) === sameText(b)

const MASK = /^(?:\*{3,}|[([<]?(?:sensitive(?: value)?|redacted|masked|secret)[)\]>]?)$/i
const isMasked = (value: unknown): boolean =>
  typeof value === 'string' ? MASK.test(value) : Array.isArray(value) && value.some(isMasked)

function sameText(value: unknown): string {
  if (value === undefined || value === null || value === '') return ''
  if (Array.isArray(value)) return value.length === 0 ? '' : `[${value.map(sameText).toSorted().join()}]`
  if (isFields(value)) {
    const members = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}:${sameText(one)}`)
    return `{${members.toSorted().join()}}`
  }
  // Azure writes the same ID in different cases
  const isId = typeof value === 'string' && /^\/subscriptions\//i.test(value)
  return JSON.stringify(isId ? value.toLowerCase() : value)
}

/**
 * Result of a rule. It is one or more changes of a plan, `without` for a change that leaves routes as they are, or the
 * reason why the effect is unknown.
 */
export type RuleResult = PlanTerm | readonly PlanTerm[] | 'without' | { why: string }

/** Rules for a resource type. An attribute or operation without a rule is unknown. */
export interface TypeRules {
  update: Readonly<Record<string, (change: AttributeChange, resource: PlanResource) => RuleResult>>
  create?: (resource: PlanResource) => RuleResult
  delete?: (resource: PlanResource) => RuleResult
}

/** Attributes of any type that do not affect routes. */
const WITHOUT =
  /^(?:(?:tags|tags_all|timeouts|systemData)(?:\..*)?|apiVersion|(?:.*\.)?(?:etag|provisioningState|resourceGuid))$/

/** Attributes that Azure never changes in place. */
const IDENTITY = new Set(['location', 'type', 'name', 'id', 'resource_group_name'])
const spelled = (value: unknown) => String(value).toLowerCase().replaceAll(' ', '')

/** Reads a change of an attribute for which the resource's type has no rule. */
function ofAnyType({ path, before, after }: AttributeChange): RuleResult {
  if (WITHOUT.test(path)) return 'without'
  if (!IDENTITY.has(path)) return { why: 'the model does not know this attribute' }
  return spelled(before) === spelled(after)
    ? 'without'
    : { why: 'Azure does not change it in place, and what a new resource will carry is not known' }
}

/** Reads the changes of resources with the rules of their types. */
export function readResources(
  resources: readonly PlanResource[],
  rulesOf: (resource: PlanResource) => TypeRules | null,
): Pick<PlanFile, 'terms' | 'unknown' | 'without'> {
  const terms: FileTerm[] = []
  const unknown: FileUnknown[] = []
  let without = 0
  const take = (resource: PlanResource, attribute: string | null, result: RuleResult) => {
    if (result === 'without') without += 1
    else if ('why' in result) unknown.push({ at: resource.where, attribute, why: result.why })
    else for (const term of Array.isArray(result) ? result : [result]) terms.push({ at: resource.where, term })
  }
  for (const resource of resources) {
    const rules = rulesOf(resource)
    if (!rules) {
      unknown.push({ at: resource.where, attribute: null, why: 'the model does not know this type of resource' })
      continue
    }
    if (resource.op === 'update') {
      if (resource.differences.length === 0)
        take(resource, null, resource.isShown ? 'without' : { why: 'the plan does not show what changes' })
      for (const change of resource.differences) {
        const rule = Object.hasOwn(rules.update, change.path) ? rules.update[change.path] : undefined
        take(resource, change.path, rule ? rule(change, resource) : ofAnyType(change))
      }
      continue
    }
    if (resource.op !== 'create')
      take(resource, null, rules.delete?.(resource) ?? { why: 'what its deletion changes is not known' })
    if (resource.op !== 'delete')
      take(
        resource,
        null,
        rules.create?.(resource) ?? { why: 'what a new one will carry is not known before it is there' },
      )
  }
  return { terms, unknown, without }
}

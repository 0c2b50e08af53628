import type { PlannedChange } from '../terms.ts'

/** Error for a plan file that cannot be read. The message tells the user how to correct the file. */
export class PlanFileError extends Error {
  override name = 'PlanFileError'
}

/**
 * A change in a plan file. `at` is its position in the file: a Terraform address, a resource ID, or a text such as
 * `entry 2`.
 */
interface FileTerm {
  at: string
  term: PlannedChange
}

/** A part of a plan file whose effect the model does not know. `at` is its position in the file. */
interface FileUnknown {
  at: string
  /** name of the attribute that is unknown; null = the whole resource */
  attribute: string | null
  why: string
}

export interface PlanFile {
  format: 'terraform' | 'arm' | 'terms'
  terms: FileTerm[]
  unknown: FileUnknown[]
  /** number of changes in the file that do not affect routes, such as changed tags */
  without: number
}

export type PlanAttributes = Readonly<Record<string, unknown>>

/** One changed attribute. Its path has no list indexes, for example `sku.family`. */
export interface AttributeChange {
  path: string
  before: unknown
  after: unknown
}

/** The change of one resource. Files of all formats are converted to this form. */
export interface PlanResource {
  where: string
  op: 'create' | 'update' | 'delete' | 'replace'
  /** ARM ID; null = the file has no ID, for example because the resource does not exist yet */
  id: string | null
  before: PlanAttributes
  after: PlanAttributes
  /** paths of values in `after` that are known only after the plan is applied */
  unknownAfter: ReadonlySet<string>
  differences: readonly AttributeChange[]
  /**
   * true if the file shows how the resource differs, even if the difference has no effect (for example another order of
   * a list)
   */
  isShown: boolean
}

export const isFieldsObject = (value: unknown): value is PlanAttributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const toAttributesOrEmpty = (value: unknown): PlanAttributes => (isFieldsObject(value) ? value : {})
export const toArrayOrEmpty = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
export const toStringList = (value: unknown): string[] =>
  toArrayOrEmpty(value).filter((one): one is string => typeof one === 'string')
export const toNonEmptyString = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null

/**
 * Returns the value at a path of nested objects, for example `properties.sku.name`. In a list, the first entry is used.
 */
export const getValueAtPath = (fields: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, key) => toAttributesOrEmpty(Array.isArray(value) ? value[0] : value)[key], fields)

/**
 * Maximum number of characters in the path of an attribute. The limit is needed because the path of an object is
 * repeated in the paths of all attributes below it.
 */
export const MAX_PATH_CHARACTERS = 500

/**
 * Returns every attribute that differs between two values. `null`, a missing value, an empty text and an empty list
 * count as equal, and the order of a list is ignored. A masked value (for example `***`) always counts as different,
 * because it is unknown whether it changes.
 */
export function findAttributeChanges(before: unknown, after: unknown, path = ''): AttributeChange[] {
  if (isFieldsObject(before) && isFieldsObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    const of = (fields: PlanAttributes, key: string) => (Object.hasOwn(fields, key) ? fields[key] : undefined)
    return keys.flatMap((key) =>
      findAttributeChanges(of(before, key), of(after, key), path === '' ? key : `${path}.${key}`),
    )
  }
  if (path.length > MAX_PATH_CHARACTERS)
    throw new PlanFileError(`the name of an attribute is longer than ${MAX_PATH_CHARACTERS} characters`)
  const lists = Array.isArray(before) && Array.isArray(after)
  // Terraform represents a nested block as a list with one entry. The two entries are compared instead of the lists.
  if (lists && before.length === 1 && after.length === 1 && isFieldsObject(before[0]) && isFieldsObject(after[0]))
    return findAttributeChanges(before[0], after[0], path)
  const isSame = sameText(before) === sameText(after) && !isMasked(after)
  return isSame ? [] : [{ path, before: before ?? null, after: after ?? null }]
}

/** Reports whether two values have the same JSON text. Unlike in `isEqualIgnoringOrder`, the order of lists matters. */
export const hasSameJsonText = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Reports whether two values of a plan are equal. The order of lists and object members does not matter. */
export const isEqualIgnoringOrder = (a: unknown, b: unknown): boolean => sameText(a) === sameText(b)

const MASK = /^(?:\*{3,}|[([<]?(?:sensitive(?: value)?|redacted|masked|secret)[)\]>]?)$/i
const isMasked = (value: unknown): boolean =>
  typeof value === 'string' ? MASK.test(value) : Array.isArray(value) && value.some(isMasked)

function sameText(value: unknown): string {
  if (value === undefined || value === null || value === '') return ''
  if (Array.isArray(value)) return value.length === 0 ? '' : `[${value.map(sameText).toSorted().join()}]`
  if (isFieldsObject(value)) {
    const members = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}:${sameText(one)}`)
    return `{${members.toSorted().join()}}`
  }
  // Azure may write the same resource ID with other upper and lower case
  const isId = typeof value === 'string' && /^\/subscriptions\//i.test(value)
  return JSON.stringify(isId ? value.toLowerCase() : value)
}

/**
 * Result of a rule for an attribute: one or more changes; `without` if routes are not affected; or the reason (`why`)
 * if the effect is unknown.
 */
export type PlanRuleOutcome = PlannedChange | readonly PlannedChange[] | 'without' | { why: string }

/**
 * The rules for one resource type. The rules for updates are by attribute. If an attribute or operation has no rule,
 * its effect is unknown.
 */
export interface ResourceTypeRules {
  update: Readonly<Record<string, (change: AttributeChange, resource: PlanResource) => PlanRuleOutcome>>
  create?: (resource: PlanResource) => PlanRuleOutcome
  delete?: (resource: PlanResource) => PlanRuleOutcome
}

/** Names of attributes that do not affect routes in any resource type. */
const WITHOUT =
  /^(?:(?:tags|tags_all|timeouts|systemData)(?:\..*)?|apiVersion|(?:.*\.)?(?:etag|provisioningState|resourceGuid))$/

/** Names of attributes that Azure cannot change without a new resource. */
const IDENTITY = new Set(['location', 'type', 'name', 'id', 'resource_group_name'])
const spelled = (value: unknown) => String(value).toLowerCase().replaceAll(' ', '')

/** Evaluates a changed attribute that has no rule in its resource type. */
function ofAnyType({ path, before, after }: AttributeChange): PlanRuleOutcome {
  if (WITHOUT.test(path)) return 'without'
  if (!IDENTITY.has(path)) return { why: 'the model does not know this attribute' }
  return spelled(before) === spelled(after)
    ? 'without'
    : { why: 'Azure does not change it in place, and what a new resource will carry is not known' }
}

/**
 * Converts the changes of resources to changes of a plan, by the rules of their resource types. Changes that do not
 * affect routes are only counted. Changes with an unknown effect are returned separately.
 */
export function convertResourceChanges(
  resources: readonly PlanResource[],
  rulesOf: (resource: PlanResource) => ResourceTypeRules | null,
): Pick<PlanFile, 'terms' | 'unknown' | 'without'> {
  const terms: FileTerm[] = []
  const unknown: FileUnknown[] = []
  let without = 0
  const take = (resource: PlanResource, attribute: string | null, result: PlanRuleOutcome) => {
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

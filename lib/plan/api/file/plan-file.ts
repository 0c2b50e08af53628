import type { PlannedChange } from '../terms.ts'

/** A plan file cannot be read. The message tells the user how to correct the file. */
export class PlanFileError extends Error {
  override name = 'PlanFileError'
}

/**
 * A change of a plan file, with the place in the file (`at`): a Terraform address, a resource ID, or for example `entry
 * 2`.
 */
interface FileTerm {
  at: string
  term: PlannedChange
}

/** A part of a plan file whose effect the model does not know, with the place in the file (`at`). */
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
 * Maximum number of characters in the path of an attribute. The path of an object is repeated for each attribute below
 * it, so that a long one would need much memory.
 */
export const MAX_PATH_CHARACTERS = 500

/**
 * Returns every attribute in which two values differ. `null`, a missing value, an empty text and an empty list are
 * equal, and the order of a list does not matter. A masked value (for example `***`) always counts as different,
 * because the file hides whether it changes.
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
  // Terraform writes a nested block as a list with one entry, so that the two entries are compared
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
 * The result of a rule. It is one or more changes, or `without` if the routes stay the same, or the reason why the
 * effect is unknown (`why`).
 */
export type PlanRuleOutcome = PlannedChange | readonly PlannedChange[] | 'without' | { why: string }

/**
 * The rules of a resource type, by attribute for an update. The effect of an attribute or operation without a rule is
 * unknown.
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
 * Converts the changes of resources to changes of a plan, with the rules of their types. Counts changes without effect,
 * and returns unknown ones separately.
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

import type { PlanTerm } from '../../api/index.ts'

/** A file that is no plan; its message says what to write. */
export class PlanFileError extends Error {
  override name = 'PlanFileError'
}

/** A change of a plan file, and what of the file it is of: an address of Terraform, a resource id, an entry. */
interface FileTerm {
  at: string
  term: PlanTerm
}

/** What of a plan file is read as no change that the model knows. */
interface FileUnknown {
  at: string
  /** the attribute; null = the resource as a whole */
  attribute: string | null
  why: string
}

export interface PlanFile {
  format: 'terraform' | 'arm' | 'terms'
  terms: FileTerm[]
  unknown: FileUnknown[]
  /** changes of the file that touch nothing that carries or ranks routes, such as tags */
  without: number
}

export type Fields = Readonly<Record<string, unknown>>

/** One changed attribute, `sku.family`: indexes of lists are left out, entries that have a name are distinguished by it. */
export interface AttributeChange {
  path: string
  before: unknown
  after: unknown
}

/** A change of one resource, from whatever file. */
export interface PlanResource {
  where: string
  op: 'create' | 'update' | 'delete' | 'replace'
  /** ARM id; null = it does not exist yet, or the file does not say it */
  id: string | null
  before: Fields
  after: Fields
  /** paths of `after` that are known after apply only */
  unknownAfter: ReadonlySet<string>
  differences: readonly AttributeChange[]
  /** whether the file shows the change, including a change that makes no difference, such as another order of a list */
  isShown: boolean
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})
export const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
export const stringsOf = (value: unknown): string[] =>
  itemsOf(value).filter((one): one is string => typeof one === 'string')
export const stringOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** A value inside, by `properties.sku.name`. */
export const valueAt = (fields: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => fieldsOf(Array.isArray(value) ? value[0] : value)[key], fields)

/** Maximum characters of an attribute's whole name, which is repeated for each attribute below it. */
export const MAX_PATH = 500

/**
 * Returns every attribute in which two values differ. `null`, absent and empty are one value, and a list is a set: the order of its
 * entries does not matter. A masked value counts as different, because the file hides whether it changes.
 */
export function differencesOf(before: unknown, after: unknown, path = ''): AttributeChange[] {
  if (isFields(before) && isFields(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    const of = (fields: Fields, key: string) => (Object.hasOwn(fields, key) ? fields[key] : undefined)
    return keys.flatMap((key) => differencesOf(of(before, key), of(after, key), path === '' ? key : `${path}.${key}`))
  }
  if (path.length > MAX_PATH) throw new PlanFileError(`the name of an attribute is longer than ${MAX_PATH} characters`)
  const lists = Array.isArray(before) && Array.isArray(after)
  // Terraform writes a block as a list of one
  if (lists && before.length === 1 && after.length === 1 && isFields(before[0]) && isFields(after[0]))
    return differencesOf(before[0], after[0], path)
  const isSame = sameText(before) === sameText(after) && !isMasked(after)
  return isSame ? [] : [{ path, before: before ?? null, after: after ?? null }]
}

/** Reports whether two values are written with the same text, in the same order of lists. */
export const isWrittenSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Reports whether two values of a plan are the same, whatever the order of lists and members. */
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
  // Azure writes one id in several cases
  const isId = typeof value === 'string' && /^\/subscriptions\//i.test(value)
  return JSON.stringify(isId ? value.toLowerCase() : value)
}

/** A value of a plan is read, or what is wrong with it is said. */
export type RuleResult = PlanTerm | readonly PlanTerm[] | 'without' | { why: string }

/** What the model knows of a type of resource; what is not listed is unknown. */
export interface TypeRules {
  update: Readonly<Record<string, (change: AttributeChange, resource: PlanResource) => RuleResult>>
  create?: (resource: PlanResource) => RuleResult
  delete?: (resource: PlanResource) => RuleResult
}

/** Attributes of no effect on routes, whatever they are of. */
const WITHOUT =
  /^(?:(?:tags|tags_all|timeouts|systemData)(?:\..*)?|apiVersion|(?:.*\.)?(?:etag|provisioningState|resourceGuid))$/

/** Attributes that Azure never changes in place. */
const IDENTITY = new Set(['location', 'type', 'name', 'id', 'resource_group_name'])
const spelled = (value: unknown) => String(value).toLowerCase().replaceAll(' ', '')

/** Reads a change of an attribute that the rules of the resource's type do not name. */
function ofAnyType({ path, before, after }: AttributeChange): RuleResult {
  if (WITHOUT.test(path)) return 'without'
  if (!IDENTITY.has(path)) return { why: 'the model does not know this attribute' }
  return spelled(before) === spelled(after)
    ? 'without'
    : { why: 'Azure does not change it in place, and what a new resource will carry is not known' }
}

/** Reads the changes of resources by the rules of their types. */
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

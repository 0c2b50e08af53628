/**
 * Kinds of elements (resources that fail as a unit), most specific first. If two elements of the same size explain the
 * same symptoms, the element of the earlier kind is the root.
 */
export const failureElementKinds = [
  'session',
  'path',
  'instance',
  'peer',
  'router',
  'edge_router',
  'circuit',
  'gateway',
  'provider',
  'site',
  'location',
] as const
export type FailureElementKind = (typeof failureElementKinds)[number]

/**
 * The smallest unit whose failure can be observed: a path of a circuit (text `circuit subresource`) or a session of a
 * gateway (text `gateway local~neighbor`).
 */
export type FailureUnit = string

/** A resource that may fail, with all leaves (paths and sessions) that fail with it. */
export interface FailureElement {
  kind: FailureElementKind
  name: string
  leaves: ReadonlySet<FailureUnit>
}

/**
 * Returns the smallest element whose failure explains enough of the symptoms, and of which no path or session is proved
 * healthy by a fresh poll (docs/rules/detection.md 7). If two elements have the same size, the more specific kind is
 * returned.
 * @param healthy paths and sessions that were healthy after the symptoms began
 * @param share minimum share of the symptoms that the element must explain, 0 to 1
 * @returns null if no single element explains the symptoms, so that they have several reasons
 */
export function findSmallestFailedElement(
  elements: readonly FailureElement[],
  symptoms: ReadonlySet<FailureUnit>,
  healthy: ReadonlySet<FailureUnit>,
  share: number,
): FailureElement | null {
  return findExplainingElements(elements, symptoms, healthy, share)[0] ?? null
}

/**
 * Returns every element that explains enough of the symptoms and contains no healthy leaf (path or session), smallest
 * first.
 */
export function findExplainingElements(
  elements: readonly FailureElement[],
  symptoms: ReadonlySet<FailureUnit>,
  healthy: ReadonlySet<FailureUnit>,
  share: number,
): FailureElement[] {
  if (symptoms.size === 0) return []
  const roots = elements.filter(
    ({ leaves }) =>
      [...symptoms].filter((leaf) => leaves.has(leaf)).length >= share * symptoms.size &&
      ![...healthy].some((leaf) => leaves.has(leaf)),
  )
  return roots.toSorted(
    (a, b) => a.leaves.size - b.leaves.size || specificity(a) - specificity(b) || (a.name < b.name ? -1 : 1),
  )
}

const specificity = ({ kind }: FailureElement) => failureElementKinds.indexOf(kind)

/** What may fail as one, the more specific first: of two that explain the same by the same size the earlier one is the root. */
export const elementKinds = [
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
export type ElementKind = (typeof elementKinds)[number]

/** A path of a circuit (`circuit subresource`) or a session of a gateway (`gateway local~neighbor`): what is seen to fail by itself. */
export type Leaf = string

/** Something that may fail, and all that fails with it. */
export interface Element {
  kind: ElementKind
  name: string
  leaves: ReadonlySet<Leaf>
}

/**
 * The root of some symptoms (docs/rules/detection.md 7): the smallest element whose failure explains enough of them and
 * predicts nothing as failed that is freshly seen to be well; of equals the more specific.
 * @param healthy what was seen to be well after the symptoms had begun
 * @param share of the symptoms that it must explain, 0-1
 * @returns null = no one element explains them: they are several matters
 */
export function smallestRoot(
  elements: readonly Element[],
  symptoms: ReadonlySet<Leaf>,
  healthy: ReadonlySet<Leaf>,
  share: number,
): Element | null {
  return explaining(elements, symptoms, healthy, share)[0] ?? null
}

/** Every element that may be the root of some symptoms, the likeliest first. */
export function explaining(
  elements: readonly Element[],
  symptoms: ReadonlySet<Leaf>,
  healthy: ReadonlySet<Leaf>,
  share: number,
): Element[] {
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

const specificity = ({ kind }: Element) => elementKinds.indexOf(kind)

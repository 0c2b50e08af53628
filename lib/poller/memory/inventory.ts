import type { recording } from '#lib/history/statements.ts'

/** The inventory of one subscription. */
export class ListedResources {
  /** those that are listed now, by ARM id in lower case */
  readonly resources = new Map<string, recording.RecordedResource>()
  #numbered = 0

  get known(): recording.KnownInventory {
    return { resources: this.resources, moves: [], parted: [] }
  }

  /** Whether a second list is waited for. */
  get isAwaited(): boolean {
    return [...this.resources.values()].some(({ missing }) => missing !== null)
  }

  apply({ steps, awaited }: recording.SteppedInventory, sourceId: number): void {
    for (const { known, row, open } of steps) {
      if (!row) this.resources.delete(known?.resourceId.toLowerCase() ?? '')
      else
        this.resources.set(row.resourceId.toLowerCase(), {
          ...(known ?? this.#blank(sourceId)),
          ...row,
          open,
          missing: null,
          identities: [...(row.identities ?? [])],
        })
    }
    const byId = new Map([...this.resources].map(([key, { id }]) => [id, key]))
    for (const { id, ...missing } of awaited) {
      const key = byId.get(id) ?? ''
      const known = this.resources.get(key)
      if (known) this.resources.set(key, { ...known, missing })
    }
  }

  #blank(listedBy: number) {
    this.#numbered += 1
    return {
      id: this.#numbered,
      listedBy,
      closedUntil: null,
      removedAfter: null,
      scope: '',
      joins: null,
      parts: false,
      isAside: false,
    }
  }
}

/** Bodies that depend on a domain's state alone: made once for a state, then handed out as text. */
import type { DomainState } from '../state.ts'
import type { World } from '../world.ts'

/** Characters kept over all bodies: a table of 80,000 rows takes some 13 million. */
const KEPT_CHARACTERS = 64_000_000

/** A body that is the same for as long as the state of its domain is. */
export class Steady {
  readonly key: string
  readonly make: () => unknown
  constructor(state: DomainState, key: string, make: () => unknown) {
    this.key = `${state.domain.id}|${state.signature}|${key}`
    this.make = make
  }
}

/** The text of a body, from what was kept where it is; the oldest are dropped beyond the limit. */
export function steadyText(world: World, steady: Steady): string {
  const known = world.bodies.get(steady.key)
  if (known !== undefined) return known
  const text = JSON.stringify(steady.make())
  let kept = text.length
  for (const body of world.bodies.values()) kept += body.length
  for (const [key, body] of world.bodies) {
    if (kept <= KEPT_CHARACTERS) break
    world.bodies.delete(key)
    kept -= body.length
  }
  world.bodies.set(steady.key, text)
  return text
}

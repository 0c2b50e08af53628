/** Returns a function that computes its result once for each object, for as long as the object is referenced elsewhere. */
export function oncePerObject<Owner extends object, Value>(compute: (owner: Owner) => Value): (owner: Owner) => Value {
  const known = new WeakMap<Owner, { value: Value }>()
  return (owner) => {
    const found = known.get(owner) ?? { value: compute(owner) }
    known.set(owner, found)
    return found.value
  }
}

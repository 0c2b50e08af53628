/**
 * An error that is known by a name, whichever copy of its module made it. Bundlers make several: what one keeps for the whole process, such as the
 * queue of questions, throws the class of its own copy, and to `instanceof` that is another class. Names of classes are no help, because builds
 * shorten them. A class that has a brand is compared by it, so that `instanceof` holds across copies; a class without one of its own is
 * compared as ever (ADR 0203).
 */
export abstract class BrandedError extends Error {
  /** of each class its own, unique in the product; it is the error's `name`, too */
  static readonly brand: string

  constructor(message?: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.brand
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (!Object.hasOwn(this, 'brand')) return Function.prototype[Symbol.hasInstance].call(this, value)
    if (typeof value !== 'object') return false
    for (let one = value && Object.getPrototypeOf(value); one; one = Object.getPrototypeOf(one)) {
      const made = one.constructor as { brand?: unknown } | undefined
      if (made && Object.hasOwn(made, 'brand') && made.brand === this.brand) return true
    }
    return false
  }
}
